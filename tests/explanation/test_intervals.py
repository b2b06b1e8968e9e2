"""The result type: intervals of the normal and of Student's law, one by one and all at once."""

import numpy as np
import pytest
from scipy import stats

import limetheory as lt
from limetheory import Explanation


def explanation(freedom: float = np.inf) -> Explanation:
    return Explanation(np.array([0.5, -1.0]), 0.1, np.array([0.1, 0.0]), 10, freedom)


@pytest.mark.parametrize("level", [0.5, 0.95, 0.999])
@pytest.mark.parametrize("freedom, law", [(np.inf, stats.norm()), (7.5, stats.t(7.5)), (1.0, stats.cauchy())])
def test_interval_has_the_stated_level(level, freedom, law):
    low, high = explanation(freedom).interval(level).T
    np.testing.assert_allclose((low + high) / 2, [0.5, -1.0], rtol=1e-12)
    assert law.cdf((high[0] - 0.5) / 0.1) - law.cdf((low[0] - 0.5) / 0.1) == pytest.approx(level, rel=1e-9)
    assert low[1] == high[1] == -1.0


def test_an_undetermined_coefficient_has_an_infinite_interval():
    answer = Explanation(np.array([0.5]), 0.0, np.array([np.inf]), 3, 4.0)
    assert answer.interval().tolist() == [[-np.inf, np.inf]] and answer.d == 1


@pytest.mark.parametrize("level", [0, 1, 95, -0.1, np.nan, np.inf])
def test_a_level_outside_the_unit_interval_is_refused(level):
    with pytest.raises(ValueError, match=r"level must be above 0 and below 1.*write 0.95 for 95 %"):
        explanation().interval(level)


def test_an_explanation_is_frozen():
    with pytest.raises(AttributeError):
        explanation().intercept = 2.0


def correlated(correlation, freedom=np.inf, errors=None) -> Explanation:
    errors = np.ones(len(correlation)) if errors is None else np.asarray(errors, float)
    covariance = np.where(correlation == 0, 0.0, correlation) * np.outer(errors, errors)
    return Explanation(np.zeros(len(errors)), 0.0, errors, 100, freedom, covariance=covariance)


def quantile(answer: Explanation, level: float) -> float:
    """Half-width of a coefficient over its standard error."""
    return float(answer.simultaneous_interval(level)[0, 1] / answer.standard_errors[0])


def one_factor(d: int, rho: float) -> np.ndarray:
    return np.full((d, d), rho) + (1 - rho) * np.eye(d)


def level_error(level: float) -> float:
    """Five standard errors at most of an average of 2^14 probabilities whose mean is the level.

    For other directions than the fixed ones it would be exceeded with probability < 1e-6.
    """
    return 5 * np.sqrt(level * (1 - level) / 2**14)


@pytest.mark.parametrize("level", [0.5, 0.9, 0.95, 0.99])
@pytest.mark.parametrize("d", [2, 3, 10, 50])
def test_independent_coefficients_are_covered_together_at_the_product_of_their_levels(d, level):
    q = quantile(correlated(np.eye(d)), level)
    assert (2 * stats.norm.cdf(q) - 1) ** d == pytest.approx(level, abs=level_error(level))
    assert level**d < level - level_error(level)  # mutant: the pointwise quantile


@pytest.mark.parametrize("freedom", [3.0, 20.0, np.inf])
@pytest.mark.parametrize("rho", [-0.4, 0.3, 0.9])
def test_correlated_coefficients_are_covered_together_at_the_level_of_the_multivariate_t(rho, freedom):
    correlation = one_factor(3, rho)
    q = quantile(correlated(correlation, freedom), 0.95)
    box = {"lower_limit": np.full(3, -q)}
    if np.isfinite(freedom):
        found = stats.multivariate_t(shape=correlation, df=freedom, seed=0).cdf(np.full(3, q), **box)
    else:
        found = stats.multivariate_normal(cov=correlation).cdf(np.full(3, q), **box)
    assert found == pytest.approx(0.95, abs=level_error(0.95))


@pytest.mark.parametrize("freedom", [2.5, np.inf])
def test_one_coefficient_and_equal_coefficients_need_no_more_than_the_pointwise_interval(freedom):
    for correlation in (np.ones((1, 1)), np.ones((4, 4))):
        answer = correlated(correlation, freedom)
        np.testing.assert_allclose(answer.simultaneous_interval(), answer.interval(), rtol=1e-9)


@pytest.mark.parametrize("rho", [0.0, 0.5, 0.99])
def test_simultaneous_intervals_lie_between_the_pointwise_and_sidak_s(rho):
    answer = correlated(one_factor(6, rho), 30.0, np.arange(1.0, 7.0))
    unknown = Explanation(answer.coefficients, 0.0, answer.standard_errors, 100, 30.0)
    point, together, sidak = (
        a.max(axis=1) for a in (answer.interval(), answer.simultaneous_interval(), unknown.simultaneous_interval())
    )
    assert (point < together).all() and (together <= sidak).all()
    np.testing.assert_allclose(sidak / answer.standard_errors, stats.t(30).ppf((1 + 0.95 ** (1 / 6)) / 2), rtol=1e-12)
    assert (together < sidak).all() or rho == 0
    assert np.array_equal(answer.simultaneous_interval(), answer.simultaneous_interval())


def test_known_and_undetermined_coefficients_leave_the_others_as_they_are():
    errors = np.array([np.inf, 1.0, 0.0, 2.0])
    covariance = np.zeros((4, 4))
    covariance[0, 0] = np.inf
    covariance[np.ix_([1, 3], [1, 3])] = [[1.0, 1.0], [1.0, 4.0]]
    found = Explanation(np.zeros(4), 0.0, errors, 9, covariance=covariance).simultaneous_interval(0.9)
    two = correlated(one_factor(2, 0.5), errors=[1.0, 2.0]).simultaneous_interval(0.9)
    np.testing.assert_allclose(found, [[-np.inf, np.inf], two[0], [0, 0], two[1]], rtol=1e-9)
    limit = Explanation(np.ones(3), 0.0, np.zeros(3), 0).simultaneous_interval()
    assert limit.tolist() == [[1.0, 1.0]] * 3


def test_the_explanation_of_an_image_knows_its_covariance_too():
    image, quarters = np.random.default_rng(0).random((4, 4)), np.arange(16).reshape(4, 4) // 4
    answer = lt.explain_image(lambda x: (x**2).mean(axis=(1, 2, 3)) ** 2, image, segments=quarters, n=40, rng=0)
    np.testing.assert_array_equal(np.sqrt(np.diag(answer.covariance)), answer.standard_errors)
    wider = np.diff(answer.simultaneous_interval(), axis=1) / np.diff(answer.interval(), axis=1)
    assert (wider > 1.1).all()
    quantiles = np.diff(answer.simultaneous_interval(), axis=1)[:, 0] / 2 / answer.standard_errors
    most = np.argmax(answer.degrees_of_freedom)  # all at the two-sided level of the one with most degrees of freedom
    level = stats.t.sf(quantiles[most], answer.degrees_of_freedom[most])
    # SciPy 1.11 finds a quantile to nine digits only
    np.testing.assert_allclose(quantiles, stats.t.isf(level, answer.degrees_of_freedom), rtol=1e-8)


def test_a_level_outside_the_unit_interval_is_refused_for_all_at_once():
    with pytest.raises(ValueError, match=r"level must be above 0 and below 1, got 95; write 0\.95"):
        explanation().simultaneous_interval(95)
