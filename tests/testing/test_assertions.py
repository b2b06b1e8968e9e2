"""Each assertion passes for what is right, fails for what is not, and says so in one line."""

from dataclasses import replace

import numpy as np
import pytest

import limetheory as lt
from limetheory.testing import (
    assert_converges,
    assert_deterministic,
    assert_equivariant,
    assert_intervals_cover,
    assert_unbiased,
    battery,
)
from limetheory.testing.faults import PlainLime

DESIGN, LEAF = lt.ImageDesign(4), lt.Leaf(4, on=(0, 2))
SYMMETRIC = battery(6, 0)["symmetric"]


def message(call, *arguments, **options):
    with pytest.raises(AssertionError) as caught:
        call(*arguments, **options)
    assert len(str(caught.value).splitlines()) == 1 and " got " in str(caught.value)
    return str(caught.value)


def own(F, n, rng):
    return lt.estimate(F, lt.ImageDesign(F.d), n, rng)


@pytest.mark.slow
def test_what_converges_passes_at_several_designs():
    for design in (lt.ImageDesign(4), lt.TextDesign(4), lt.ShapleyDesign(4), lt.ProductDesign([0.3, 0.4, 0.5, 0.6])):
        F = battery(4, 0)["random"]
        assert_converges(lambda F, n, rng, design=design: lt.estimate(F, design, n, rng), F, design, n=300)


@pytest.mark.slow
def test_a_ridge_is_right_only_where_it_is_claimed():
    additive = lt.Additive([0.5, -0.25, 0.25, 0.0])
    assert_converges(PlainLime(ridge=1.0), additive, DESIGN, n=200, ridge=1.0, discrepancy=0.002)
    said = message(assert_converges, PlainLime(ridge=1.0), additive, DESIGN, n=200)
    assert "the coefficients fit the penalty 1 instead of 0: look at the ridge" in said
    said = message(assert_converges, PlainLime(), additive, DESIGN, n=200, ridge=1.0)
    assert "with the penalty 1, " in said and "the penalty 0 instead of 1" in said


@pytest.mark.parametrize("fault, look", [
    (PlainLime(bandwidth=0.5), "the coefficients fit the bandwidth 0.5 instead of 0.25: look at the kernel width"),
    (PlainLime(weighted=False), "the coefficients fit masks without weights: look at the kernel"),
    (PlainLime(shift=1), "the coefficients fit parts that are shifted by one place: look at the labels"),
    (PlainLime(first_weight=1000.0), "look at the law and the weights of the masks, the order of the parts and the"),
])  # fmt: skip
def test_a_deviation_says_where_how_much_at_which_rates_and_what_to_look_at(fault, look):
    design = lt.ImageDesign(6)
    said = message(assert_converges, fault, SYMMETRIC, design)
    assert said.startswith("the coefficients of the battery's function 'symmetric' must be those of the limit under Im")
    assert "for part " in said and "is blamed with probability 1e-06 at most, one of " in said and "with 0.999" in said
    assert look in said


@pytest.mark.slow
def test_a_stated_discrepancy_decides_the_number_of_runs():
    design = lt.ImageDesign(6)
    seen = []

    def counted(F, n, rng):
        seen.append(n)
        return PlainLime()(F, n, rng)

    assert_converges(counted, SYMMETRIC, design, n=500, discrepancy=0.05)
    few = len(seen)
    assert_converges(counted, SYMMETRIC, design, n=500, discrepancy=0.03)
    assert 50 < few < len(seen) - few < 500
    with pytest.raises(ValueError, match=r"got a chance of 0\.50\d* to be told from 0\.5 at a"):
        assert_converges(counted, SYMMETRIC, design, n=500, discrepancy=0.0001)
    with pytest.raises(ValueError, match="discrepancy must be above what is allowed, got"):
        assert_converges(counted, SYMMETRIC, design, n=500, discrepancy=0.02, allowed=0.03)


@pytest.mark.slow
@pytest.mark.parametrize("shift, least", [(0.0, 0), (0.03, 42)])
def test_a_discrepancy_is_found_at_the_stated_power_and_none_without_it(shift, least):
    design, limit = lt.ImageDesign(6), lt.limit(SYMMETRIC.F, lt.ImageDesign(6)).coefficients

    def normal(F, n, rng):
        return limit + rng.normal(0.0, 0.03, 6) + shift * (np.arange(6) == 2)

    failed = 0
    for seed in range(50):
        try:
            assert_converges(normal, SYMMETRIC, design, discrepancy=0.03, power=0.95, rng=seed)
        except AssertionError:
            failed += 1
    # of 50, fewer than 42 would fail at power 0.95 with a probability of 1e-3; the bound of the spread adds to it
    assert failed >= least and (shift or failed == 0)


def unbiased(F, n, rng):
    masks = DESIGN.sample(n, rng)
    return DESIGN.influence(masks, F(masks)).mean(axis=0)


@pytest.mark.slow
def test_the_unbiased_estimate_passes_at_few_masks_and_a_shrunk_one_does_not():
    assert_unbiased(unbiased, LEAF, DESIGN, n=20)
    said = message(assert_unbiased, lambda F, n, rng: 0.5 * unbiased(F, n, rng), LEAF, DESIGN, n=100)
    assert "means of 16 runs of n = 100" in said


