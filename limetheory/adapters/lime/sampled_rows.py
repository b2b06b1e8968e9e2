"""Rows drawn around a row of a table, in the order in which lime 0.2.0.1 takes its random numbers."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from limetheory.outside import outside

SAMPLINGS = ("gaussian", "lhs")
_FEW = 16
"""Up to so many values counting takes less time than bisection; a convention."""


def rows_around(explainer: Any, row: Any, n: int, sampling: str) -> tuple[Any, Any]:
    """Rows as the local model sees them before they are scaled, and as the model gets them, (n, p) each.

    The first is the row itself. Of a categorical column, and of one with bins, the local model sees whether the value,
    or its bin, is the row's own.

    Args:
        explainer: a `LimeTabularExplainer`, whose training data and random state are read.
        row: (p,), or (1, p) of scipy.sparse, whose non-zero values alone are drawn.
        n: how many rows.
        sampling: ``"gaussian"`` or ``"lhs"``, of columns without bins.
    """
    if hasattr(row, "toarray"):
        data = _sparse(explainer, row, n, sampling)
        return data, data.copy()
    if explainer.discretizer is not None:
        return _binned(explainer, row, n)
    data = _normal(explainer, row, slice(None), n, sampling)
    data[0] = row
    rows = data.copy()
    for column in explainer.categorical_features:
        drawn = _values(explainer, column, n)
        data[:, column], rows[:, column] = drawn == row[column], drawn
        data[0, column] = 1
    rows[0] = row
    return data, rows


def _binned(explainer: Any, row: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
    """The same where columns have bins: whether each bin is the row's own, and values drawn in the bins."""
    own, drawn = explainer.discretizer.discretize(row), np.empty((len(row), n))
    for column, cells in enumerate(drawn):
        cells[:] = _values(explainer, column, n)
    data, rows = np.empty((n, len(row))), np.empty((n, len(row)))
    np.equal(drawn.T, own, out=data, casting="unsafe")
    rows[1:] = explainer.discretizer.undiscretize(drawn[:, 1:].T)
    data[0], rows[0] = 1, row
    return data, rows


def _values(explainer: Any, column: int, n: int) -> np.ndarray:
    """Values of a column, or numbers of its bins, as often as in the training data.

    Few values are found by counting the borders below each uniform number, as ``RandomState.choice`` finds them by
    bisection, which takes longer.
    """
    values, shares = explainer.feature_values[column], explainer.feature_frequencies[column]
    if len(values) > _FEW or not shares.min() >= 0:
        found: np.ndarray = explainer.random_state.choice(values, size=n, replace=True, p=shares)
        return found
    borders, uniforms = shares.cumsum(), explainer.random_state.random_sample(n)
    place = np.zeros(n, np.uint8)
    for border in borders[:-1] / borders[-1]:
        place += uniforms >= border
    return np.array(values).take(place)


def _normal(explainer: Any, row: np.ndarray, columns: Any, n: int, sampling: str) -> np.ndarray:
    """Normal draws with the standard deviations of the columns, about their means or about the row."""
    scale, mean = explainer.scaler.scale_[columns], explainer.scaler.mean_[columns]
    centre = row if explainer.sample_around_instance else mean
    found: np.ndarray = _standard(explainer.random_state, n, len(scale), sampling) * scale + centre
    return found


def _standard(random_state: Any, n: int, p: int, sampling: str) -> np.ndarray:
    """Standard normal numbers, (n, p), drawn one by one or as a Latin hypercube."""
    if sampling == "lhs":
        from scipy.special import ndtri

        order = np.column_stack([random_state.permutation(n) for _ in range(p)])
        hypercube: np.ndarray = ndtri((order + random_state.random_sample((n, p))) / n)
        return hypercube
    if sampling not in SAMPLINGS:
        warnings.warn(
            f"sampling_method must be one of {', '.join(SAMPLINGS)}, got {sampling!r}; gaussian is taken",
            UserWarning,
            stacklevel=outside(),
        )
    found: np.ndarray = random_state.normal(0, 1, n * p).reshape(n, p)
    return found


def _sparse(explainer: Any, row: Any, n: int, sampling: str) -> Any:
    """Rows (n, p) of scipy.sparse whose values are drawn where the row is not 0; the first is the row itself."""
    from scipy.sparse import csr_matrix

    columns = row.nonzero()[1]
    own = row[:, columns].toarray()[0]
    drawn = _normal(explainer, own, columns, n, sampling)
    drawn[0] = own
    starts = np.arange(n + 1) * len(columns)
    return csr_matrix((drawn.ravel(), np.tile(columns, n), starts), shape=(n, row.shape[1]))
