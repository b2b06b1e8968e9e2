"""Forward selection and LASSO paths from second moments, against least squares on sets and scikit-learn's paths."""

import numpy as np
import pytest
from sklearn.linear_model import lars_path_gram

import limetheory as lt
from limetheory.selection import paths
from limetheory.selection.paths import forward_orders, lasso_supports


def problem(seed):
    """Correlated features: covariances (d, d) and moments (d,)."""
    rng = np.random.default_rng(seed)
    d = int(rng.integers(2, 10))
    rows = rng.normal(size=(d + 2, d))
    covariance = rows.T @ rows
    return covariance, covariance @ rng.normal(size=d)


def naive_forward(covariance, moments, k):
    """Each step tries every feature with the chosen ones."""
    chosen = []
    for _ in range(k):
        explained = {}
        for j in set(range(len(moments))) - set(chosen):
            on = [*chosen, j]
            explained[j] = moments[on] @ np.linalg.solve(covariance[np.ix_(on, on)], moments[on])
        chosen.append(max(explained, key=explained.get))
    return chosen


def sklearn_path(covariance, moments):
    """The coefficients at the breakpoints; what is left of dropped ones by rounding is 0."""
    _, _, path = lars_path_gram(moments, covariance, n_samples=1, method="lasso")
    return np.where(np.abs(path) > 1e-10 * np.abs(path).max(), path, 0.0)


def naive_lasso(covariance, moments, k):
    path = sklearn_path(covariance, moments)
    return [np.flatnonzero(b).tolist() for b in path.T[1:] if 0 < np.count_nonzero(b) <= k][-1]


@pytest.mark.parametrize("seed", range(40))
def test_forward_orders_are_those_of_least_squares_on_sets(seed):
    covariance, moments = problem(seed)
    d = len(moments)
    both = np.stack([moments, -2 * moments])
    assert forward_orders(covariance, both, d).tolist() == 2 * [naive_forward(covariance, moments, d)]
    assert forward_orders(np.stack(2 * [covariance]), both, d).tolist() == 2 * [naive_forward(covariance, moments, d)]


@pytest.mark.parametrize("seed", range(60))
def test_lasso_supports_are_those_of_scikit_learn(seed):
    covariance, moments = problem(seed)
    for k in range(1, len(moments) + 1):
        expected = naive_lasso(covariance, moments, k)
        assert np.flatnonzero(lasso_supports(covariance, moments[None], k)[0]).tolist() == expected
        several = lasso_supports(np.stack([covariance, 3 * covariance]), np.stack([moments, -moments]), k)
        assert [np.flatnonzero(one).tolist() for one in several] == [expected, expected]


def test_some_of_these_paths_drop_a_feature():
    lengths = [(sklearn_path(*problem(seed)).shape[1] - 1, len(problem(seed)[1])) for seed in range(60)]
    assert sum(steps > d for steps, d in lengths) >= 5


@pytest.mark.slow
def test_a_path_that_never_drops_features_differs(monkeypatch):
    """The mutant: least-angle regression instead of the LASSO."""
    monkeypatch.setattr(paths._Paths, "_leaves", lambda self, moves: np.full(moves.shape, np.inf))
    unlike = 0
    for seed in range(60):
        covariance, moments = problem(seed)
        for k in range(1, len(moments)):
            found = np.flatnonzero(lasso_supports(covariance, moments[None], k)[0]).tolist()
            unlike += found != naive_lasso(covariance, moments, k)
    assert unlike > 5


NINE = [lt.ImageDesign(9, 0.1), lt.TextDesign(9), lt.ProductDesign(np.linspace(0.2, 0.8, 9))]


@pytest.mark.parametrize("design", NINE, ids=repr)
def test_the_closed_form_of_the_step_is_the_solution_of_the_system(design):
    covariance, rng = design.covariance(), np.random.default_rng(0)
    active = rng.random((20, 9)) < 0.5
    signs = np.where(active, rng.choice([-1.0, 1.0], (20, 9)), 0.0)
    closed = paths._directions(covariance)(active, signs)
    np.testing.assert_allclose(closed, paths._solved(covariance, active, signs), rtol=1e-9, atol=1e-12)


def test_many_paths_at_once_are_each_of_them():
    rng = np.random.default_rng(1)
    covariance, moments = lt.ImageDesign(8).covariance(), rng.normal(size=(50, 8))
    for one in (lambda m: lasso_supports(covariance, m, 3), lambda m: forward_orders(covariance, m, 3)):
        assert one(moments).tolist() == [one(m[None])[0].tolist() for m in moments]


def test_equal_features_are_taken_by_index():
    equal = np.full((1, 4), 0.25)
    assert forward_orders(np.eye(4), equal, 2).tolist() == [[0, 1]]
    assert np.flatnonzero(lasso_supports(np.eye(4), equal, 2)[0]).tolist() == [0, 1]


def test_a_copy_of_a_feature_gains_nothing():
    covariance = np.array([[1.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    assert forward_orders(covariance, np.array([[2.0, 2.0, 0.1]]), 3).tolist() == [[0, 2, 1]]
