"""Trees behind scalers: inputs are scaled by the scalers themselves, so that thresholds need not be rescaled."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import numpy as np
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import MaxAbsScaler, MinMaxScaler, RobustScaler, StandardScaler
from sklearn.utils.validation import check_is_fitted

from limetheory.fitted.agreement import without_warnings
from limetheory.fitted.trees.boundary_rows import boundary_rows
from limetheory.fitted.trees.reading import FALLBACK, Reading, read, reading_of, refuse_other_trees, unfitted

_SCALERS = (StandardScaler, MinMaxScaler, MaxAbsScaler, RobustScaler)
"""They change each feature by itself, with the same rounding in every batch."""

_LARGEST = 1e37
"""Scaled inputs above this may leave float32, which scikit-learn's trees refuse."""


@read.register
def _(estimator: Pipeline, target: int | None, output: str) -> Reading:
    """x(z)_u is ξ_u or ξ̄_u, so scaling x(z) is scaling ξ and ξ̄: trees compare the scaled numbers."""
    *steps, (_, last) = estimator.steps
    scalers = [_scaler(step) for _, step in steps if step is not None and step != "passthrough"]
    inner = reading_of(last, target, output)
    if not scalers:
        return inner
    refuse_other_trees(inner, boundary_rows(inner.ensemble))
    ensemble = inner.ensemble.behind(_scaled(scalers))
    answer = without_warnings(lambda rows: inner.answer(estimator[:-1].transform(rows)))
    return inner._replace(ensemble=ensemble, answer=answer, beside=_beside(scalers))


def _scaler(step: Any) -> Any:
    if not isinstance(step, _SCALERS):
        known = ", ".join(kind.__name__ for kind in _SCALERS)
        raise NotImplementedError(
            f"TreeModel reads pipelines of {known} and trees, got the step {type(step).__name__}; {FALLBACK}"
        )
    try:
        check_is_fitted(step)
    except NotFittedError:
        raise unfitted(step) from None
    return deepcopy(step)


def _scaled(scalers: list[Any]) -> Callable[[np.ndarray], np.ndarray]:
    def transform(rows: np.ndarray) -> np.ndarray:
        for scaler in scalers:
            rows = without_warnings(scaler.transform)(rows)
        return rows

    return transform


def _beside(scalers: list[Any]) -> Callable[[np.ndarray], np.ndarray]:
    """From scaled rows to the inputs that are scaled to them, and the next float64 numbers on either side."""

    def inputs(rows: np.ndarray) -> np.ndarray:
        for scaler in reversed(scalers):
            rows = without_warnings(scaler.inverse_transform)(rows)
        rows = np.concatenate([rows, np.nextafter(rows, np.inf), np.nextafter(rows, -np.inf)])
        kept: np.ndarray = rows[(np.abs(_scaled(scalers)(rows)) <= _LARGEST).all(axis=1)]
        return kept

    return inputs
