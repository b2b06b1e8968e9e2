"""Degrees of freedom of each coefficient: intervals, comparisons, ranks and stability against scipy and simulation."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

import limetheory as lt
from limetheory import Explanation
from limetheory.explanation.quantiles import at_same_level, two_sided
from limetheory.statistics.inference import above, rank_intervals
from limetheory.statistics.stability import _reruns, stability

FREEDOM = np.array([2.5, 30.0, np.inf, 7.0])


def answer(freedom, rho=0.3, errors=(0.1, 0.2, 0.3, 0.15), beta=(0.5, -0.2, 0.1, 0.9)):
    errors = np.array(errors)
    correlation = np.full((len(errors), len(errors)), rho) + (1 - rho) * np.eye(len(errors))
    return Explanation(np.array(beta), 0.0, errors, 50, freedom, covariance=correlation * np.outer(errors, errors))


def law(freedom):
    return stats.t(freedom) if np.isfinite(freedom) else stats.norm()


@pytest.mark.parametrize("level", [0.5, 0.95, 0.999])
def test_each_interval_has_its_own_student_s_law(level):
    found = answer(FREEDOM)
    wanted = [law(freedom).ppf((1 + level) / 2) for freedom in FREEDOM] * found.standard_errors
    low, high = found.interval(level).T
    np.testing.assert_allclose(high - found.coefficients, wanted, rtol=1e-9)
    np.testing.assert_allclose(found.coefficients - low, wanted, rtol=1e-9)
    assert two_sided(level, FREEDOM) == pytest.approx([two_sided(level, each) for each in FREEDOM], rel=1e-12)


@pytest.mark.parametrize("freedom", [1.0, 2.5, 40.0, np.inf])
def test_equal_degrees_of_freedom_give_the_scalar_s_answers(freedom):
    one, each = answer(freedom), answer(np.full(4, freedom))
    for level in (0.5, 0.95):
        np.testing.assert_array_equal(each.interval(level), one.interval(level))
        np.testing.assert_array_equal(each.simultaneous_interval(level), one.simultaneous_interval(level))
        np.testing.assert_array_equal(rank_intervals(each, level), rank_intervals(one, level))
    unknown = [replace(each, covariance=None), replace(one, covariance=None)]
    np.testing.assert_array_equal(*(found.simultaneous_interval() for found in unknown))
    assert above(each, 0, 1) == above(one, 0, 1)
    found, wanted = stability(each, 2), stability(one, 2)
    assert (found.selected, found.change) == (wanted.selected, wanted.change)
    assert found.coefficients_index == wanted.coefficients_index


@pytest.mark.parametrize("freedom, other", [(2.5, 30.0), (30.0, 2.5), (np.inf, 3.0), (3.0, np.inf), (4.0, 4.0)])
def test_a_quantile_at_the_same_level_under_other_degrees_of_freedom(freedom, other):
    for quantile in (0.3, 2.0, 6.0):
        found = float(at_same_level(quantile, freedom, other))
        assert law(other).sf(found) == pytest.approx(law(freedom).sf(quantile), rel=1e-8)


def test_one_random_coefficient_and_sidak_s_bound_have_their_own_laws():
    alone = Explanation(np.zeros(2), 0.0, np.array([0.1, 0.0]), 9, np.array([3.0, 50.0]))
    level = stats.t(50).cdf(stats.t(50).ppf(0.975))
    assert alone.simultaneous_interval()[0, 1] == pytest.approx(0.1 * stats.t(3).ppf(level), rel=1e-9)
    unknown = replace(answer(FREEDOM), covariance=None)
    q = stats.norm.ppf((1 + 0.95 ** (1 / 4)) / 2)
    wanted = [law(freedom).isf(stats.norm.sf(q)) for freedom in FREEDOM] * unknown.standard_errors
    assert unknown.simultaneous_interval()[:, 1] - unknown.coefficients == pytest.approx(wanted, rel=1e-9)


RUNS, LEVEL = 20_000, 0.95
TOO_LITTLE = 0.942
"""Of 20,000 runs fewer are covered with probability < 1e-6 if 0.95 of all are, and more with < 1e-5 if 0.934 are."""


@pytest.mark.parametrize("rho", [0.0, 0.6, -0.3])
def test_simultaneous_intervals_cover_all_coefficients_at_once(rho):
    assert stats.binom.cdf(TOO_LITTLE * RUNS, RUNS, LEVEL) < 1e-6
    assert stats.binom.sf(TOO_LITTLE * RUNS, RUNS, 0.934) < 1e-5
    rng, freedom = np.random.default_rng(0), np.array([3.0, 8.0, 30.0, 200.0])
    found = answer(freedom, rho)
    half = (found.simultaneous_interval(LEVEL)[:, 1] - found.coefficients) / found.standard_errors
    root = np.linalg.cholesky(found.covariance / np.outer(found.standard_errors, found.standard_errors))
    normal = rng.normal(size=(RUNS, 4)) @ root.T
    shared = rng.random((RUNS, 1))  # variances that fall and rise together, and independent ones
    for probability in (shared, rng.random((RUNS, 4))):
        t = normal / np.sqrt(stats.chi2.ppf(probability, freedom) / freedom)
        assert (np.abs(t) <= half).all(axis=1).mean() > TOO_LITTLE
        pointwise = (found.interval(LEVEL)[:, 1] - found.coefficients) / found.standard_errors
        assert (np.abs(t) <= pointwise).all(axis=1).mean() < 0.934  # mutant


def test_the_largest_degrees_of_freedom_for_all_cover_too_little():
    rng, freedom = np.random.default_rng(0), np.array([3.0, 8.0, 30.0, 200.0])
    found = answer(200.0, 0.0)
    half = (found.simultaneous_interval(LEVEL)[:, 1] - found.coefficients) / found.standard_errors
    t = rng.normal(size=(RUNS, 4)) / np.sqrt(rng.chisquare(freedom, (RUNS, 4)) / freedom)
    assert (np.abs(t) <= half).all(axis=1).mean() < 0.934


@pytest.mark.parametrize("i, j, freedom", [(0, 1, 2.5), (1, 2, 30.0), (3, 1, 7.0)])
def test_a_comparison_has_the_smaller_degrees_of_freedom(i, j, freedom):
    found = answer(FREEDOM)
    compared = above(found, i, j)
    variance = found.covariance[i, i] + found.covariance[j, j] - 2 * found.covariance[i, j]
    assert compared.degrees_of_freedom == freedom
    assert compared.standard_error == pytest.approx(np.sqrt(variance), rel=1e-12)
    assert compared.p_value == pytest.approx(stats.t(freedom).sf(compared.difference / np.sqrt(variance)), rel=1e-9)


def test_ranks_of_coefficients_with_few_degrees_of_freedom_are_less_certain():
    beta, errors = (1.0, 0.0, 2.0, 3.0), (0.1, 0.1, 0.1, 0.1)
    sure = rank_intervals(answer(np.full(4, 60.0), 0.0, errors, beta))
    found = rank_intervals(answer(np.array([1.5, 60, 60, 60]), 0.0, errors, beta))
    assert sure.tolist() == [[3, 3], [4, 4], [2, 2], [1, 1]]
    assert (found[:, 0] <= sure[:, 0]).all() and (sure[:, 1] <= found[:, 1]).all()
    assert found[0].tolist() != [3, 3] and found[3, 0] == 1


@pytest.mark.parametrize("freedom", [np.array([3.0, 10.0, np.inf, 5.0]), np.full(4, 4.0)])
def test_reruns_have_student_s_law_with_each_coefficient_s_degrees_of_freedom(freedom):
    # Kolmogorov–Smirnov of 20,000 draws: a p-value below 1e-6 comes by chance once in a million.
    found = answer(freedom)
    runs = (_reruns(found, np.random.default_rng(0), RUNS) - found.coefficients) / (np.sqrt(2) * found.standard_errors)
    for one, each in zip(runs.T, freedom, strict=True):
        assert stats.kstest(one, law(each).cdf).pvalue > 1e-6
    assert stats.kstest(runs[:, 0], stats.norm.cdf).pvalue < 1e-6  # mutant: the normal law for all


def test_the_coefficients_index_averages_the_overlaps_of_all_laws():
    found = stability(answer(FREEDOM), 2)
    wanted = np.mean([2 * stats.norm.cdf(np.sqrt(2) * law(each).ppf(0.975)) - 1 for each in FREEDOM])
    assert found.coefficients_index == pytest.approx(wanted, rel=1e-9)


@pytest.mark.parametrize("method", ["wls", "unbiased"])
def test_estimates_answer_all_questions(method):
    found = lt.estimate(lt.Leaf(5, on=(0, 1)), lt.ImageDesign(5), 60, 0, method)
    assert found.degrees_of_freedom.shape == (5,)
    assert (np.diff(found.simultaneous_interval()) >= np.diff(found.interval())).all()
    assert above(found, 0, 4).p_value < 0.5 and rank_intervals(found).shape == (5, 2)
    assert stability(found, 2).inclusion.sum() == pytest.approx(2)
