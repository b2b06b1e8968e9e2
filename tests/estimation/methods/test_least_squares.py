"""A fit has the same numbers whether its rows are kept or computed again for each use."""

import numpy as np
import pytest

import limetheory as lt
from limetheory.estimation.methods import least_squares
from limetheory.estimation.methods.linear_models import Free
from limetheory.estimation.samples.sample import draw


def function(masks):
    return masks[:, 0] * masks[:, 1] * 1.0 - masks[:, 2] + np.sqrt(masks.sum(axis=1))


@pytest.mark.parametrize("sampling", ["design", "pairs", "strata"])
@pytest.mark.parametrize("ridge", [0.0, 1.0])
def test_kept_rows_change_no_digit(sampling, ridge, monkeypatch):
    def answer():
        found = lt.estimate(function, lt.ImageDesign(9), 1301, 0, ridge=ridge, sampling=sampling)
        return found.coefficients, found.covariance, found.degrees_of_freedom

    kept = answer()
    monkeypatch.setattr(least_squares, "_KEPT", 0)
    for one, other in zip(kept, answer(), strict=True):
        assert np.array_equal(one, other)


def test_blocks_of_influence_are_the_callers_own():
    sample = draw(function, lt.ImageDesign(6), 700, np.random.default_rng(0))
    fit = Free.of(sample).regression
    first = np.concatenate(list(fit.influence()))
    for block in fit.influence():
        block *= 2
    assert np.array_equal(first, np.concatenate(list(fit.influence())))
