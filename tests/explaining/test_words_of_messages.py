"""Messages name what an input consists of: no word of a text and no column of a table is called a superpixel."""

import ast
from pathlib import Path

import numpy as np
import pytest

import limetheory as lt

PACKAGE = Path(lt.__file__).parent
OF_EVERY_KIND = ("designs", "estimation", "selection", "statistics", "text", "tabular", "arguments.py", "evaluation.py")
ROWS = np.random.default_rng(0).normal(size=(40, 3))
IMAGE, QUARTERS = ROWS[:16].reshape(4, 4, 3).clip(0, 1), np.kron([[0, 1], [2, 3]], np.ones((2, 2), int))


def shown_strings(source):
    """The strings of a module that are no docstrings."""
    tree = ast.parse(source)
    documents = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documents
    ]


@pytest.mark.parametrize("place", OF_EVERY_KIND)
def test_what_every_kind_of_input_uses_speaks_of_no_superpixels(place):
    files = [PACKAGE / place] if place.endswith(".py") else sorted((PACKAGE / place).rglob("*.py"))
    assert files and not [file for file in files for one in shown_strings(file.read_text()) if "superpixel" in one]


def test_the_scan_sees_messages_and_skips_docstrings():
    assert shown_strings('"""Superpixels."""\nraise ValueError(f"d superpixels, got {d}")') == ["d superpixels, got "]


def of_text(design):
    return lt.explain_text(lambda texts: [1.0] * len(texts), "so good, so bad", design=design)


def of_row(design):
    return lt.explain_tabular(lambda rows: rows[:, 0], ROWS[0], ROWS, design=design)


def of_image(design):
    return lt.explain_image(lambda images: images.mean(axis=(1, 2)), IMAGE, segments=QUARTERS, design=design)


@pytest.mark.parametrize("design", [lt.ImageDesign(9), lambda d: lt.ImageDesign(9)])
@pytest.mark.parametrize(
    ("explain", "said"),
    [(of_text, "3, the number of distinct tokens"), (of_row, "3, the number of columns"),
     (of_image, "4, the number of superpixels")],
)  # fmt: skip
def test_a_design_of_another_size_is_refused_with_what_is_counted(explain, said, design):
    with pytest.raises(ValueError, match=rf"^design must have d = {said}, got ImageDesign\(d=9, .*; give a function"):
        explain(design)


@pytest.mark.parametrize("explain", [of_text, of_row, of_image])
@pytest.mark.parametrize("design", [3, "ImageDesign", np.ones(3)])
def test_what_is_no_design_is_refused_alike(explain, design):
    with pytest.raises(TypeError, match=r"^design must be a design or a function of d such as ImageDesign, got "):
        explain(design)
