"""`refit`: least squares on the selected features, lime's numbers on the same masks, and its standard errors."""

import numpy as np
import pytest
from lime_rows import METHODS, lime_explains
from scipy.stats import binom

import limetheory as lt

D, N = 9, 150
DESIGNS = {"image": lt.ImageDesign(D), "text": lt.TextDesign(D)}


def sample_of(design, seed=0, n=N, values=None):
    """Masks whose first is the original, with values of a function with interactions."""
    rng = np.random.default_rng(seed)
    masks = design.sample(n, rng)
    masks[0] = True
    F = lt.SetFunction(rng.normal(size=1 << design.d)) if values is None else values
    return lt.Sample.of(masks, design.weight(masks), F(masks))


@pytest.mark.parametrize("kind", DESIGNS)
@pytest.mark.parametrize("method", [*METHODS, "auto", "none"])
@pytest.mark.parametrize("k", [1, 4, 7, D])
def test_coefficients_are_those_of_lime_on_the_same_masks(kind, method, k):
    sample = sample_of(DESIGNS[kind], k)
    chosen = lt.select_features(sample, k, method)
    found = lt.refit(sample, chosen, ridge=1.0)
    intercept, expected = lime_explains(sample.masks.astype(float), sample.values, sample.weights, k, method)
    assert sorted(expected) == sorted(chosen.tolist())
    assert abs(found.intercept - intercept) < 1e-10
    for j in range(D):
        assert abs(found.coefficients[j] - expected.get(j, 0.0)) < 1e-10
    without = lt.refit(sample, chosen)
    assert max(abs(without.coefficients[j] - x) for j, x in expected.items()) > 1e-5  # the ridge is seen


def test_without_ridge_it_is_least_squares_with_a_sandwich():
    sample, on = sample_of(DESIGNS["text"]), [7, 2, 4]
    found = lt.refit(sample, on)
    rows = np.column_stack([np.ones(N), sample.masks[:, on]])
    inverse = np.linalg.inv(rows.T @ (sample.weights[:, None] * rows))
    beta = inverse @ rows.T @ (sample.weights * sample.values)
    np.testing.assert_allclose(found.coefficients[on], beta[1:], rtol=0, atol=1e-12)
    leverage = sample.weights * np.einsum("ij,jk,ik->i", rows, inverse, rows)
    influence = (sample.weights * (sample.values - rows @ beta) / (1 - leverage))[:, None] * rows @ inverse
    covariance = (influence.T @ influence)[1:, 1:]
    np.testing.assert_allclose(found.covariance[np.ix_(on, on)], covariance, rtol=1e-9)
    np.testing.assert_allclose(found.standard_errors[on], np.sqrt(np.diag(covariance)), rtol=1e-9)
    others = np.setdiff1d(np.arange(D), on)
    assert not found.coefficients[others].any() and not found.standard_errors[others].any()
    assert not found.covariance[others].any() and found.method == "wls, 3 of 9 selected"


def test_names_are_kept_and_the_result_can_be_saved(tmp_path):
    names = [f"word {j}" for j in range(D)]
    found = lt.refit(sample_of(DESIGNS["text"]), [3, 1], names=names)
    assert found.names == tuple(names)
    found.save(tmp_path / "kept.npz")
    kept = lt.load_explanation(tmp_path / "kept.npz")
    assert kept.names == found.names and (kept.coefficients == found.coefficients).all()
    assert found.interval().shape == found.simultaneous_interval().shape == (D, 2)


def test_all_features_are_the_estimate_itself():
    design = DESIGNS["image"]
    F = lt.SetFunction(np.random.default_rng(3).normal(size=1 << D))
    expected = lt.estimate(F, design, N, 5)
    masks = design.sample(N, np.random.default_rng(5))
    sample = lt.Sample.of(masks, design.weight(masks), F(masks))
    found = lt.refit(sample, np.arange(D)[::-1], design=design)
    for name in ("coefficients", "standard_errors", "covariance"):
        np.testing.assert_allclose(getattr(found, name), getattr(expected, name), rtol=1e-12)


def test_no_feature_leaves_the_weighted_mean():
    sample = sample_of(DESIGNS["image"])
    found = lt.refit(sample, [])
    assert not found.coefficients.any()
    assert found.intercept == pytest.approx(np.average(sample.values, weights=sample.weights), rel=1e-12)


def test_an_additive_function_of_the_chosen_features_is_found_exactly():
    F = lt.Additive([0, 2.0, 0, 0, -1.0, 0, 0, 0, 0], 0.5)
    found = lt.refit(sample_of(DESIGNS["image"], values=F), [4, 1])
    np.testing.assert_allclose(found.coefficients, F.weights, atol=1e-12)
    np.testing.assert_allclose(found.standard_errors, 0, atol=1e-12)


RUNS, LEVEL = 600, 0.95


def coverage(scales):
    """How many of the runs' intervals, their half-widths multiplied by each scale, hold the limit of a coefficient."""
    design, on, held = lt.BernoulliDesign(6), [1, 4], np.zeros(len(scales), int)
    F = lt.SetFunction(np.random.default_rng(8).normal(size=64))
    truth = lt.limit(F, design).coefficients[1]  # independent coordinates: the limit on two features is the same
    for seed in range(RUNS):
        masks = design.sample(200, np.random.default_rng(seed))
        found = lt.refit(lt.Sample.of(masks, np.ones(200), F(masks)), on)
        low, high = found.interval(LEVEL)[1]
        held += abs(truth - (low + high) / 2) <= np.asarray(scales) * (high - low) / 2
    return held


@pytest.mark.slow
def test_intervals_on_given_features_cover():
    """False-alarm rate 1e-4 at exact coverage; intervals three quarters as wide (86 %) pass with less than 1e-4."""
    low, high = binom.ppf([5e-5, 1 - 5e-5], RUNS, LEVEL)
    whole, narrow = coverage([1.0, 0.75])
    assert low <= whole <= high
    assert binom.sf(low - 1, RUNS, 0.86) < 1e-4 and narrow < low


@pytest.mark.parametrize(
    ("chosen", "error", "message"),
    [
        ([0, 9], ValueError, "chosen must be from 0 to 8, got 9; leave it out"),
        ([-1], ValueError, "chosen must be from 0 to 8, got -1"),
        ([1, 1], ValueError, r"each index once, got \[1, 1\]; leave copies out"),
        ([0.5], TypeError, "list of integers"),
        ([True, False], TypeError, "list of integers"),
        ([[1]], TypeError, "list of integers"),
    ],
)
def test_refusals_of_indices(chosen, error, message):
    with pytest.raises(error, match=message):
        lt.refit(sample_of(DESIGNS["image"]), chosen)


def test_refusals_of_ridge_and_weights():
    sample = sample_of(DESIGNS["image"])
    with pytest.raises(ValueError, match="ridge must be at least 0, got -1"):
        lt.refit(sample, [1], ridge=-1)
    bad = lt.Sample(D, sample.bits, np.full(N, np.nan), sample.values)
    with pytest.raises(ValueError, match="weights must be finite"):
        lt.refit(bad, [1])
