"""Inputs of a model that was fitted on columns: images or masks as rows of finite numbers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from limetheory.arguments import array, floats
from limetheory.explaining.masked_input import MaskedNumbers

_LISTED = 8  # how many labels an error message lists; a convention


def feature_rows(inputs: Any, n_features: int) -> np.ndarray:
    """Flatten a batch: (n, …) with n_features numbers each → (n, n_features) float64.

    Images (n, h, w, 3) of three equal channels become grey ones (n, h, w) if n_features is h · w.

    Raises:
        TypeError: inputs that are not numbers.
        ValueError: another number of features, colours for a fit of grey images, or missing values, also for a model
            that was fitted to data with missing values.

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


def one_row(name: str, value: Any, n_features: int) -> np.ndarray:
    """One input, (…) with n_features numbers → (1, n_features) float64, see `feature_rows`."""
    return feature_rows(floats(name, value)[None], n_features)


def owners(owner: Any, n_features: int) -> np.ndarray:
    """The superpixel of each feature as integers of shape (n_features,), each of 0..d−1 among them.

    >>> owners([[0, 2, 2]], 3)
    Traceback (most recent call last):
    ValueError: owner must use each of 0..d−1, got 0, 2; number them with limetheory.images.compact
    """
    labels = array("owner", owner)
    if labels.dtype.kind not in "iu":
        raise TypeError(f"owner must be integers 0..d−1, got {labels.dtype}; number the superpixel of each feature")
    if labels.size != n_features:
        raise ValueError(
            f"owner must number the superpixel of each of the {n_features} features, got shape {labels.shape}; one "
            "number a feature"
        )
    present = np.unique(labels)
    if not np.array_equal(present, np.arange(len(present))):
        raise ValueError(
            f"owner must use each of 0..d−1, got {_listed(present)}; number them with limetheory.images.compact"
        )
    return labels.ravel()


def _listed(labels: np.ndarray) -> str:
    shown = [str(label) for label in labels[:_LISTED]]
    return ", ".join([*shown, f"… {labels[-1]}"] if len(labels) > _LISTED else shown)


def fitted_parts(masked: MaskedNumbers, n_features: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Image, replacement and owner of a masked image, reduced to one channel for a model fitted on grey images.

    >>> from limetheory.images import MaskedImage
    >>> masked = MaskedImage(np.zeros((4, 4, 3)), "grid")
    >>> [part.shape for part in fitted_parts(masked, 16)], [part.shape for part in fitted_parts(masked, 48)]
    ([(4, 4), (4, 4), (4, 4)], [(4, 4, 3), (4, 4, 3), (4, 4, 3)])
    """
    parts = masked.original, masked.replaced
    if masked.original.ndim == 3 and masked.segments.size == n_features:
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
