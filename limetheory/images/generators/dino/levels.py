"""The natural depths of a hierarchy: the cuts at which the regions that are left are much less alike than before."""

from __future__ import annotations

import numpy as np

BANDS = ((4, 12), (13, 30), (31, 75), (76, 150))
"""The fewest and the most segments of depth 1, 2, ...; a convention, of which each depth takes the clearest cut."""


def found_levels(scale: np.ndarray, bands: tuple[tuple[int, int], ...] = BANDS) -> tuple[int, ...]:
    """The number of segments at each depth: in each band that of the largest gap of the scales of unions.

    A cut into k segments exists from the scale of the last union that made them to that of the next one. Its gap is k
    times the logarithm of the ratio of the two: where scales fall as a power of k, all cuts have about the same gap.

    Args:
        scale: (regions,) of a binary tree with (regions + 1) / 2 finest regions, which come first; see `RegionTree`.
        bands: fewest and most segments of each depth, increasing.

    Returns:
        Increasing numbers, at least one; a tree with fewer finest regions than the first band has has one depth, all of
        them, and at least 2.

    >>> found_levels(np.array([0, 0, 0, 0, 0, 0, 1.0, 1.1, 4.0, 4.5, 5.0]))
    (4,)
    """
    finest = (len(scale) + 1) // 2
    unions = np.sort(scale[finest:])
    levels = [_clearest(unions, least, min(most, finest - 1)) for least, most in bands if least < finest]
    return tuple(levels) or (max(2, finest),)


def _clearest(unions: np.ndarray, least: int, most: int) -> int:
    numbers = np.arange(least, most + 1)
    gaps = numbers * np.log(unions[len(unions) + 1 - numbers] / unions[len(unions) - numbers])
    return int(numbers[gaps.argmax()])
