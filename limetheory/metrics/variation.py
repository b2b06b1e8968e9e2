"""How uniform the colours of segments are."""

from __future__ import annotations

from typing import Any

import numpy as np

from limetheory.images.segmentation.label_map import renumbered
from limetheory.pictures import as_pixels


def explained_variation(image: Any, segments: Any) -> float:
    """The share of the variation of an image that lies between its segments, in [0, 1] (↑).

    Σ_S |S| |μ_S − μ|² / Σ_x |I_x − μ|², with the mean colour μ_S of a segment and μ of the image. Source: Moore et al.
    2008. It needs no true regions: it is 0 for a single segment and 1 for a segment at each pixel, and 1 for an image
    of one colour, of which no segment leaves anything unexplained.

    Args:
        image: (h, w) or (h, w, c), see `as_pixels`.
        segments: (h, w) label map of integers ≥ 0.

    Raises:
        ValueError: shapes that differ, negative labels, or a bad image.
        TypeError: labels that are no integers.

    >>> explained_variation(np.array([[0.0, 0.0, 0.5, 1.0]]), [[0, 0, 1, 1]])
    0.818...
    """
    levels = as_pixels(image)
    labels = renumbered(segments, levels.shape[:2])
    pixels = levels.reshape(labels.size, -1)
    if not np.ptp(pixels, axis=0).any():
        return 1.0
    return 1 - _within(pixels, labels.ravel()) / _within(pixels, np.zeros(labels.size, int))


def _within(pixels: np.ndarray, labels: np.ndarray) -> float:
    """Σ |I_x − μ_S|² over the pixels of all segments."""
    area = np.bincount(labels)
    means = [np.bincount(labels, weights=channel) / area for channel in pixels.T]
    return float(sum(((channel - mean[labels]) ** 2).sum() for channel, mean in zip(pixels.T, means, strict=True)))
