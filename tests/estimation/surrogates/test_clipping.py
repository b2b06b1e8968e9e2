"""Clipping: its bounds hold for every surrogate by brute force, and most masks are not affected."""

import naive
import numpy as np
import pytest

import limetheory as lt
from limetheory.estimation.surrogates.clipping import Clipping

LOW, HIGH = -0.3, 0.9


def made(case):
    return getattr(lt, case[0])(*case[1])


def largest(design, clipping, values):
    """Largest |influence (F − g_c)| over F = lo and F = hi on every mask that is drawn, (d,)."""
    masks = naive.masks(design.d)
    drawn = design.probability(masks) > 0
    influence = design.influence(masks[drawn], np.ones(drawn.sum()))
    clipped = clipping(values[drawn], influence)
    return np.max([np.abs(influence * (end - clipped)[:, None]).max(axis=0) for end in (LOW, HIGH)], axis=0)


def surrogates(d):
    """Values of surrogates on all masks, most of them far outside of [lo, hi]."""
    rng = np.random.default_rng(0)
    return [*rng.normal(size=(3, 2**d)), *1e6 * rng.normal(size=(3, 2**d)), np.full(2**d, 1e9), np.full(2**d, -1e9),
            rng.uniform(LOW, HIGH, 2**d)]  # fmt: skip


@pytest.mark.parametrize("case", naive.every(5), ids=naive.name)
def test_terms_keep_to_the_bounds_whatever_the_surrogate_says(case):
    design = made(case)
    clipping = Clipping(design, (LOW, HIGH), design.sample(40, np.random.default_rng(1)))
    found = np.array([largest(design, clipping, values) for values in surrogates(5)])
    assert (found <= clipping.bounds * (1 + 1e-12)).all()
    unclipped = largest(design, lambda values, influence: values, surrogates(5)[3])
    assert (unclipped > 100 * clipping.bounds).all()  # mutant


@pytest.mark.parametrize("case", naive.every(5), ids=naive.name)
def test_the_range_alone_is_too_much_for_the_bounds_where_they_are_narrower(case):
    design = made(case)
    clipping = Clipping(design, (LOW, HIGH), design.sample(40, np.random.default_rng(1)))
    clipped = largest(design, lambda values, influence: np.clip(values, LOW, HIGH), surrogates(5)[6])
    if "Product" not in case[0]:  # whose largest influence is only known from above
        assert clipped.max() * clipping._share == pytest.approx(clipping.bounds.max(), rel=1e-9)


def test_image_lime_is_bounded_by_the_influence_of_masks_that_are_drawn():
    design, rng = lt.ImageDesign(50), np.random.default_rng(0)
    clipping, masks = Clipping(design, (0.0, 1.0), design.sample(1000, rng)), design.sample(4000, rng)
    whole = np.abs(design.influence(np.tri(51, 50, -1, dtype=bool), np.ones(51))).max()
    assert (clipping.bounds < 0.85 * whole).all()
    influence = design.influence(masks, np.ones(4000))
    kept = [(clipping(np.full(4000, end), influence) == end) for end in (0.0, 1.0)]
    squares = (influence**2).sum(axis=1)
    for untouched in kept:
        assert squares[untouched].sum() / squares.sum() == pytest.approx(0.9, abs=0.05)


def test_where_all_masks_have_the_same_influence_it_is_the_range():
    design = lt.BernoulliDesign(6)
    clipping = Clipping(design, (LOW, HIGH), design.sample(10, np.random.default_rng(0)))
    assert clipping.bounds == pytest.approx(np.full(6, 2 * (HIGH - LOW)))
    values = np.linspace(-1, 2, 64)
    influence = design.influence(naive.masks(6), np.ones(64))
    assert clipping(values, influence) == pytest.approx(np.clip(values, LOW, HIGH))


def test_a_surrogate_in_the_middle_is_never_touched():
    design, middle = lt.ImageDesign(8, 0.1), np.full(256, (LOW + HIGH) / 2)
    clipping = Clipping(design, (LOW, HIGH), np.zeros((3, 8), bool))  # masks without influence: the least share
    assert clipping(middle, design.influence(naive.masks(8), np.ones(256))) == pytest.approx(middle, abs=1e-15)
