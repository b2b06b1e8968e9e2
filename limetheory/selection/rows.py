"""Selection on rows with weights and values, as lime 0.2.0.1 has it: of masks, and of continuous regressors too."""

from __future__ import annotations

import warnings

import numpy as np

from limetheory.selection.forward import forward_rows

_RIDGE = 0.01
"""lime 0.2.0.1's penalty behind ``"highest_weights"``, on the sum of the weighted squares."""


def select_rows(
    rows: np.ndarray, values: np.ndarray, weights: np.ndarray, instance: np.ndarray, k: int, method: str
) -> np.ndarray:
    """What lime 0.2.0.1's ``LimeBase.feature_selection`` selects, (≤ k,) int, in its order.

    Args:
        rows: regressors, binary or continuous, (n, p).
        values: what is explained, (n,).
        weights: ≥ 0 with a positive sum, (n,).
        instance: the row of the instance, (p,); lime's is the first of the rows. Read by ``"highest_weights"`` only.
        k: number of features, 1..p.
        method: ``"highest_weights"``, ``"forward"``, ``"lasso_path"`` or ``"none"``, see `names.asked`.
    """
    if method == "none":
        return np.arange(rows.shape[1])
    if method == "highest_weights":
        return _highest(rows, values, weights, instance, k)
    if method == "forward":
        return forward_rows(rows, values, weights, k)
    return _lasso(rows, values, weights, k)


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
