"""How well segments cover the true regions of an image without running over their borders."""

from __future__ import annotations

from typing import Any

import numpy as np

from limetheory.metrics.label_maps import overlaps


def undersegmentation_error(segments: Any, truth: Any) -> float:
    """The share of the image by which segments run over the borders of the true regions, in [0, 1] (↓).

    (1/N) Σ_G Σ_S min(|S ∩ G|, |S ∖ G|) over the N pixels, the regions G and the segments S: of a segment that a border
    divides, the smaller part counts, so that a segment may be larger than a region without being punished for all of
    it. Source: Neubert & Protzel 2012. It is 0 for a segment at each pixel.

    Args:
        segments: (h, w) label map of integers ≥ 0.
        truth: (h, w) label map of the true regions.

    Raises:
        ValueError: shapes that differ, no pixels, or negative labels.
        TypeError: labels that are no integers.

    >>> undersegmentation_error([[0, 0, 0, 1, 1]], [[0, 0, 1, 1, 1]])
    0.4
    """
    segment, _, pixels = overlaps(segments, truth)
    outside = np.bincount(segment, weights=pixels)[segment] - pixels
    return float(np.minimum(pixels, outside).sum() / pixels.sum())


def achievable_segmentation_accuracy(segments: Any, truth: Any) -> float:
    """The largest share of pixels that whole segments can label correctly, in [0, 1] (↑).

    (1/N) Σ_S max_G |S ∩ G|: each segment gets the label of the region that it overlaps most. Source: Liu, Tuzel,
    Ramalingam & Chellappa 2011. It is 1 for a segment at each pixel, and the share of the largest region for a single
    one.

    Args, errors: see `undersegmentation_error`.

    >>> achievable_segmentation_accuracy([[0, 0, 0, 1, 1]], [[0, 0, 1, 1, 1]])
    0.8
    """
    segment, _, pixels = overlaps(segments, truth)
    largest = np.zeros(segment.max() + 1, int)
    np.maximum.at(largest, segment, pixels)
    return float(largest.sum() / pixels.sum())
