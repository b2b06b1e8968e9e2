"""Data-driven masks without a checkpoint: the cuts of a Mumford-Shah hierarchy, as a tree and as SAM's records."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from limetheory import arguments
from limetheory.given import given
from limetheory.images.generators.higra.predictor import HigraPredictor
from limetheory.images.generators.higra.records import mask_records
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
    counts = increasing(levels)
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
        self.levels = increasing(levels)
        self.min_percent = arguments.real("min_percent", min_percent, at_least=0, below=100)
        self.threshold = arguments.real("stability_score_thresh", stability_score_thresh, at_least=0, at_most=1)

    def generate(self, image: Any) -> list[dict[str, Any]]:
        """List the regions of an image, largest first; none for an image of a single colour.

        Args:
            image: (h, w, 3) uint8, or anything else that `as_image` takes.

        Returns:
            See `mask_records`.
        """
        return mask_records(RegionTree.of(image, self.min_percent), self.levels, self.threshold)


def increasing(levels: tuple[int, ...]) -> tuple[int, ...]:
    """The numbers of segments, refused unless they increase from at least 2."""
    counts = tuple(arguments.integer("levels", count, 2) for count in arguments.several("levels", levels, "integers"))
    if not counts or any(after <= before for before, after in pairwise(counts)):
        raise ValueError(f"levels must be increasing numbers of segments, got {given(levels)}: try {LEVELS}")
    return counts