@pytest.mark.slow
def test_intervals_that_are_too_narrow_are_found():
    assert_intervals_cover(own, LEAF, DESIGN, n=200)

    def narrow(F, n, rng):
        found = own(F, n, rng)
        return replace(found, standard_errors=0.8 * found.standard_errors)

    said = message(assert_intervals_cover, narrow, LEAF, DESIGN, n=200)
    assert said.startswith("90 % intervals of F must hold the limit under ImageDesign(d=4, bandwidth=0.25) in 88 % ")
    said = message(assert_intervals_cover, lambda F, n, rng: np.zeros(4), LEAF, DESIGN)
    assert said.startswith("explain(F, n, rng) must return an object with .interval(level), got array([0., 0., 0., 0.]")

    class Odd(PlainLime):
        def __call__(self, F, n, rng):
            found = super().__call__(F, n, rng)
            found.__dict__["interval"] = lambda level: np.zeros((2, F.d))
            return found

    assert ".interval(level) must return the lower and upper end of each of 4" in message(
        assert_intervals_cover, Odd(), LEAF, DESIGN
    )
    with pytest.raises(ValueError, match="allowed must be less than what narrow intervals lose, "):
        assert_intervals_cover(own, LEAF, DESIGN, allowed=0.2)


def test_seeds():
    F = battery(6, 0)["random"]
    assert_deterministic(PlainLime(), F)
    assert "must draw its masks from rng, got the same" in message(assert_deterministic, PlainLime(seed=3), F)
    assert_deterministic(PlainLime(seed=3), F, seeds_matter=False)
    said = message(assert_deterministic, PlainLime(global_state=True), F)
    assert "leave global random states as they are, got a changed state of numpy.random for the battery's" in said

    def restless(F, n, rng, calls=[]):  # noqa: B006  (what it remembers is the point)
        calls.append(0)
        return np.full(6, float(len(calls)))

    assert "must give the same coefficients for the same seed, got ones that differ by 3" in message(
        assert_deterministic, restless, F
    )


@pytest.mark.slow
def test_equivariance_of_what_is_right():
    for F in (battery(6, 0)["random"], battery(6, 0)["dummy"], SYMMETRIC, LEAF):
        assert_equivariant(PlainLime(), F, n=300)
    for change in ({"bandwidth": 0.25}, {"width": 2.0}):
        assert_equivariant(PlainLime(), LEAF, n=300, under=(), others={"way": PlainLime(**change)})


@pytest.mark.slow
def test_equivariance_of_what_is_not():
    random, dummy = battery(6, 0)["random"], battery(6, 0)["dummy"]

    def uneven(F, n, rng):
        found = PlainLime()(F, n, rng).coefficients
        return found + 0.1 * np.arange(F.d)

    def capped(F, n, rng):
        return np.minimum(PlainLime()(F, n, rng).coefficients, 0.05)

    assert "'random' before and after a change of permutation must have the same law, got a difference" in message(
        assert_equivariant, uneven, random, under=["permutation"]
    )
    assert "'random' before and after a change of scale must" in message(
        assert_equivariant, capped, random, under=["scale"]
    )
    assert "dummy parts of the battery's" in message(assert_equivariant, uneven, dummy, under=["dummy"])
    assert "symmetric parts of F must" in message(assert_equivariant, uneven, LEAF, under=["symmetric"])
    said = message(assert_equivariant, PlainLime(), random, under=(), others={"kernel": PlainLime(bandwidth=0.5)})
    assert "'random' with another kernel must" in said
    with pytest.raises(ValueError, match="under must be one of permutation, scale, dummy, symmetric, got 'scael'"):
        assert_equivariant(PlainLime(), LEAF, under=["scael"])


def broken(F, n, rng):
    raise KeyError("weights")


@pytest.mark.parametrize("explain, said", [
    (broken, "got KeyError: 'weights'; the cause is above"),
    (lambda F, n, rng: np.zeros(3), "got shape (3,); return one coefficient for each part"),
    (lambda F, n, rng: np.zeros((4, 1)), "got shape (4, 1)"),
    (lambda F, n, rng: np.full(4, np.nan), "got 4 NaN or infinite; look for masks that do not determine the fit"),
    (lambda F, n, rng: None, "got None; return an array of floats, or an object with .coefficients"),
    (lambda F, n, rng: ["a", "b", "c", "d"], "got ['a', 'b', 'c', 'd']; return an array"),
    (lambda F: np.zeros(4), "takes 1 positional argument but 3 were given"),
    (lambda F, n, rng: np.zeros(4 + int(rng.integers(2))), "got shape (5,)"),
])  # fmt: skip
def test_answers_that_are_none_are_said_in_one_line(explain, said):
    found = message(assert_converges, explain, LEAF, DESIGN)
    assert found.startswith("explain(F, n, rng) must return 4 finite coefficients for d = 4 and n = 1000, got")
    assert said in found


def test_functions_without_a_number_of_parts_are_refused():
    with pytest.raises(ValueError, match=r"F must have a number of parts, got <function .* without .d; set F"):
        assert_deterministic(own, lambda masks: masks[:, 0])
    with pytest.raises(ValueError, match="must have the same number of parts, got 4 and 5"):
        assert_converges(own, LEAF, lt.ImageDesign(5))
    assert_deterministic(lambda F, n, rng: rng.random(3), lambda masks: masks[:, 0], d=3)
