"""Segments of a photograph by any segmenter, at the network's resolution and matched in number; they can be split."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from experiments.dseg.settings import HIERARCHIES, Settings
from limetheory.images.generators.higra.masks import higra_tree
from limetheory.images.generators.mask_generators import masks_of
from limetheory.images.hierarchy.containment import containment_tree
from limetheory.images.hierarchy.granularity import Segmentation, SegmentTree
from limetheory.images.segmentation.label_map import enlarged
from limetheory.images.segmentation.search import bisected
from limetheory.images.segmentation.segment import segment

_RANGES: dict[str, tuple[str, float, float]] = {
    "slic": ("n_segments", 2, 400),
    "watershed": ("n_segments", 2, 400),
    "quickshift": ("kernel_size", 1.5, 24),
    "felzenszwalb": ("min_size", 8, 8192),
}
"""The parameter that controls the number of segments, with its range."""


@dataclass(frozen=True, eq=False)
class Partition:
    """A label map of the network's input, with the segmentation behind it where there is a hierarchy.

    Attributes:
        labels: (s, s), labels 0..d−1.
        origin: the segment of ``segmentation`` that each label is; thin ones may be lost in resizing.
        segmentation: of the photograph, or None.
    """

    labels: np.ndarray
    origin: np.ndarray
    segmentation: Segmentation | None = None

    @classmethod
    def of(cls, labels: np.ndarray, side: int, segmentation: Segmentation | None = None) -> Partition:
        """Resize a label map to side × side pixels."""
        origin, compact = np.unique(enlarged(labels, (side, side)), return_inverse=True)
        return cls(compact.reshape(side, side), origin, segmentation)

    @property
    def d(self) -> int:
        """The number of segments."""
        return len(self.origin)

    def finer(self, coefficients: np.ndarray, top_k: int) -> Partition:
        """The partition with the ``top_k`` segments of largest coefficient split; itself if they have no parts."""
        if self.segmentation is None:
            return self
        order = np.argsort(-np.abs(coefficients), kind="stable")[:top_k]
        try:
            split = self.segmentation.refine(self.origin[order].tolist())
        except ValueError:
            return self
        return Partition.of(split.labels, len(self.labels), split)


def partition(
    photo: np.ndarray, name: str, settings: Settings, side: int, wanted: int | None, parameter: float | None = None
) -> tuple[Partition, float | None]:
    """The coarsest partition of a segmenter, and the parameter that was found for a classical one.

    A classical segmenter is tuned to the ``wanted`` number of segments, unless it is given its parameter.
    """
    if name in HIERARCHIES:
        segmentation = _tree(photo, name, settings).at(1)
        return Partition.of(segmentation.labels, side, segmentation), None
    small = reduced(photo, settings.side)
    draw = drawer(small, name)
    if parameter is None:
        parameter = matched(lambda value: len(np.unique(draw(value))), name, wanted or settings.segments[0])
    return Partition.of(draw(parameter), side), parameter


def matched(count: Callable[[float], int], name: str, wanted: int) -> float:
    """The parameter whose number of segments is nearest to the wanted one, among those that bisection tries."""
    if name == "grid":
        return wanted
    parameter, low, high = _RANGES[name]
    return bisected(count, wanted, low, high, parameter == "n_segments", parameter != "kernel_size")


def reduced(photo: np.ndarray, side: int) -> np.ndarray:
    """The photograph resized so that its longest side has at most ``side`` pixels, (h, w, 3) in [0, 1]."""
    height, width = photo.shape[:2]
    scale = min(1.0, side / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    pixels = Image.fromarray(np.rint(photo * 255).astype(np.uint8)).resize(size, Image.Resampling.BOX)
    return np.asarray(pixels, float) / 255


def drawer(small: np.ndarray, name: str) -> Callable[[float], np.ndarray]:
    """The label map of a classical segmenter as a function of the parameter that controls the number of segments."""

    def draw(value: float) -> np.ndarray:
        if name == "grid":
            return segment(small, "grid", int(value))
        parameters: dict[str, Any] = {_RANGES[name][0]: value}
        try:
            return segment(small, name, **parameters)
        except ValueError:  # a single segment is a valid result here
            return np.zeros(small.shape[:2], int)

    return draw


def _tree(photo: np.ndarray, name: str, settings: Settings) -> SegmentTree:
    if name == "higra":
        return higra_tree(reduced(photo, settings.side), settings.segments)
    return containment_tree(masks_of(photo, name, checkpoint=settings.checkpoint))
