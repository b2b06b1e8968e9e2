"""The search for a number of superpixels, in the parameter of a segmenter that decides it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from limetheory.images.segmentation.label_map import enlarged, renumbered
from limetheory.images.segmentation.merging import merged

TRIES = 8
"""How many parameters are tried to match a number of segments; a convention."""

MORE = 16
"""A search goes up to so many times the parameter that would give the number wanted; a convention."""


def bisected(
    count: Callable[[float], int], wanted: int, low: float, high: float, rises: bool, whole: bool, within: int = 0
) -> float:
    """The parameter whose count is nearest to the wanted one, among those that geometric bisection tries.

    Args:
        count: parameter → number of segments; it is called for at most `TRIES` parameters.
        wanted: the number of segments.
        low, high: the ends of the parameter's range, above 0.
        rises: whether the count rises with the parameter.
        whole: whether the parameter is a whole number.
        within: how far from the wanted number a count may be for the search to end.
    """
    best, least = low, np.inf
    for _ in range(TRIES):
        middle = float(np.sqrt(low * high))
        middle = round(middle) if whole else middle
        found = count(middle)
        if abs(found - wanted) < least:
            best, least = middle, abs(found - wanted)
        if abs(found - wanted) <= within or not low < middle < high:
            break
        low, high = (middle, high) if (found < wanted) == rises else (low, middle)
    return best


@dataclass(frozen=True)
class Search:
    """Superpixels of a wanted number: the label map of a method with as many, or with a few more, which are merged.

    Attributes:
        function: (image (h, w, 3), parameter=value) → (h, w) label map.
        parameter: what decides the number.
        ends: (number wanted, pixels) → the ends of its range.
        rises: whether the number rises with it.
        whole: whether it is a whole number.
        shrink: the image is segmented at 1 / ``shrink`` of its size where that has pixels enough.
    """

    function: Callable[..., np.ndarray]
    parameter: str
    ends: Callable[[int, int], tuple[float, float]]
    rises: bool
    whole: bool = True
    shrink: int = 1

    def __call__(self, image: np.ndarray, wanted: int) -> np.ndarray:
        """The label map, with labels 0..d−1: d is the number wanted, or less where the method finds no more.

        Args:
            image: (h, w, 3) in [0, 1].
            wanted: the number, from 2 to the number of pixels.
        """
        small = self._shrunk(image, wanted)
        found = self._on(small, wanted)
        if small is not image and int(found.max()) + 1 < wanted:
            small = image
            found = self._on(image, wanted)
        return enlarged(merged(found, small, wanted), image.shape[:2])

    def _on(self, small: np.ndarray, wanted: int) -> np.ndarray:
        """The best map of an image of this size."""
        tried: dict[float, np.ndarray] = {}

        def count(value: float) -> int:
            if value not in tried:
                tried[value] = renumbered(self.function(small, **{self.parameter: value}), small.shape[:2])
            return int(tried[value].max()) + 1

        low, high = self.ends(wanted, small.shape[0] * small.shape[1])
        if low <= wanted <= high and self.parameter == "n_segments":  # the method's own way comes first
            low, high = (wanted, high) if count(wanted) < wanted else (low, wanted)
        if not tried or count(wanted) != wanted:
            bisected(count, wanted, low, high, self.rises, self.whole)
        return _best(list(tried.values()), wanted)

    def _shrunk(self, image: np.ndarray, wanted: int) -> np.ndarray:
        small = image[self.shrink // 2 :: self.shrink, self.shrink // 2 :: self.shrink]
        return np.ascontiguousarray(small) if small.size // 3 >= MORE * wanted else image


def _best(maps: list[np.ndarray], wanted: int) -> np.ndarray:
    """The map with the fewest superpixels from the wanted number on; with the most where none has as many."""
    counts = [int(one.max()) + 1 for one in maps]
    enough = [count for count in counts if count >= wanted]
    return maps[counts.index(min(enough) if enough else max(counts))]


def markers(wanted: int, pixels: int) -> tuple[float, float]:
    """The range of a number of markers or clusters."""
    return max(2, wanted // 2), min(MORE * wanted, pixels)


def kernels(wanted: int, pixels: int) -> tuple[float, float]:
    """The range of the size of quickshift's kernel, which reaches three times as far."""
    side = math.sqrt(pixels / wanted)  # of a square superpixel
    return 1.0, max(1.0, side / 4)


def areas(wanted: int, pixels: int) -> tuple[float, float]:
    """The range of the smallest area of a superpixel."""
    return 1, max(2.0, pixels / wanted)
