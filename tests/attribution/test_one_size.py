"""Masks of one size leave the slopes of a regression open, but neither means nor KernelSHAP's numbers."""

from itertools import combinations

import numpy as np
import pytest

import limetheory as lt
from limetheory.attribution import ATTRIBUTIONS, attribution_limit

D, SIZE = 5, 2
VALUES = np.random.default_rng(5).uniform(0.1, 0.9, 2**D)
F = lt.SetFunction(VALUES)
DESIGN = lt.SizeLawDesign([0, 0, 1, 0, 0, 0])
PAIRS = list(combinations(range(D), SIZE))
FULL = VALUES[-1]


def value(parts):
    return VALUES[sum(1 << j for j in parts)]


def shown(j):
    return np.mean([value(pair) for pair in PAIRS if j in pair])


def hidden(j):
    return np.mean([value(pair) for pair in PAIRS if j not in pair])


def shapley_kernel_fit():
    """Least squares of F − F(0) on pairs under Σ β = F(1) − F(0), all pairs having one weight, by Lagrange."""
    rows = np.array([[j in pair for j in range(D)] for pair in PAIRS], float)
    targets = np.array([value(pair) for pair in PAIRS]) - VALUES[0]
    system = np.block([[rows.T @ rows, np.ones((D, 1))], [np.ones((1, D)), np.zeros((1, 1))]])
    return np.linalg.solve(system, np.append(rows.T @ targets, FULL - VALUES[0]))[:D]


def log_odds(p):
    return np.log2(p / (1 - p))


BY_HAND = {
    "rise": [shown(j) for j in range(D)],
    "pda": [FULL - hidden(j) for j in range(D)],
    "pda_log_odds": [log_odds(FULL) - log_odds(hidden(j)) for j in range(D)],
    "pda_information": [np.log2(FULL) - np.log2(hidden(j)) for j in range(D)],
    "kernel_shap": shapley_kernel_fit(),
}


@pytest.mark.parametrize("method", BY_HAND)
def test_what_masks_of_one_size_determine_is_estimated(method):
    row = ATTRIBUTIONS[method]
    limit = attribution_limit(method, F, DESIGN)
    np.testing.assert_allclose(limit.coefficients, BY_HAND[method], rtol=0, atol=1e-12)
    every = lt.estimate(F, DESIGN, len(PAIRS), 0, method=row.as_method(), sampling="strata")
    np.testing.assert_allclose(every.coefficients, BY_HAND[method], rtol=0, atol=1e-12)
    assert not every.standard_errors.any()
    drawn = lt.estimate(F, DESIGN, 60, 0, method=row.as_method())
    assert (0 < drawn.standard_errors).all() and np.isfinite(drawn.standard_errors).all()


@pytest.mark.parametrize("method", ["ols", "lime"])
@pytest.mark.parametrize("design", [DESIGN, lt.LeaveOneOutDesign(D)])
def test_what_they_leave_open_is_refused_under_the_name_of_the_design_that_was_given(method, design):
    row = ATTRIBUTIONS[method]
    if design is not DESIGN:  # two sizes determine everything
        assert np.isfinite(lt.estimate(F, design, 40, 0, method=row.as_method()).coefficients).all()
        return
    for ask in (
        lambda: attribution_limit(method, F, design),
        lambda: lt.estimate(F, design, 40, 0, method=row.as_method()),
    ):
        with pytest.raises(lt.DegenerateDesignError, match=r"at least two sizes, got SizeLawDesign\(d=5\) with all"):
            ask()


def test_a_regression_asks_for_its_own_weights_and_not_for_those_of_the_design():
    """The design's weights leave pairs alone, least squares with equal weights reads all masks that it draws."""
    with np.errstate(divide="ignore"):
        design = lt.ExchangeableDesign(D, lt.BernoulliDesign(D).log_law, np.log(np.arange(D + 1) == SIZE))
    with pytest.raises(lt.DegenerateDesignError, match=r"at least two sizes, got ExchangeableDesign\(d=5\) with all"):
        lt.estimate(F, design, 400, 0, method=ATTRIBUTIONS["lime"].as_method())
    plain = attribution_limit("ols", F, lt.BernoulliDesign(D)).coefficients
    np.testing.assert_allclose(attribution_limit("ols", F, design).coefficients, plain, rtol=0, atol=1e-12)
    every = lt.estimate(F, design, 2**D, 0, method=ATTRIBUTIONS["ols"].as_method())
    assert (np.abs(every.coefficients - plain) < 5 * every.standard_errors).all()
    assert np.isfinite(every.standard_errors).all()
