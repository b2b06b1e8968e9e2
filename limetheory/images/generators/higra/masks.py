"""Data-driven masks without a checkpoint: the cuts of a Mumford-Shah hierarchy, as a tree and as SAM's records."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from limetheory import arguments
from limetheory.given import given
from limetheory.images.generators.higra.predictor import HigraPredictor
from limetheory.images.generators.higra.region_tree import RegionTree
from limetheory.images.hierarchy.containment import MIN_PERCENT
from limetheory.images.hierarchy.granularity import SegmentTree

__all__ = ["LEVELS", "HigraMaskGenerator", "HigraPredictor", "RegionTree", "higra_tree"]

LEVELS = (10, 25, 60, 150)
"""Segments of the first, second, ... depth of `higra_tree`, at most."""


def higra_tree(image: Any, levels: tuple[int, ...] = LEVELS, min_percent: float = MIN_PERCENT) -> SegmentTree:
    """A hierarchy of segments from the colours of the image alone; equal images give equal trees.

    Args:
        image: anything that `as_image` takes; sides above `MAX_SIDE` of segmentation/segment.py are reduced first.
        levels: increasing numbers of segments, at most, of depth 1, 2, ...
        min_percent: smallest segment, in per cent of the image, in [0, 100).

    Returns:
        The tree; an image of a single colour gives a single segment.

    Raises:
        ValueError: Higra is not installed, a bad image, or levels that do not increase from at least 2.

    >>> image = np.zeros((20, 30, 3)); image[:, 10:] = 0.5; image[5:15, 15:25] = 1.0
    >>> higra_tree(image, levels=(2, 3)).partition(2)[10, ::5].tolist()
    [0, 0, 1, 2, 2, 1]
    """
    counts = _counts(levels)
    regions = RegionTree.of(image, min_percent)
    return regions.segment_tree(counts)


class HigraMaskGenerator:
    """Masks of an image behind the interface of ``segment_anything.SamAutomaticMaskGenerator``.

    They are the segments of all depths of `higra_tree`, so that `containment_tree` finds its depths again.

    Args:
        levels: increasing numbers of segments, at most, of the cuts that the masks are taken from.
        min_percent: smallest mask, in per cent of the image, in [0, 100).
        stability_score_thresh: smallest persistence 1 − λ/λ_parent of a mask, in [0, 1].

    >>> image = np.zeros((20, 30, 3), np.uint8); image[5:15, 15:25] = 255
    >>> [(mask["area"], mask["bbox"], mask["stability_score"]) for mask in HigraMaskGenerator().generate(image)]
    [(500, [0, 0, 30, 20], 1.0), (100, [15, 5, 10, 10], 1.0)]
    """

    def __init__(
        self,
        levels: tuple[int, ...] = LEVELS,
        min_percent: float = MIN_PERCENT,
        stability_score_thresh: float = 0.0,
    ):
        self.levels = _counts(levels)
        self.min_percent = arguments.real("min_percent", min_percent, at_least=0, below=100)
        self.threshold = arguments.real("stability_score_thresh", stability_score_thresh, at_least=0, at_most=1)

    def generate(self, image: Any) -> list[dict[str, Any]]:
        """List the regions of an image, largest first; none for an image of a single colour.

        Args:
            image: (h, w, 3) uint8, or anything else that `as_image` takes.

        Returns:
            One dict per mask: "segmentation" (h, w) bool, "area" in pixels, "bbox" [x, y, w, h], "stability_score"
            and "predicted_iou" (both the persistence: no overlap is predicted), "point_coords" [[x, y]], the pixel of
            the mask nearest to its centre, and "crop_box" [0, 0, w, h].
        """
        regions = RegionTree.of(image, self.min_percent)
        kept, _ = regions.shown(self.levels)
        persistent = [int(region) for region in kept[1:] if regions.persistence[region] >= self.threshold]
        persistent.sort(key=lambda region: (-regions.area[region], region))
        return [_record(regions.mask(region), float(regions.persistence[region])) for region in persistent]


def _record(mask: np.ndarray, persistence: float) -> dict[str, Any]:
    rows, columns = np.nonzero(mask)
    x, y = int(columns.min()), int(rows.min())
    centre = ((rows - rows.mean()) ** 2 + (columns - columns.mean()) ** 2).argmin()
    return {
        "segmentation": mask,
        "area": len(rows),
        "bbox": [x, y, int(columns.max()) - x + 1, int(rows.max()) - y + 1],
        "predicted_iou": persistence,
        "point_coords": [[float(columns[centre]), float(rows[centre])]],
        "stability_score": persistence,
        "crop_box": [0, 0, mask.shape[1], mask.shape[0]],
    }


def _counts(levels: tuple[int, ...]) -> tuple[int, ...]:
    counts = tuple(arguments.integer("levels", count, 2) for count in arguments.several("levels", levels, "integers"))
    if not counts or any(after <= before for before, after in pairwise(counts)):
        raise ValueError(f"levels must be increasing numbers of segments, got {given(levels)}: try {LEVELS}")
    return counts
