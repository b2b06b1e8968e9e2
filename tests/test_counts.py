"""Numbers of masks that no memory holds are refused in one line by every front end, and quickly."""

import json
from time import process_time

import numpy as np
import pytest

import limetheory as lt
from limetheory.cli.main import run
from limetheory.counts import MOST, MOST_AT_ONCE, count
from limetheory.given import given

ROWS = np.random.default_rng(0).normal(size=(40, 3))
F, DESIGN = lt.Leaf(3, on=(0,)), lt.ImageDesign(3)


def first(rows):
    return rows[:, 0]


def of_image(n):
    picture = ROWS[:16].reshape(4, 4, 3).clip(0, 1)
    lt.explain_image(lambda images: images.mean(axis=(1, 2)), picture, segments=np.eye(4, dtype=int), n=n)


CALLS = {
    "image": of_image,
    "text": lambda n: lt.explain_text(lambda texts: [1.0] * len(texts), "so good", n=n),
    "row": lambda n: lt.explain_tabular(first, ROWS[0], ROWS, n=n),
    "row without bins": lambda n: lt.explain_tabular(first, ROWS[0], ROWS, bins=None, n=n),
    "Latin row": lambda n: lt.explain_tabular(first, ROWS[0], ROWS, sampling="latin", n=n),
    "set function": lambda n: lt.estimate(F, DESIGN, n),
    "in strata": lambda n: lt.estimate(F, DESIGN, n, sampling="strata"),
    "adjusted": lambda n: lt.estimate(F, DESIGN, n, method="adjusted"),
    "quadrature": lambda n: lt.estimate(F, DESIGN, n, method="quadrature"),
    "slime": lambda n: lt.slime(F, lt.BernoulliDesign(3), 1, n=n),
    "baylime": lambda n: lt.baylime(F, DESIGN, n),
}


@pytest.mark.parametrize("n", [10**12, 2**53 + 1, 10**30, 10**400, 10**5000], ids=lambda n: f"{n.bit_length()} bits")
@pytest.mark.parametrize("call", CALLS)
def test_more_masks_than_memory_holds_are_refused_at_once(call, n):
    start = process_time()
    with pytest.raises(ValueError, match=r"^n must be at most 1,000,000,000, got .*; errors fall as 1/√n") as refused:
        CALLS[call](n)
    assert "\n" not in str(refused.value) and process_time() - start < 5


@pytest.mark.parametrize("call", CALLS)
def test_fewer_masks_are_not(call):
    CALLS[call](64)


def test_the_largest_number_is_the_last_that_is_taken():
    assert count("n", MOST, 1) == MOST and count("n", np.int64(5), 1) == 5
    with pytest.raises(ValueError, match="got 1000000001"):
        count("n", MOST + 1, 1)


@pytest.mark.parametrize("options", [{"bins": None}, {"sampling": "latin"}])
def test_rows_that_are_drawn_at_once_must_fit_into_memory(options):
    with pytest.raises(ValueError, match=r"× columns.* must be at most 134,217,728, got .*; draw fewer"):
        lt.explain_tabular(first, ROWS[0], ROWS, n=MOST_AT_ONCE // 3 + 1, **options)


def test_repeats_and_redraws_are_bounded_too():
    with pytest.raises(ValueError, match="repeats must be at most 1,000,000,000"):
        lt.explain_tabular(first, ROWS[0], ROWS, repeats=10**12)
    with pytest.raises(ValueError, match="redraws must be at most 1,000,000,000"):
        lt.pick_stability(np.eye(3), 1, redraws=10**12)


@pytest.mark.parametrize("masks", [10**12, 10**400])
def test_a_pilot_of_so_many_masks_is_refused(tmp_path, capsys, masks):
    known = {"coefficients": [1.0, 0.0], "standard_errors": [0.1, 0.1], "bandwidth": 0.25, "n_evaluations": masks}
    (tmp_path / "pilot.json").write_text(json.dumps(known))
    assert run(["plan", "--pilot", str(tmp_path / "pilot.json")]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1 and "the pilot's n_evaluations must be at most 1,000,000,000, got 1000" in lines[0]
    pilot = lt.Explanation(np.ones(3), 0.0, np.ones(3), masks)
    with pytest.raises(ValueError, match="the pilot's masks must be at most"):
        lt.plan(DESIGN, 0.1, pilot=pilot)


@pytest.mark.parametrize("command", [["explain", "--text", "t.txt", "--model", "m:f"], ["explain", "t.png"]])
def test_the_command_line_refuses_them_before_any_file_is_read(capsys, command):
    assert run([*command, "--samples", str(10**12)]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert lines == [
        "limetheory: samples must be at most 1,000,000,000, got 1000000000000; limetheory plan says how many are enough"
    ]


def test_an_integer_of_too_many_digits_is_said_in_words():
    assert given(10**5000) == "int of too many digits to write" and given(10**12) == "1000000000000"


def test_a_value_whose_own_repr_fails_is_said_in_words():
    class Unwritable:
        def __repr__(self):
            raise RuntimeError("no")

    assert given(Unwritable()) == "Unwritable that cannot be written"
