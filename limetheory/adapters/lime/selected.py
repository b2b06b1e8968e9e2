"""Which features a local model keeps, under lime 0.2.0.1's names of the methods."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from limetheory.arguments import choice, integer
from limetheory.selection.rows import check_rows, select_rows

METHODS = {
    "forward_selection": "forward",
    "highest_weights": "highest_weights",
    "lasso_path": "lasso_path",
    "none": "none",
}
"""lime's names of the methods with those of `select_features`; lime's ``"auto"`` is one of them, see `selected`."""

_FEW = 6
"""Up to so many features lime's ``"auto"`` is forward selection, whatever their number."""
_RIDGE = 0.01
"""lime's penalty behind ``"highest_weights"``."""


def selected(data: Any, values: np.ndarray, weights: np.ndarray, num_features: Any, method: Any) -> np.ndarray:
    """The features that lime 0.2.0.1 selects, (≤ num_features,) int, in its order.

    Args:
        data: regressors, the first row being the instance; an array (n, p) or a matrix of scipy.sparse.
        values: what is explained, (n,).
        weights: ≥ 0, (n,).
        num_features: how many to keep; more than p keep all.
        method: ``"forward_selection"``, ``"highest_weights"``, ``"lasso_path"``, ``"none"`` or ``"auto"``.

    Raises:
        ValueError, TypeError: an unknown method, fewer than one feature, or rows that cannot be fitted.

    >>> rows = np.random.default_rng(0).normal(size=(50, 4))
    >>> selected(rows, rows @ [0.1, -3.0, 0.0, 2.0], np.ones(50), 2, "auto").tolist()
    [1, 3]
    """
    kept, name = _asked(data, num_features, method)
    if not hasattr(data, "toarray"):
        return select_rows(data, values, weights, data[0], kept, METHODS[name])
    return _of_sparse(data, values, weights, kept, name)


def keeps_all(data: np.ndarray, num_features: Any, method: Any) -> bool:
    """Whether `selected` returns every column of an array, whatever the values, in an order that depends on them.

    Raises:
        ValueError, TypeError: an unknown method, or fewer than one feature.

    >>> keeps_all(np.ones((9, 4)), 10, "auto"), keeps_all(np.ones((9, 4)), 10, "lasso_path")
    (True, False)
    """
    kept, name = _asked(data, num_features, method)
    return kept == data.shape[1] and name != "lasso_path"


def _asked(data: Any, num_features: Any, method: Any) -> tuple[int, str]:
    """How many columns to keep, at most all, and the name of the method, which is not ``"auto"``."""
    count = integer("num_features", num_features, 1, "keep one feature at least")
    name = choice("feature_selection", method, ("auto", *METHODS))
    if name == "auto":
        name = "forward_selection" if count <= _FEW else "highest_weights"
    return min(count, data.shape[1]), name


def _of_sparse(data: Any, values: np.ndarray, weights: np.ndarray, kept: int, name: str) -> np.ndarray:
    """The same where most columns are 0 in every row: those are left out, and fill up what is missing."""
    if name == "none":
        return np.arange(data.shape[1])
    check_rows(values, weights)
    columns = np.arange(data.shape[1])
    if name == "highest_weights":
        # lime fills up with column 0 last
        return _filled(_highest(data, values, weights, kept), np.roll(columns, -1), kept)
    drawn = np.unique(data.indices)
    if not len(drawn):
        return columns[:kept]
    rows = data[:, drawn].toarray()
    found = drawn[select_rows(rows, values, weights, rows[0], min(kept, len(drawn)), METHODS[name])]
    return found if name == "lasso_path" else _filled(found, columns, kept)


def _highest(data: Any, values: np.ndarray, weights: np.ndarray, kept: int) -> np.ndarray:
    """The largest |coefficient × instance| of the columns that are not 0 at the instance."""
    from sklearn.linear_model import Ridge

    with warnings.catch_warnings():  # of nearly singular matrices
        warnings.simplefilter("ignore")
        fit = Ridge(alpha=_RIDGE, fit_intercept=True).fit(data, values, sample_weight=weights)
    instance = data[[0]]
    products = np.abs(fit.coef_[instance.indices] * instance.data)
    columns: np.ndarray = instance.indices[products.argsort()[::-1]][:kept].astype(int)
    return columns


def _filled(found: np.ndarray, columns: np.ndarray, kept: int) -> np.ndarray:
    """The columns found, and behind them the first of all columns until there are enough."""
    others = columns[~np.isin(columns, found)]
    return np.concatenate([found, others[: kept - len(found)]])
