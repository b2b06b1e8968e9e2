"""Forecasts of stability: closed forms, and real re-runs with both error rates."""

import naive
import numpy as np
import pytest
from scipy.stats import norm

import limetheory as lt
from limetheory.statistics import stability


def answer(coefficients, covariance, freedom=np.inf) -> lt.Explanation:
    covariance = np.asarray(covariance, float)
    errors = np.sqrt(np.diag(covariance))
    return lt.Explanation(np.asarray(coefficients, float), 0.0, errors, 100, freedom, covariance=covariance)


def test_two_superpixels_change_places_with_the_probability_of_the_normal_law():
    # |β| = β here up to 1e-12. 10^5 draws know a probability to 0.0016; 6 of them are a false alarm < 1e-8.
    covariance = np.array([[0.04, 0.01], [0.01, 0.09]])
    found = stability(answer([10.3, 10.0], covariance), 1, draws=100_000)
    gap = 0.3 / np.sqrt(0.04 + 0.09 - 0.02)
    assert found.selected == (0,) and found.change == pytest.approx(norm.cdf(-gap / np.sqrt(2)), abs=0.0095)
    assert found.variables_index == pytest.approx(1 - found.change)
    np.testing.assert_allclose(found.inclusion, [1 - found.change, found.change])
    assert abs(found.change - norm.cdf(-gap)) > 0.0095  # mutant: the error of this run forgotten


def test_the_set_is_that_of_the_largest_absolute_coefficients_and_shares_add_up():
    found = stability(answer([0.1, -3.0, 2.0, 0.0], 0.25 * np.eye(4)), 3, rng=1)
    assert found.selected == (1, 2, 0) and found.inclusion.sum() == pytest.approx(3)
    assert found.variables_index == pytest.approx(found.inclusion[[1, 2, 0]].sum() / 3)
    assert 0 < found.change < 1 and found.change >= 1 - found.variables_index


def test_a_limit_and_a_full_set_never_change():
    limit = lt.limit(lt.Additive([2.0, 1.0, 3.0]), lt.ImageDesign(3))
    found = stability(limit, 2)
    assert (found.selected, found.change, found.variables_index, found.coefficients_index) == ((2, 0), 0, 1, 1)
    assert stability(answer([0, 0, 0], np.eye(3)), 3).change == 0


def test_the_same_seed_gives_the_same_forecast():
    one = answer([0.1, 0.2, 0.3], np.eye(3), 12.0)
    assert stability(one, 2).change == stability(one, 2, rng=0).change != stability(one, 2, rng=1).change


@pytest.mark.parametrize("k, kind, message", [
    (4, {}, "k must be at most d = 3, got 4"),
    (0, {}, "k must be at least 1, got 0"),
    (1, {"covariance": None}, "must have a covariance, got None; explain by limetheory.estimate"),
    (1, {"standard_errors": np.array([1, np.inf, 1])}, "must be finite, got 1 of 3 infinite; draw more masks"),
])  # fmt: skip
def test_wrong_arguments_are_named(k, kind, message):
    fields = {"standard_errors": np.ones(3), "covariance": np.eye(3), **kind}
    with pytest.raises(ValueError, match=message):
        stability(lt.Explanation(np.ones(3), 0.0, n_evaluations=9, **fields), k)


@pytest.fixture(scope="module")
def pairs():
    """300 set functions with two independent runs of 200 masks each."""
    rng, design, found = np.random.default_rng(0), lt.ImageDesign(6), []
    for _ in range(300):
        F = lt.SetFunction(naive.masks(6) @ rng.normal(size=6) + 2 * rng.normal(size=64))
        found.append([lt.estimate(F, design, 200, rng) for _ in range(2)])
    return found


def selected(one, k):
    return {int(j) for j in np.argsort(-np.abs(one.coefficients))[:k]}


@pytest.mark.slow
@pytest.mark.parametrize("k", [1, 3])
def test_as_many_runs_change_as_their_forecasts_say(pairs, k):
    # Σ (changed − forecast) has variance Σ q (1 − q) if the forecasts q are right; 5 standard deviations and 2 % of the
    # 300 for the fixed, not flat, law of β are a false alarm with probability < 1e-6. A forecast whose mean is wrong
    # by 0.31, ten standard deviations and 2 %, passes with probability < 1e-6. The mutant, found with this seed,
    # halves the standard errors.
    changed = np.array([selected(a, k) != selected(b, k) for a, b in pairs], float)
    q = np.array([stability(a, k, draws=500).change for a, _ in pairs])
    allowed = 5 * np.sqrt((q * (1 - q)).sum()) + 0.02 * len(q)
    assert abs((changed - q).sum()) < allowed
    assert 0.1 < changed.mean() < 0.9
    low, high = q < np.median(q), q >= np.median(q)  # and the forecasts tell the stable from the unstable
    assert changed[high].mean() - changed[low].mean() > 0.2
    forgetful = np.array([
        stability(answer(a.coefficients, a.covariance / 4, a.degrees_of_freedom), k, draws=500).change
        for a, _ in pairs
    ])  # fmt: skip
    assert abs((changed - forgetful).sum()) > 5 * np.sqrt((forgetful * (1 - forgetful)).sum()) + 0.02 * len(q)


@pytest.mark.slow
def test_the_expected_overlap_is_that_of_pairs_of_runs(pairs):
    # VSI of 300 pairs: its standard error is below 0.25 / √300 = 0.0145; 5 of them are 0.0725.
    shared = np.array([len(selected(a, 3) & selected(b, 3)) / 3 for a, b in pairs])
    forecast = np.mean([stability(a, 3, draws=1000).variables_index for a, _ in pairs])
    assert shared.std() < 0.25 and abs(shared.mean() - forecast) < 0.075
    assert forecast < 0.95


@pytest.mark.slow
def test_csi_is_the_same_whatever_n_because_it_tests_the_intervals(pairs):
    # 1800 overlaps, correlated within a pair: the share has a standard error below √(0.0065 / 300) = 0.0047.
    overlaps = []
    for a, b in pairs:
        (low, high), (other_low, other_high) = a.interval().T, b.interval().T
        overlaps.append((low < other_high) & (other_low < high))
    forecasts = [stability(a, 3, draws=10).coefficients_index for a, _ in pairs]
    assert np.mean(overlaps) == pytest.approx(np.mean(forecasts), abs=5 * 0.0047)
    assert stability(answer([0.0], [[1.0]]), 1).coefficients_index == pytest.approx(0.9944, abs=1e-4)
