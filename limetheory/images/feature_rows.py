"""Inputs of a model that was fitted on columns: images or masks as rows of finite numbers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from limetheory.arguments import floats
from limetheory.images.masked import MaskedImage


def feature_rows(inputs: Any, n_features: int) -> np.ndarray:
    """Flatten a batch: (n, …) with n_features numbers each → (n, n_features) float64.

    Grey images (n, h, w, 3), of three equal channels, are read as (n, h, w) where that is what was fitted.

    Raises:
        TypeError: inputs that are not numbers.
        ValueError: another number of features, colours for a fit of grey images, or missing values: a model that was
            fitted to missing values can be explained, but only where nothing is missing.

    >>> feature_rows(np.zeros((2, 3, 3)), 9).shape
    (2, 9)
    """
    rows = floats("inputs", inputs)
    if rows.ndim == 4 and rows.shape[3] == 3 and math.prod(rows.shape[1:3]) == n_features:
        rows = _grey(rows)
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


def fitted_parts(masked: MaskedImage, n_features: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Image, replacement and owner of a masked image, in one channel where a fit of grey images is shown three.

    >>> masked = MaskedImage(np.zeros((4, 4, 3)), "grid")
    >>> [part.shape for part in fitted_parts(masked, 16)], [part.shape for part in fitted_parts(masked, 48)]
    ([(4, 4), (4, 4), (4, 4)], [(4, 4, 3), (4, 4, 3), (4, 4, 3)])
    """
    parts = masked.image, masked.replacement
    if masked.image.ndim == 3 and masked.segments.size == n_features:
        shown, replaced = _grey(np.stack(parts))
        return shown, replaced, masked.segments
    return *parts, masked.owner


def _grey(images: np.ndarray) -> np.ndarray:
    if not (images == images[..., :1]).all():
        raise ValueError(
            f"a model that was fitted on {images[0, ..., 0].size} grey levels must be given grey images, got colours "
            f"of shape {images.shape[1:]}; pass image.mean(axis=2), and a grey replacement"
        )
    return images[..., 0]
