"""Two label maps of one image, and how their parts overlap."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from limetheory.images.segmentation.label_map import renumbered


class Overlaps(NamedTuple):
    """The pairs of a segment and a region that share pixels.

    Attributes:
        segment: the number of the segment, (pairs,).
        region: the number of the region, (pairs,).
        pixels: how many pixels they share, (pairs,).
    """

    segment: np.ndarray
    region: np.ndarray
    pixels: np.ndarray


def label_maps(segments: Any, truth: Any) -> tuple[np.ndarray, np.ndarray]:
    """Two label maps (h, w) of the same image, renumbered from 0.

    >>> label_maps([[3, 3, 7]], [[1, 0, 0]])[0].tolist()
    [[0, 0, 1]]

    Raises:
        ValueError: shapes that differ or are not (h, w), no pixels, or negative labels.
        TypeError: labels that are neither integers nor bool.
    """
    one, other = renumbered(segments), renumbered(truth)
    if one.shape != other.shape or not one.size:
        raise ValueError(
            f"segments and truth must be (h, w), both of the same shape and with pixels, got {one.shape} and "
            f"{other.shape}; resize one of them by nearest neighbour"
        )
    return one, other


def overlaps(segments: Any, truth: Any) -> Overlaps:
    """The overlaps of two label maps of the same image, see `label_maps`.

    >>> [part.tolist() for part in overlaps([[0, 0, 1]], [[0, 1, 1]])]
    [[0, 0, 1], [0, 1, 1], [1, 1, 1]]
    """
    one, other = label_maps(segments, truth)
    regions = int(other.max()) + 1
    pairs, pixels = np.unique(one * regions + other, return_counts=True)
    return Overlaps(*np.divmod(pairs, regions), pixels)
