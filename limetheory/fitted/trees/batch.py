"""Limits of one tree ensemble for many images at once: no loop over leaves, and over images only in blocks."""

from __future__ import annotations

from typing import Any

import numpy as np

from limetheory.arguments import array, floats
from limetheory.designs import Design
from limetheory.explaining.nothing_hidden import warn_of_nothing_hidden
from limetheory.explanation import Explanation
from limetheory.fitted.feature_rows import feature_rows
from limetheory.fitted.trees.ensemble import Ensemble
from limetheory.fitted.trees.paths import leaf_terms
from limetheory.given import given
from limetheory.limits.leaf_sum import populations
from limetheory.limits.population import Population, determined, explanation

_BLOCK = 1 << 16
"""Pairs of an image and a tree that are processed at once where d ≤ 64: some tens of MiB."""


def batch_limits(
    ensemble: Ensemble, images: Any, segments: Any, design: Design, replacement: Any, ridge: float
) -> list[Explanation]:
    """See `TreeModel.limits`."""
    ridge = determined(design, ridge)
    images = floats("images", images)
    shown, owner = feature_rows(images, ensemble.n_features), _owner(images, segments, design.d)
    replaced = feature_rows(_replaced(images, shown, owner, design.d, replacement), ensemble.n_features)
    if len(shown) and np.array_equal(shown, replaced):
        warn_of_nothing_hidden("the replacement", "replacement=X.mean(axis=0), the mean of data X, or other numbers")
    solutions: list[Population] = []
    for block in _blocks(ensemble, len(shown), design.d):
        own = owner if len(owner) == 1 else owner[block]
        terms = leaf_terms(ensemble, shown[block], replaced[block], own, design.d)
        solutions += populations(terms, ensemble.intercept, design)
    marginals = design.marginals
    return [explanation(solution, design, marginals, ridge) for solution in solutions]


def _blocks(ensemble: Ensemble, n: int, d: int) -> list[slice]:
    size = max(1, _BLOCK // (max(1, len(ensemble.roots)) * -(-d // 64)))
    return [slice(start, start + size) for start in range(0, n, size)]


def _owner(images: np.ndarray, segments: Any, d: int) -> np.ndarray:
    """The superpixel of every feature: (n, n_features), or (1, n_features) where all images share them."""
    labels = array("segments", segments)
    if labels.dtype.kind not in "iu":
        raise TypeError(f"segments must be integer labels 0..d−1, got {labels.dtype}")
    pixels = images.shape[:3] if images.ndim == 4 else images.shape
    if labels.shape not in (pixels, pixels[1:]):
        raise ValueError(f"segments must have shape {pixels[1:]} or {pixels}, got {labels.shape}")
    labels = labels.reshape(-1, *pixels[1:])
    if labels.size and not (labels.min() >= 0 and labels.max() < d):
        raise ValueError(
            f"segments must be labels 0..{d - 1}, one for each of the design's d = {d}, got "
            f"{labels.min()}..{labels.max()}; number them with limetheory.images.compact"
        )
    flat = labels.reshape(len(labels), -1)
    return np.repeat(flat, images.shape[3], axis=1) if images.ndim == 4 else flat


def _replaced(images: np.ndarray, shown: np.ndarray, owner: np.ndarray, d: int, replacement: Any) -> np.ndarray:
    if isinstance(replacement, str):
        if replacement != "mean":
            raise ValueError(
                f"replacement must be 'mean' or numbers, got {given(replacement)}; pass the replaced images"
            )
        return _means(shown, owner, d, images.shape[3] if images.ndim == 4 else 1)
    levels = floats("replacement", replacement)
    try:
        return np.broadcast_to(levels, images.shape)
    except ValueError:
        raise ValueError(
            f"replacement must be numbers that broadcast to the images' shape {images.shape}, got shape {levels.shape}"
        ) from None


def _means(shown: np.ndarray, owner: np.ndarray, d: int, channels: int) -> np.ndarray:
    """Every feature becomes the mean of its superpixel and channel: (n, n_features) → (n, n_features)."""
    part = owner * channels + np.arange(owner.shape[1]) % channels
    part = (part + d * channels * np.arange(len(shown))[:, None]).ravel()
    sizes = np.maximum(np.bincount(part), 1)
    means = (np.bincount(part, shown.ravel()) / sizes)[part]
    # Adding the mean residual makes the mean of equal numbers exact, so that a superpixel of one colour is a dummy.
    means += (np.bincount(part, shown.ravel() - means) / sizes)[part]
    return means.reshape(shown.shape)
