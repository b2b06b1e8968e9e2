"""Rows drawn around a row of a table, in the order in which lime 0.2.0.1 takes its random numbers."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from limetheory.outside import outside

SAMPLINGS = ("gaussian", "lhs")


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
    binned = explainer.discretizer
    data = np.zeros((n, len(row))) if binned is not None else _normal(explainer, row, slice(None), n, sampling)
    own = row if binned is None else binned.discretize(row)
    data[0] = row
    rows = data.copy()
    for column in range(len(row)) if binned is not None else explainer.categorical_features:
        drawn = explainer.random_state.choice(
            explainer.feature_values[column], size=n, replace=True, p=explainer.feature_frequencies[column]
        )
        data[:, column] = drawn == own[column]
        data[0, column] = 1
        rows[:, column] = drawn
    if binned is not None:
        rows[1:] = binned.undiscretize(rows[1:])
    rows[0] = row
    return data, rows


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
