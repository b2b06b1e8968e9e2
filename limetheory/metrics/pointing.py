"""Whether the highest values of a map lie where the object is known to be."""

from __future__ import annotations

from typing import Any

import numpy as np

from limetheory.arguments import numbers, real, zero_one


def pointing_game(heatmap: Any, region: Any, tolerance: float = 0.0) -> float:
    """The share of the map's highest pixels that lie in a region, in [0, 1] (↑).

    Without ties it is 1 for a hit and 0 for a miss; the mean over images is the accuracy of Zhang et al. 2016, whose
    code counts points within 15 pixels of the region as hits. Pihlgren & Främling 2025 have it with a tolerance of 0.

    Args:
        heatmap: (h, w) finite numbers, such as ``explanation.heatmap()``.
        region: (h, w) bool, True at the object; not empty.
        tolerance: how many pixels, from centre to centre, a point may be away from the region.

    Raises:
        ValueError: shapes that differ, numbers that are not finite, or an empty region.

    >>> pointing_game([[0.0, 2.0], [2.0, 1.0]], [[False, True], [False, False]])
    0.5
    """
    values, inside = numbers("heatmap", heatmap), zero_one("region", region)
    tolerance = real("tolerance", tolerance, at_least=0)
    if values.ndim != 2 or values.shape != inside.shape:
        raise ValueError(
            f"heatmap and region must be (h, w), both of the same shape, got {values.shape} and {inside.shape}; "
            "resize the region"
        )
    if not inside.any():
        raise ValueError("region must have a pixel, got an empty one; leave this image out")
    highest = values == values.max()
    return float((_distance(inside) <= tolerance)[highest].mean()) if tolerance else float(inside[highest].mean())


def _distance(inside: np.ndarray) -> np.ndarray:
    """The distance of each pixel from the nearest one of the region, 0 inside."""
    from scipy.ndimage import distance_transform_edt

    found: np.ndarray = distance_transform_edt(~inside)
    return found
