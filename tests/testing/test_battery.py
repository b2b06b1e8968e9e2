"""The battery's functions are in [0, 1], have exact limits, and are as symmetric as they say."""

from itertools import pairwise

import naive
import numpy as np
import pytest

import limetheory as lt
from limetheory.testing.battery import BATTERY, battery


@pytest.mark.parametrize("d", [1, 2, 3, 4, 5, 8, 12])
def test_values_dummies_and_symmetric_parts_are_as_stated(d):
    masks = lt.all_masks(d)
    for name, known in battery(d, rng=d).items():
        values = known.F(masks)
        assert known.d == d and known.name == name
        assert values.min() > -1e-12 and values.max() < 1 + 1e-12
        for j in known.dummies:
            flipped = masks.copy()
            flipped[:, j] ^= True
            assert np.abs(known.F(flipped) - values).max() < 1e-12
        for group in known.symmetric:
            for i, j in pairwise(group):
                swapped = masks.copy()
                swapped[:, [i, j]] = masks[:, [j, i]]
                assert np.abs(known.F(swapped) - values).max() < 1e-12


@pytest.mark.slow
@pytest.mark.parametrize("d", [1, 2, 5, 10])
def test_limits_are_those_of_brute_force(d):
    law, weight = naive.ImageDesign(d)
    for known in battery(d, rng=1).values():
        beta, _ = naive.regression(known.F(naive.masks(d)), law * weight)
        found = lt.limit(known.F, lt.ImageDesign(d)).coefficients
        assert np.abs(found - beta).max() < 1e-9


def test_functions_of_fifty_parts_have_closed_forms_for_limit_and_covariance():
    design, rng = lt.ImageDesign(50), np.random.default_rng(0)
    masks = design.sample(2000, rng)
    for known in battery(50, rng=0).values():
        values = known.F(masks)
        assert values.min() > -1e-12 and values.max() < 1 + 1e-12
        exact = lt.limit(known.F, design)
        assert exact.n_evaluations == 0
        found = lt.estimate(known.F, design, 4000, 1)
        assert np.all(np.abs(found.coefficients - exact.coefficients) < 6 * found.standard_errors + 1e-9)
        expected = lt.asymptotic_deviations(known.F, design) / np.sqrt(4000)
        if expected.any():  # else the standard errors are those that no residual at all leaves
            assert np.allclose(found.standard_errors, expected, rtol=0.4)


def test_every_row_is_drawn_and_a_seed_repeats_it():
    assert list(battery(6, rng=3)) == list(BATTERY)
    first, again = battery(6, rng=3), battery(6, rng=3)
    masks = lt.all_masks(6)
    assert all((first[name].F(masks) == again[name].F(masks)).all() for name in BATTERY)
    assert "`parity`" in str(BATTERY)
