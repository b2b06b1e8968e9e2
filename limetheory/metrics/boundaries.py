"""How many of the boundaries of the true regions are boundaries of segments, and the reverse."""

from __future__ import annotations

from typing import Any

import numpy as np

from limetheory.arguments import integer
from limetheory.metrics.label_maps import label_maps

TOLERANCE = 2
"""How many pixels a boundary may be away; the tolerance of Achanta et al. 2012."""


def boundary_recall(segments: Any, truth: Any, tolerance: int = TOLERANCE) -> float:
    """The share of the true boundary that is near a boundary of segments, in [0, 1] (↑).

    A pixel belongs to the boundary if one of its four neighbours has another label. It is near a boundary if the square
    of 2 × ``tolerance`` + 1 pixels around it has a pixel of that boundary, as in Stutz, Hermans & Leibe 2018. Source:
    Martin, Fowlkes & Malik 2004, who match the pixels of both boundaries in pairs. It is 0 for a single segment and 1
    for a segment at each pixel, so segmentations are to be compared at the same number of segments. A truth of one
    region has no boundary that could be missed: 1.

    Args:
        segments: (h, w) label map of integers ≥ 0.
        truth: (h, w) label map of the true regions.
        tolerance: in pixels, at least 0.

    Raises:
        ValueError: shapes that differ, no pixels, negative labels, or a negative tolerance.
        TypeError: labels or a tolerance that are no integers.

    >>> truth = [[0, 0, 0, 1, 1, 1, 1]]
    >>> [boundary_recall([[0, 0, 1, 1, 1, 1, 1]], truth, tolerance) for tolerance in (0, 1)]
    [0.5, 1.0]
    """
    found, true = label_maps(segments, truth)
    return _near(boundary(true), boundary(found), integer("tolerance", tolerance, 0))


def boundary_precision(segments: Any, truth: Any, tolerance: int = TOLERANCE) -> float:
    """The share of the boundary of segments that is near the true boundary, in [0, 1] (↑).

    `boundary_recall` with the roles of the two exchanged; a single segment has no boundary that could be wrong: 1.
    Source: Martin, Fowlkes & Malik 2004.

    Args, errors: see `boundary_recall`.

    >>> boundary_precision([[0, 1, 2, 3, 3, 3]], [[0, 0, 0, 1, 1, 1]], tolerance=0)
    0.5
    """
    found, true = label_maps(segments, truth)
    return _near(boundary(found), boundary(true), integer("tolerance", tolerance, 0))


def boundary(labels: np.ndarray) -> np.ndarray:
    """The pixels one of whose four neighbours has another label: (h, w) → (h, w) bool.

    >>> boundary(np.array([[0, 0, 1, 1]])).astype(int).tolist()
    [[0, 1, 1, 0]]
    """
    edge = np.zeros(labels.shape, bool)
    down, right = labels[1:] != labels[:-1], labels[:, 1:] != labels[:, :-1]
    edge[1:] |= down
    edge[:-1] |= down
    edge[:, 1:] |= right
    edge[:, :-1] |= right
    return edge


def _near(these: np.ndarray, those: np.ndarray, tolerance: int) -> float:
    """The share of these pixels that have one of those in the square around them; 1 if there are none."""
    from scipy.ndimage import maximum_filter

    side = 2 * min(tolerance, max(those.shape)) + 1  # a larger square holds no more of the image
    reached = maximum_filter(those, size=side, mode="constant", cval=0)
    return float(reached[these].mean()) if these.any() else 1.0
