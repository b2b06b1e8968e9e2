"""Tables of coefficients in terminals of 40, 60 and 80 columns, and the endings of figures."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

import limetheory as lt
from limetheory.cli.coefficient_table import print_coefficients, print_splits
from limetheory.cli.explain_options import check_format

VALUES = np.array([0.34251, -0.0234, 0.0002, 0.1])
NAMES = ["0", "3.1.2", "0.25 < petal width (cm) <= 0.75 and something longer", "写真"]


def printed(width, part="superpixel", errors=0.006, values=VALUES, names=NAMES, **more):
    file = io.StringIO()
    found = lt.Explanation(values, 0.0, np.full(len(values), errors), 99, names=names, **more)
    print_coefficients(Console(file=file, width=width), found, 0.95, part)
    return file.getvalue()


@pytest.mark.parametrize("width", [40, 60, 80])
@pytest.mark.parametrize("part", ["superpixel", "token", "condition"])
@pytest.mark.parametrize("errors", [0.006, 0.0, np.inf, 1e-7])
def test_no_line_is_too_long_and_every_number_is_whole(width, part, errors):
    text = printed(width, part, errors)
    assert max(map(len, text.splitlines())) <= width
    for value in VALUES:
        assert any(float(word) == pytest.approx(value, rel=0.05) for word in text.split() if word[0] in "+-"[:1] + "-")
    assert "…\n" not in text.replace("… ", "")


def test_a_narrow_terminal_shows_half_widths_and_a_wide_one_intervals():
    assert "95 % interval" in printed(80) and " … " in printed(80)
    narrow = printed(40)
    assert "± (95 %)" in narrow and " … " not in narrow and "0.0118" in narrow


def test_exact_coefficients_have_no_column_of_intervals():
    text = printed(80, errors=0.0)
    assert "interval" not in text and "…" not in text and "exact" not in text
    assert "exact" in printed(80, errors=np.array([0.0, 0.1, 0.1, 0.1]))


def test_small_coefficients_are_shown_in_significant_digits():
    small = np.array([-0.0002341, -0.0000312])
    text = printed(80, errors=1e-5, values=small, names=["0", "1"])
    assert "-0.0002341" in text and "-0.0000312" in text and "-0.0000 " not in text


SPLIT = {"coarse": 1, "parents": [0, 1, 1, 1], "coefficients": [0.1, 0.4], "children_sums": [0.1, 0.35],
         "gaps": [0.0, 0.05], "reach": [None, 0.012]}  # fmt: skip


@pytest.mark.parametrize("width", [40, 60, 80])
def test_splits_fit_too_and_have_the_names_of_their_segments(width):
    file = io.StringIO()
    print_splits(Console(file=file, width=width), SPLIT, ["0", "1"], ["0", "1.1", "1.2", "1.3"])
    text = file.getvalue()
    assert max(map(len, text.splitlines())) <= width
    assert all(one in text.replace("\n", " ") for one in ("1.1 + 1.2 + 1.3", "+0.4000", "+0.3500", "±0.0120"))


@pytest.mark.parametrize("ending", ["png", "pdf", "svg", "jpg", "PNG"])
def test_these_endings_of_figures_are_taken(ending):
    check_format(Path(f"a.{ending}"))


@pytest.mark.parametrize("name", ["a.eps", "a.tif", "a.webp", "a.raw", "a", "a.jpeg", ".png", "写\x1b.pgf"])
def test_others_are_refused_with_a_name_that_works(name):
    with pytest.raises(ValueError, match=r"must end in one of png, pdf, svg, jpg, got .*; write .*\.png$") as refused:
        check_format(Path(name))
    assert "\x1b" not in str(refused.value)
    check_format(Path(str(refused.value).rpartition("write ")[2]))
