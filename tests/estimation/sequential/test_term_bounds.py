"""Bounds of the terms of prop:unbiased, against the largest deviation over all masks."""

import naive
import numpy as np
import pytest

import limetheory as lt
from limetheory.estimation.sequential.term_bounds import influence_bounds, term_bounds


def largest(surrogate, design, low, high):
    """The largest deviation by trying F = low and F = high on every mask that is drawn."""
    masks = naive.masks(design.d)
    drawn = masks[design.probability(masks) > 0]
    g = surrogate(drawn)
    return np.max([np.abs(design.influence(drawn, end - g)).max(axis=0) for end in (low, high)], axis=0)


def surrogate(d, seed=0):
    return lt.Additive(np.random.default_rng(seed).normal(size=d), 0.3)


@pytest.mark.parametrize("d", [1, 2, 3, 6])
def test_bounds_are_the_largest_deviation_for_every_exchangeable_design(d):
    cases = naive.exchangeable(d) + ([("ShapleyDesign", (d,))] if d > 2 else [])
    for name, args in cases if d > 1 else [("ImageDesign", (1, 0.25))]:
        design = getattr(lt, name)(*args)
        for seed in range(3):
            g = surrogate(d, seed)
            found = term_bounds(g, design, -0.2, 1.0)
            np.testing.assert_allclose(found, largest(g, design, -0.2, 1.0), rtol=1e-9, err_msg=repr(design))


def test_sizes_that_are_never_drawn_do_not_count():
    design = lt.SizeLawDesign([0, 1, 1, 0, 0, 0])
    found = term_bounds(surrogate(5), design, 0.0, 1.0)
    np.testing.assert_allclose(found, largest(surrogate(5), design, 0.0, 1.0), rtol=1e-9)
    everywhere = term_bounds(surrogate(5), lt.SizeLawDesign([1e-9, 1, 1, 1e-9, 1e-9, 1e-9]), 0.0, 1.0)
    assert (everywhere > 1.2 * found).all()  # where they are, they do


def test_a_product_design_is_bounded_from_above():
    design = getattr(lt, naive.product(5)[0])(*naive.product(5)[1])
    found, exact = term_bounds(surrogate(5), design, 0.0, 1.0), largest(surrogate(5), design, 0.0, 1.0)
    assert (found >= exact).all() and (found < 50 * exact).all()
    plain, flat = lt.ProductDesign([0.5] * 5), lt.Additive(np.zeros(5), 0.5)
    np.testing.assert_allclose(term_bounds(flat, plain, 0, 1), largest(flat, plain, 0, 1), rtol=1e-12)


def test_other_surrogates_are_enumerated_and_refused_where_that_is_too_long():
    g = lt.Leaf(5, on=(0, 2), off=(1,))
    found = term_bounds(g, lt.ImageDesign(5), 0.0, 1.0)
    np.testing.assert_allclose(found, largest(g, lt.ImageDesign(5), 0.0, 1.0), rtol=1e-12)
    with pytest.raises(ValueError, match=r"d > 16, got Leaf and ImageDesign\(d=17, .*; use guarantee='asymptotic'"):
        term_bounds(lt.Leaf(17), lt.ImageDesign(17), 0.0, 1.0)


@pytest.mark.parametrize("case", naive.every(5), ids=naive.name)
def test_influence_bounds_are_the_largest_influence(case):
    design, masks = getattr(lt, case[0])(*case[1]), naive.masks(5)
    drawn = masks[design.probability(masks) > 0]
    exact, found = np.abs(design.influence(drawn, np.ones(len(drawn)))).max(axis=0), influence_bounds(design)
    assert found == pytest.approx(exact, rel=1e-9) or ("Product" in case[0] and (exact <= found).all())


def test_bounds_are_finite_for_a_thousand_superpixels():
    bounds = term_bounds(lt.Additive(np.linspace(-1, 1, 1000) / 500), lt.ImageDesign(1000), 0.0, 1.0)
    assert np.isfinite(bounds).all() and (bounds > 1).all()
