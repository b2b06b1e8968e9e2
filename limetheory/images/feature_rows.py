"""Inputs of a model that was fitted on columns: images or masks as rows of finite numbers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from limetheory.arguments import floats


def feature_rows(inputs: Any, n_features: int) -> np.ndarray:
    """Flatten a batch: (n, …) with n_features numbers each → (n, n_features) float64.

    Raises:
        TypeError: inputs that are not numbers.
        ValueError: another number of features, or missing values: a model that was fitted to missing values can be
            explained, but only where nothing is missing.

    >>> feature_rows(np.zeros((2, 3, 3)), 9).shape
    (2, 9)
    """
    rows = floats("inputs", inputs)
    if rows.ndim < 2 or math.prod(rows.shape[1:]) != n_features:
        raise ValueError(
            f"each input must have the {n_features} features of the fit, got a batch of shape {rows.shape}; resize the "
            "image as in training, and pass one input as a batch of one"
        )
    if not np.isfinite(rows).all():
        raise ValueError(
            f"inputs must be finite, got {np.count_nonzero(~np.isfinite(rows))} NaN or infinite; fill missing values "
            "in first, also where the model was fitted to them"
        )
    return rows.reshape(len(rows), n_features)
