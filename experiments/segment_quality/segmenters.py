"""The segmenters, what their numbers of segments hang on, and what else of theirs is chosen on other scenes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from limetheory.images.generators.dino.masks import dino_tree
from limetheory.images.generators.higra.masks import higra_tree
from limetheory.images.hierarchy.granularity import SegmentTree
from limetheory.images.segmentation.label_map import enlarged
from limetheory.images.segmentation.search import bisected
from limetheory.images.segmentation.segment import segment

CLOSE = 16
"""A search ends where the count is within 1, or within 1/16, of the wanted number."""


@dataclass(frozen=True)
class Candidate:
    """One way to use a segmenter.

    Attributes:
        cut: (image (h, w, 3) uint8, counts, settings) → for each count a label map.
        settings: the parameters that do not decide the count.
    """

    cut: Callable[..., dict[int, np.ndarray]]
    settings: Mapping[str, float] = field(default_factory=dict)

    @property
    def notes(self) -> list[str]:
        """What else is said of it: the parameter that is searched, and the size of the copy that is segmented."""
        if not isinstance(self.cut, Search):
            return []
        return [f"{self.cut.parameter} searched", *(["at half the size"] if self.cut.shrink == 2 else [])]


@dataclass(frozen=True)
class Search:
    """The parameter that decides the number of segments, and where it is searched.

    Attributes:
        method: the segmenter's name for `segment`.
        parameter: its name.
        ends: (wanted count, pixels) → the ends of its range.
        rises: whether the count rises with it.
        whole: whether it is a whole number.
        shrink: the image is segmented at 1 / ``shrink`` of its size.
    """

    method: str
    parameter: str
    ends: Callable[[int, int], tuple[float, float]]
    rises: bool
    whole: bool = True
    shrink: int = 1

    def __call__(self, image: np.ndarray, counts: tuple[int, ...], **settings: float) -> dict[int, np.ndarray]:
        """For each count the label map with the nearest number of segments that bisection finds."""
        small, known = _shrunk(image, self.shrink), {}

        def labels(value: float) -> np.ndarray:
            if value not in known:
                known[value] = _labels(small, self.method, {self.parameter: value, **settings})
            return known[value]

        def count(value: float) -> int:
            return int(labels(value).max()) + 1

        found = {}
        for wanted in counts:
            low, high = self.ends(wanted, small.shape[0] * small.shape[1])
            best = bisected(count, wanted, low, high, self.rises, self.whole, max(1, wanted // CLOSE))
            found[wanted] = enlarged(labels(best), image.shape[:2])
        return found


def grid_cut(image: np.ndarray, counts: tuple[int, ...]) -> dict[int, np.ndarray]:
    """For each count the grid with the nearest number of near-square cells."""
    return {wanted: segment(image, "grid", wanted) for wanted in counts}


def tree_cut(
    tree: Callable[..., SegmentTree], image: np.ndarray, counts: tuple[int, ...], **settings: float
) -> dict[int, np.ndarray]:
    """For each count the horizontal cut of a hierarchy into as many segments, or fewer where it has no more."""
    found = tree(image, counts, **settings)
    return {wanted: found.partition(depth) for depth, wanted in enumerate(counts, start=1)}


def _markers(wanted: int, pixels: int) -> tuple[float, float]:
    return max(2, wanted // 2), min(4 * wanted, pixels)


def _kernels(wanted: int, pixels: int) -> tuple[float, float]:
    side = (pixels / wanted) ** 0.5  # of a square segment; kernels reach three times as far as their size
    return side / 20, side / 4


def _areas(wanted: int, pixels: int) -> tuple[float, float]:
    return max(1, pixels / wanted / 100), pixels / wanted


def _scales(wanted: int, pixels: int) -> tuple[float, float]:
    return 3, 30_000


SLIC = Search("slic", "n_segments", _markers, rises=True)
WATERSHED = Search("watershed", "n_segments", _markers, rises=True)
QUICKSHIFT = Search("quickshift", "kernel_size", _kernels, rises=False, whole=False, shrink=2)
"""At half the size, since its time grows as the square of the number of pixels: a kernel reaches over a segment."""
BY_AREA = Search("felzenszwalb", "min_size", _areas, rises=False)
BY_SCALE = Search("felzenszwalb", "scale", _scales, rises=False)

SEGMENTERS: dict[str, tuple[Candidate, ...]] = {
    "slic": (
        *(Candidate(SLIC, {"compactness": compactness, "sigma": 1.0}) for compactness in (3.0, 10.0, 30.0, 100.0)),
        Candidate(SLIC, {"compactness": 30.0, "sigma": 0.0}),
    ),
    "quickshift": tuple(Candidate(QUICKSHIFT, {"ratio": ratio}) for ratio in (0.2, 0.5, 1.0)),
    "felzenszwalb": (
        *(Candidate(BY_AREA, {"scale": scale, "sigma": 0.8}) for scale in (30.0, 300.0)),
        *(Candidate(BY_SCALE, {"min_size": size, "sigma": 0.8}) for size in (50, 200)),
    ),
    "watershed": tuple(Candidate(WATERSHED, {"compactness": value}) for value in (0.0, 0.001, 0.003, 0.01)),
    "grid": (Candidate(grid_cut),),
    "higra": tuple(
        Candidate(partial(tree_cut, higra_tree), {"min_percent": percent}) for percent in (0.1, 0.35, 1.0, 2.0)
    ),
    "dino": (Candidate(partial(tree_cut, dino_tree)),),
}
"""The segmenters by name, each with the candidates that the tuning scenes decide between, for each count by itself."""

HIERARCHIES = ("dino", "higra")
"""The segmenters that cut a hierarchy horizontally; the others are the classical ones."""


def _labels(image: np.ndarray, method: str, parameters: dict[str, Any]) -> np.ndarray:
    try:
        return segment(image, method, **parameters)
    except ValueError:  # a single segment is a valid result here
        return np.zeros(image.shape[:2], int)


def _shrunk(image: np.ndarray, factor: int) -> np.ndarray:
    if factor == 1:
        return image
    from PIL import Image

    height, width = image.shape[:2]
    size = max(1, width // factor), max(1, height // factor)
    return np.asarray(Image.fromarray(image).resize(size, Image.Resampling.BOX))
