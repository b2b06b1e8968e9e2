"""Without bins: weighted least squares on standardised columns against a naive twin, its limit, and its coverage."""

import numpy as np
import pytest
from sklearn.datasets import load_iris

import limetheory as lt
from limetheory.tabular import NormalRow
from limetheory.tabular.normal_row import NormalRecord, fitted

X, ROW = load_iris().data, load_iris().data[60]
WEIGHTS = np.array([1.0, -2.0, 0.5, 3.0])


def linear(rows):
    return 0.3 + rows @ WEIGHTS


@pytest.mark.parametrize("around_row", [False, True])
@pytest.mark.parametrize("bandwidth", [0.5, None, 10.0])
def test_linear_models_have_their_limit_at_once(around_row, bandwidth):
    answer = lt.explain_tabular(
        linear, ROW, X, bins=None, n=200, rng=0, bandwidth=bandwidth, sample_around_instance=around_row
    )
    limit = NormalRow(ROW, X).linear_limit(WEIGHTS, 0.3)
    np.testing.assert_allclose(answer.coefficients, limit.coefficients, rtol=1e-9)
    np.testing.assert_allclose(limit.coefficients, WEIGHTS * X.std(axis=0), rtol=1e-12)
    assert answer.intercept == pytest.approx(limit.intercept) == pytest.approx(linear(X.mean(axis=0)[None])[0])


def test_categories_have_their_limit():
    rng = np.random.default_rng(0)
    table = np.column_stack([rng.standard_normal(500), rng.integers(0, 3, 500)])
    limit = NormalRow([0.5, 2.0], table, categorical=[1]).linear_limit([2.0, 3.0], 0.1)
    answer = lt.explain_tabular(
        lambda rows: 0.1 + rows @ [2.0, 3.0], [0.5, 2.0], table, bins=None, categorical=[1], n=20_000, rng=0
    )
    scores = (answer.coefficients - limit.coefficients) / np.maximum(answer.standard_errors, 1e-12)
    assert np.abs(scores).max() < 5 and abs(answer.intercept - limit.intercept) < 0.05
    assert answer.conditions == ("0", "1=2.0")


def test_the_fit_and_its_errors_are_those_of_the_definition():
    rng = np.random.default_rng(0)
    x, y, w = rng.standard_normal((30, 3)), rng.standard_normal(30), rng.random(30)
    answer = fitted(NormalRecord(x, y), w)
    design = np.column_stack([np.ones(30), x])
    bread = np.linalg.inv(design.T @ (w[:, None] * design))
    beta = bread @ design.T @ (w * y)
    residuals = np.empty(30)
    for i in range(30):
        rows, root = np.delete(design, i, 0), np.sqrt(np.delete(w, i))
        residuals[i] = y[i] - design[i] @ np.linalg.lstsq(root[:, None] * rows, root * np.delete(y, i), rcond=None)[0]
    scores = design * (w * residuals)[:, None]
    covariance = bread @ scores.T @ scores @ bread
    np.testing.assert_allclose(answer.coefficients, beta[1:], rtol=1e-10)
    np.testing.assert_allclose(answer.covariance, covariance[1:, 1:], rtol=1e-8)
    assert answer.intercept == pytest.approx(beta[0])
    assert answer.degrees_of_freedom == pytest.approx(w.sum() ** 2 / (w @ w) - 4)


def test_too_few_rows_say_that_they_determine_nothing():
    x = np.random.default_rng(0).standard_normal((4, 3))
    assert np.isinf(fitted(NormalRecord(x, x[:, 0]), np.ones(4)).standard_errors).all()
    with pytest.raises(ValueError, match="must have a positive sum, got 0"):
        fitted(NormalRecord(x, x[:, 0]), np.zeros(4))


@pytest.mark.slow
@pytest.mark.parametrize("n", [30, 300])
def test_intervals_cover(n):
    def curved(rows):
        return rows[:, 0] ** 2 + np.sin(3 * rows[:, 2]) * rows[:, 3]

    exact = lt.explain_tabular(curved, ROW, X, bins=None, n=400_000, rng=10**6).coefficients
    hits = []
    for run in range(400):
        low, high = lt.explain_tabular(curved, ROW, X, bins=None, n=n, rng=run).interval().T
        hits.append(((low <= exact) & (exact <= high)).mean())
    assert np.mean(hits) > (0.9 if n == 30 else 0.95 - 4.5 * np.sqrt(0.95 * 0.05 / 400))
