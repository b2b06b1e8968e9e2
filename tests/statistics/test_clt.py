"""thm:clt: the exact asymptotic covariance against the sandwich by brute force and against simulation."""

import mpmath
import naive
import numpy as np
import pytest
from many_fits import slopes_of_runs

import limetheory as lt
from limetheory.statistics import asymptotic_covariance, asymptotic_deviations, clt


def sandwich(values, law, weight, efficient=False):
    """Σ^{-1} E[π² r² z̃ z̃ᵀ] Σ^{-1} without the intercept, projected for efficient designs."""
    d = len(values).bit_length() - 1
    rows = np.column_stack([np.ones(2**d), naive.masks(d)])
    beta, intercept = naive.regression(values, law * weight, efficient=efficient)
    score = (weight * (values - intercept - naive.masks(d) @ beta))[:, None] * rows
    meat = sum(p * np.outer(s, s) for p, s in zip(law, score, strict=True))
    gram = naive.gram(d, law * weight)
    free = np.eye(d + 1)
    if efficient:  # the intercept is fixed, and the coefficients move within their sum
        free[0, 0], free[1:, 1:] = 0, np.eye(d) - 1 / d
    bread = np.linalg.pinv(free @ gram @ free)
    return (bread @ meat @ bread)[1:, 1:]


@pytest.mark.parametrize("d", [2, 3, 5])
def test_thm_clt_is_the_sandwich_for_every_design(d):
    values = np.random.default_rng(d).normal(size=2**d)
    for name, args in naive.every(d):
        table, design = lt.SetFunction(values), getattr(lt, name)(*args)
        expected = sandwich(values, *naive.measure(name, args), efficient=name == "ShapleyDesign")
        found, case = asymptotic_covariance(table, design), naive.name((name, args))
        scale = np.abs(expected).max()
        np.testing.assert_allclose(found, expected, rtol=1e-8, atol=1e-10 * (1 + scale), err_msg=case)
        np.testing.assert_array_equal(asymptotic_deviations(table, design), np.sqrt(np.diag(found)), err_msg=case)


def test_thm_clt_additive_functions_are_explained_without_error():
    values = naive.masks(4) @ np.array([1.0, -2.0, 0.5, 3.0]) + 0.25
    for name, args in naive.every(4):
        assert asymptotic_deviations(lt.SetFunction(values), getattr(lt, name)(*args)).max() < 1e-12


def test_thm_clt_scales_with_f_and_ignores_additive_parts():
    design, values = lt.ImageDesign(4), np.random.default_rng(0).normal(size=16)
    other = -3 * values + naive.masks(4) @ np.arange(4) + 7
    plain, moved = (asymptotic_deviations(lt.SetFunction(v), design) for v in (values, other))
    np.testing.assert_allclose(moved, 3 * plain, rtol=1e-10, atol=0)


def precise_sandwich(model, d, sigma):
    """The covariance for GLIME's design in 700 digits: independent superpixels, no weights."""
    with mpmath.workdps(700):
        keep = 1 / (1 + mpmath.exp(-1 / mpmath.mpf(sigma) ** 2))
        masks = [[1, *map(int, mask)] for mask in naive.masks(d)]
        law = [keep ** (sum(row) - 1) * (1 - keep) ** (d + 1 - sum(row)) for row in masks]
        values = [mpmath.mpf(float(value)) for value in model(naive.masks(d) > 0)]
        rows, weights = mpmath.matrix(masks), mpmath.diag(law)
        inverse = (rows.T * weights * rows) ** -1
        beta = inverse * (rows.T * weights * mpmath.matrix(values))
        residuals = mpmath.matrix(values) - rows * beta
        meat = rows.T * mpmath.diag([p * r**2 for p, r in zip(law, residuals, strict=True)]) * rows
        return np.array((inverse * meat * inverse).tolist(), float)[1:, 1:]


@pytest.mark.parametrize("sigma", [0.3, 0.2, 0.1, 0.07])
@pytest.mark.parametrize("d", [2, 4])
def test_thm_clt_survives_masks_that_are_hardly_ever_drawn(d, sigma, monkeypatch):
    # at σ = 0.07 all masks but the full one have a mass of 1e-88
    design, table = lt.GlimeDesign(d, sigma), lt.SetFunction(np.random.default_rng(d).normal(size=2**d))
    for model in (table, lt.Leaf(d, on=(0,), off=(1,))):
        expected = precise_sandwich(model, d, sigma)
        np.testing.assert_allclose(asymptotic_covariance(model, design), expected, atol=1e-12 * expected.max())
    if sigma <= 0.1:  # the mutant keeps the rounding errors of the residuals
        monkeypatch.setattr(clt, "residuals", lambda F, z, exact: F - exact.intercept - z @ exact.coefficients)
        assert asymptotic_covariance(table, design).max() > 1e3 * precise_sandwich(table, d, sigma).max()


def test_an_influence_beyond_the_range_of_squares_is_refused():
    for model in (lt.SetFunction(range(8)), lt.Leaf(3, on=(0,), off=(1,))):
        with pytest.raises(lt.DegenerateDesignError, match=r"must be below 1e\+150, got .*e\+17[34] for"):
            asymptotic_covariance(model, lt.GlimeDesign(3, 0.05))


@pytest.mark.slow
@pytest.mark.parametrize("case", [("ImageDesign", (4, 0.25)), ("ShapleyDesign", (4,))], ids=naive.name)
def test_thm_clt_predicts_the_scatter_of_two_thousand_estimates(case):
    # A standard deviation of 2000 estimates has a relative standard error of about 1.6 %; six of them and 3 %
    # for the O(1/n) of the theorem at n = 800 make 13 %. The false alarm is below 1e-6 per coefficient; a
    # deviation that is wrong by 25 % passes with probability below 1e-6. The mutant, the homoscedastic formula
    # without weights squared, is wrong by more.
    design, rng = getattr(lt, case[0])(*case[1]), np.random.default_rng(1)
    law, weight = naive.measure(*case)
    values = np.exp(1.5 * naive.masks(4) @ np.array([0.2, 0.6, 0.9, 0.4])) * np.tile([1, -1], 8)
    table, n = lt.SetFunction(values), 800
    found = slopes_of_runs(values, design, n, rng, 2000).std(axis=0)
    ratio = found * np.sqrt(n) / asymptotic_deviations(table, design)
    assert (np.abs(ratio - 1) < 0.13).all(), ratio

    exact = lt.limit(table, design)
    residual = values - exact.intercept - naive.masks(4) @ exact.coefficients
    mass = law * weight
    homoscedastic = np.sqrt(mass @ residual**2 * np.diag(np.linalg.inv(naive.gram(4, mass)))[1:])
    assert (np.abs(found * np.sqrt(n) / homoscedastic - 1) > 0.25).any()
