"""Explainers that exit, overflow, seed global generators or return intervals of another form fail in one line."""

import random
import sys

import numpy as np
import pytest

import limetheory as lt
from limetheory import progress
from limetheory.testing import (
    assert_converges,
    assert_deterministic,
    assert_equivariant,
    assert_intervals_cover,
    check_explainer,
    runs_needed,
)
from limetheory.testing.global_states import global_states

DESIGN, LEAF = lt.ImageDesign(4), lt.Leaf(4, on=(0, 2))


def right(F, n, rng):
    return lt.estimate(F, lt.ImageDesign(F.d), n, rng)


def message(call, *arguments, **options):
    with pytest.raises(AssertionError) as caught:
        call(*arguments, **options)
    assert len(str(caught.value).splitlines()) == 1 and " got " in str(caught.value)
    return str(caught.value)


class Answer:
    """An answer whose intervals are what a function of the right answer and the level makes of them."""

    def __init__(self, found, interval):
        self.coefficients, self.interval = found.coefficients, lambda level: interval(found, level)


class Leaving:
    @property
    def coefficients(self):
        sys.exit(0)


def test_an_explainer_that_ends_the_process_fails():
    def leaving(F, n, rng):
        sys.exit(0)

    for explain in (leaving, lambda F, n, rng: Leaving()):
        assert "got SystemExit: 0; the cause is above" in message(assert_converges, explain, LEAF, DESIGN)
        assert "got SystemExit: 0; the cause" in message(check_explainer(explain, "function")[0])
    assert "got SystemExit: 0" in message(
        assert_intervals_cover,
        lambda F, n, rng: Answer(right(F, n, rng), lambda found, level: sys.exit(0)),
        LEAF,
        DESIGN,
    )


def test_a_user_who_interrupts_ends_the_test():
    def interrupted(F, n, rng):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        assert_converges(interrupted, LEAF, DESIGN)


@pytest.mark.parametrize("check", [
    lambda explain: assert_converges(explain, LEAF, DESIGN),
    lambda explain: assert_equivariant(explain, LEAF),
    lambda explain: assert_deterministic(explain, LEAF),
])  # fmt: skip
def test_coefficients_that_overflow_are_the_explainers_fault(check):
    said = message(check, lambda F, n, rng: 1e308 * (rng.random(4) - 0.5))
    assert "none beyond ±1e+100, got " in said and said.endswith("; look for a division by almost 0")


@pytest.mark.parametrize("interval, said", [
    (lambda found, level: 1 / 0, "got ZeroDivisionError: division by zero; the cause is above"),
    (lambda found, level: np.full((4, 2), np.nan), "got 8 NaN; an end that is not known is -inf or inf"),
    (lambda found, level: found.interval(level)[:, ::-1], "got 4 with the lower end above the upper one; put "),
    (lambda found, level: found.interval(level).T, "put the ends into two columns"),
    (lambda found, level: 5, "got 5; put the ends into two columns"),
    (lambda found, level: [[0], [0, 1]], "got [[0], [0, 1]]; put the ends into two columns"),
    (lambda found, level: np.full((4, 2), "a"), "put the ends into two columns"),
])  # fmt: skip
def test_intervals_that_are_none_say_what_is_wrong_with_them(interval, said):
    found = message(assert_intervals_cover, lambda F, n, rng: Answer(right(F, n, rng), interval), LEAF, DESIGN)
    assert found.startswith(".interval(level) must return the lower and upper end of each of 4 coefficients, shape (4,")
    assert said in found


def test_intervals_without_ends_are_allowed():
    everywhere = np.tile([-np.inf, np.inf], (4, 1))
    explain = lambda F, n, rng: Answer(right(F, n, rng), lambda found, level: everywhere)  # noqa: E731
    assert_intervals_cover(explain, LEAF, DESIGN, n=50, narrow=0.4, power=0.9)


def test_a_seed_that_is_set_in_every_call_is_found_though_the_state_is_the_same_after_each():
    import torch

    for name, seeded in {"numpy.random": np.random.seed, "random": random.seed, "torch": torch.manual_seed}.items():

        def seeding(F, n, rng, seeded=seeded):
            seeded(0)
            return right(F, n, rng)

        seeding(LEAF, 50, np.random.default_rng(0))
        assert f"got a changed state of {name} for F; draw" in message(assert_deterministic, seeding, LEAF)


def test_global_states_are_what_they_were_before():
    random.seed(5)
    before = random.getstate()
    with global_states() as changed:
        random.random()
        np.random.random_sample()  # noqa: NPY002  (the global generator is what is watched)
    assert changed == ["numpy.random", "random"] and random.getstate() == before
    with global_states() as changed:
        np.random.default_rng(0).random()
    assert changed == []


def test_an_assertion_of_nothing_is_refused():
    with pytest.raises(
        ValueError, match="under must name a change, got none; take some of permutation, scale, dummy, "
    ):
        assert_equivariant(right, LEAF, under=())


def test_another_number_of_parts_than_that_of_the_function_is_said_without_a_design():
    for check in (assert_equivariant, assert_deterministic):
        with pytest.raises(ValueError, match=r"^d must be F's number of parts, 4, got 5; leave it out$"):
            check(right, LEAF, d=5)


@pytest.mark.parametrize("design, said", [
    (5, r"design must be a function of d such as ImageDesign, got 5; give lambda d: …"),
    (lambda d: 5, r"design must be a limetheory design such as ImageDesign\(d\), got 5"),
])  # fmt: skip
def test_a_design_that_is_none_is_refused_before_any_check(design, said):
    with pytest.raises(TypeError, match=said):
        check_explainer(right, "function", design=design)
    with pytest.raises(ValueError, match="design must have d = 6, the number of parts, got "):
        check_explainer(right, "function", design=lambda d: lt.ImageDesign(d + 1))


@pytest.mark.slow
def test_rates_that_need_too_many_runs_are_named():
    with pytest.raises(
        ValueError, match=r"got a chance of 0\.503\d* to be told from 0\.5 at a false-alarm rate of 5e-07"
    ):
        runs_needed(1, 1.0, 0.01)


@pytest.mark.slow
def test_runs_of_differences_have_a_progress_bar(monkeypatch):
    shown = []
    monkeypatch.setattr(progress.ProgressBar, "__init__", lambda self, *words: shown.append(words) or None)
    monkeypatch.setattr(progress.ProgressBar, "__enter__", lambda self: self)
    monkeypatch.setattr(progress.ProgressBar, "__exit__", lambda self, *_: None)
    monkeypatch.setattr(progress.ProgressBar, "advance", lambda self, *_, **__: None)
    assert_equivariant(right, LEAF, n=50, under=["permutation"], power=0.9)
    assert [words[0] for words in shown if words[0] != "masks"] == ["runs", "runs"]
