"""Selection on rows with weights and values, as lime 0.2.0.1 has it: of masks, and of continuous regressors too."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from limetheory.arguments import floats, numbers
from limetheory.selection.forward import forward_rows
from limetheory.selection.names import asked

_RIDGE = 0.01
"""lime 0.2.0.1's penalty behind ``"highest_weights"``, on the sum of the weighted squares."""


def select_rows(
    rows: np.ndarray, values: np.ndarray, weights: np.ndarray, instance: np.ndarray, k: int, method: str = "auto"
) -> np.ndarray:
    """What lime 0.2.0.1's ``LimeBase.feature_selection`` selects, (≤ k,) int, in its order, see `select_features`.

    Args:
        rows: regressors, binary or continuous, float (n, p), n ≥ 2.
        values: what is explained, in its own unit, (n,).
        weights: ≥ 0 with a positive sum, (n,).
        instance: the row of the instance, (p,); lime's is the first of the rows. Read by ``"highest_weights"`` only.
        k: number of features, 1..p.
        method: ``"highest_weights"``, ``"forward"``, ``"lasso_path"``, ``"auto"`` or ``"none"``.

    Raises:
        ValueError: k is out of range, an unknown method, fewer than two rows, numbers that are not finite, weights that
            are negative or all 0, or arrays whose shapes do not fit.

    >>> rng = np.random.default_rng(0)
    >>> rows = rng.normal(size=(50, 4))
    >>> select_rows(rows, rows @ [0.1, -3.0, 0.0, 2.0], np.ones(50), np.ones(4), 2).tolist()
    [1, 3]
    """
    rows = _matrix(rows)
    k, method = asked(k, rows.shape[1], method)
    values, weights = _entries("values", values, len(rows), "row"), _entries("weights", weights, len(rows), "row")
    check_rows(values, weights)
    if method == "none":
        return np.arange(rows.shape[1])
    if method == "highest_weights":
        return _highest(rows, values, weights, _entries("instance", instance, rows.shape[1], "column"), k)
    if method == "forward":
        return forward_rows(rows, values, weights, k)
    return _lasso(rows, values, weights, k)


def _matrix(rows: Any) -> np.ndarray:
    """Finite numbers (n, p)."""
    found = numbers("rows", rows)
    if found.ndim != 2:
        raise ValueError(f"rows must have shape (n, p), got {found.shape}; one column a feature")
    return found


def _entries(name: str, given: Any, count: int, of: str) -> np.ndarray:
    """Numbers, (count,)."""
    found = floats(name, given)
    if found.shape != (count,):
        raise ValueError(f"{name} must have shape ({count},), got {found.shape}; give one number for each {of}")
    return found


def check_rows(values: np.ndarray, weights: np.ndarray) -> None:
    """Refuse values (n,) and weights (n,) that lime could not fit.

    Raises:
        ValueError: fewer than two rows, numbers that are not finite, or weights that are negative or all 0.
    """
    if len(values) < 2:
        raise ValueError(f"a sample must have 2 masks at least, got {len(values)}; draw more masks")
    wrong = np.count_nonzero(~(np.isfinite(weights) & (weights >= 0)))
    if wrong:
        raise ValueError(f"weights must be finite and at least 0, got {wrong} that are not; leave those masks out")
    wrong = np.count_nonzero(~np.isfinite(values))
    if wrong:
        raise ValueError(f"values must be finite, got {wrong} NaN or infinite; leave those masks out")
    if not weights.sum() > 0:
        raise ValueError(
            "weights must have a positive sum, got 0; choose a design whose weights fall more slowly, such as a wider "
            "bandwidth"
        )


def _highest(rows: np.ndarray, values: np.ndarray, weights: np.ndarray, instance: np.ndarray, k: int) -> np.ndarray:
    """The largest |coefficient × instance| of a fit with a small penalty, equal ones by index."""
    from sklearn.linear_model import Ridge

    with warnings.catch_warnings():  # of nearly singular matrices
        warnings.simplefilter("ignore")
        fit = Ridge(alpha=_RIDGE, fit_intercept=True).fit(rows, values, sample_weight=weights)
    return np.argsort(-np.abs(fit.coef_ * instance), kind="stable")[:k]


def _lasso(rows: np.ndarray, values: np.ndarray, weights: np.ndarray, k: int) -> np.ndarray:
    """The support at the last of the path's breakpoints with at most k features, by index.

    Where the values are constant the path has no breakpoint, and every feature is selected, as in lime.
    """
    from sklearn.linear_model import lars_path

    root = np.sqrt(weights)
    centred = (rows - np.average(rows, axis=0, weights=weights)) * root[:, None]
    targets = (values - np.average(values, weights=weights)) * root
    with warnings.catch_warnings():  # of columns that are left out because they are collinear
        warnings.simplefilter("ignore")
        _, _, path = lars_path(centred, targets, method="lasso")
    supports = [np.flatnonzero(coefficients) for coefficients in path.T[1:]]
    fitting = [support for support in supports if len(support) <= k]
    return [np.arange(rows.shape[1]), *supports[:1], *fitting][-1]
