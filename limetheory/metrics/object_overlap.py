"""How well segments, or those of them that an explanation shows, meet the mask of an object that is known."""

from __future__ import annotations

from typing import Any

import numpy as np

from limetheory.arguments import zero_one
from limetheory.images.segmentation.label_map import renumbered


def mask_overlap(shown: Any, segments: Any, region: Any) -> float:
    """The intersection over union of the shown segments and an object's mask, in [0, 1] (↑).

    Source: the Jaccard index, as Everingham et al. 2010 use it for the masks of objects. `achievable_overlap` is the
    largest value that these segments allow.

    Args:
        shown: (d,) bool, such as ``shown(answer.coefficients)``.
        segments: (h, w) label map with d labels.
        region: (h, w) bool, True at the object; not empty.

    Raises:
        ValueError: shapes that differ, negative labels, or an empty region.
        TypeError: labels that are no integers.

    >>> mask_overlap([True, False], [[0, 0, 1, 1]], [[True, False, False, False]])
    0.5
    """
    labels, inside = _object(segments, region)
    chosen = zero_one("shown", shown)
    if chosen.shape != (int(labels.max()) + 1,):
        raise ValueError(f"shown must have shape ({labels.max() + 1},), got {chosen.shape}; one entry a segment")
    covered = chosen[labels]
    return float((covered & inside).sum() / (covered | inside).sum())


def achievable_overlap(segments: Any, region: Any) -> float:
    """The largest `mask_overlap` that any choice of segments has, in [0, 1] (↑).

    The best choice takes the segments in the order of the share of their pixels that lies inside the object, down to
    some share, so d choices are compared and no more. Source: the spatial support of Malisiewicz & Efros 2007, with
    unions of any number of segments.

    Args, errors: see `mask_overlap`.

    >>> achievable_overlap([[0, 0, 1, 1, 2]], [[True, True, True, False, False]])
    0.75
    """
    labels, region_mask = _object(segments, region)
    area = np.bincount(labels.ravel())
    inside = np.bincount(labels.ravel(), weights=region_mask.ravel())
    order = np.argsort(-inside / area, kind="stable")
    covered, beyond = np.cumsum(inside[order]), np.cumsum((area - inside)[order])
    return float((covered / (region_mask.sum() + beyond)).max())


def _object(segments: Any, region: Any) -> tuple[np.ndarray, np.ndarray]:
    labels, inside = renumbered(segments), zero_one("region", region)
    if labels.shape != inside.shape:
        raise ValueError(
            f"segments and region must be (h, w), both of the same shape, got {labels.shape} and {inside.shape}; "
            "resize the region by nearest neighbour"
        )
    if not inside.any():
        raise ValueError("region must have a pixel, got an empty one; leave this image out")
    return labels, inside
