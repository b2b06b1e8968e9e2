"""The masks to choose from: all of them, some drawn from the design, and neighbours where these are too few."""

import naive
import numpy as np
import pytest

import limetheory as lt
from limetheory.estimation.active.candidates import candidates, mass_is_exhausted


def keys(masks):
    return {row.tobytes() for row in masks}


@pytest.mark.parametrize("design, number", [
    (lt.ImageDesign(6), 64), (lt.ShapleyDesign(6), 62), (lt.TextDesign(6), 63), (lt.ProductDesign([0.4] * 6), 64),
], ids=repr)  # fmt: skip
def test_all_masks_with_mass_that_were_not_seen_where_they_are_few(design, number):
    seen = naive.masks(6)[[63, 5, 9]]
    found = candidates(design, seen, 30, np.random.default_rng(0))
    with_mass = naive.masks(6)[design.probability(naive.masks(6)) > 0]
    assert keys(found) == keys(with_mass) - keys(seen) and len(found) == len(keys(found))
    assert mass_is_exhausted(design, number) and not mass_is_exhausted(design, number - 1)


@pytest.mark.parametrize("design", [lt.ImageDesign(30), lt.ShapleyDesign(40), lt.BernoulliDesign(16, 0.3)], ids=repr)
def test_different_masks_that_were_not_seen_where_they_are_many(design):
    rng = np.random.default_rng(0)
    seen = design.sample(200, rng)
    found = candidates(design, seen, 300, rng)
    assert len(found) == len(keys(found)) > 1500 and not keys(found) & keys(seen)
    assert not mass_is_exhausted(design, 1 << 15)


def test_neighbours_are_enough_where_the_design_draws_few_masks():
    design = lt.ProductDesign(np.full(20, 1 - 1e-9))
    seen = np.ones((1, design.d), bool)
    found = candidates(design, seen, 300, np.random.default_rng(0))
    assert len(found) == len(keys(found)) >= design.d and not keys(found) & keys(seen)
    assert (found.sum(axis=1) == design.d - 1).sum() == design.d


def test_the_order_is_random():
    one, other = (candidates(lt.ImageDesign(6), np.zeros((0, 6), bool), 30, np.random.default_rng(k)) for k in (0, 1))
    assert keys(one) == keys(other) and (one != other).any()
