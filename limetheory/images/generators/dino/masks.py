"""Masks from the features of a vision transformer: the cuts of their hierarchy, as a tree and as SAM's records."""

from __future__ import annotations

import os
from typing import Any

from limetheory import arguments
from limetheory.images.generators.dino.levels import found_levels
from limetheory.images.generators.dino.predictor import DinoPredictor
from limetheory.images.generators.dino.region_tree import photo_tree
from limetheory.images.generators.higra.masks import increasing
from limetheory.images.generators.higra.records import mask_records
from limetheory.images.generators.higra.region_tree import RegionTree
from limetheory.images.hierarchy.containment import MIN_PERCENT
from limetheory.images.hierarchy.granularity import SegmentTree
from limetheory.networks.vit.backbone import Backbone
from limetheory.networks.vit.load import given_backbone
from limetheory.networks.vit.weights_file import weights_file
from limetheory.pictures import as_image

__all__ = ["DinoMaskGenerator", "DinoPredictor", "dino_tree"]


def dino_tree(
    image: Any,
    levels: tuple[int, ...] | None = None,
    min_percent: float = MIN_PERCENT,
    backbone: Backbone | None = None,
) -> SegmentTree:
    """A hierarchy of segments from the features of a vision transformer; equal images give equal trees.

    Args:
        image: anything that `as_image` takes; sides above `MAX_SIDE` of segmentation/segment.py are reduced first.
        levels: increasing numbers of segments, at most, of depth 1, 2, ...; None finds them, see `found_levels`.
        min_percent: smallest segment, in per cent of the image, in [0, 100).
        backbone: what makes the features; None is `load_backbone()`.

    Returns:
        The tree; an image of a single colour gives a single segment.

    Raises:
        ValueError: a bad image, levels that do not increase from at least 2, or changed weights.
        ImportError: a package of the extra ``foundation`` is missing.

    >>> from skimage.data import astronaut
    >>> tree = dino_tree(astronaut()[::2, ::2], levels=(8, 20))
    >>> [len(tree.nodes(depth)) for depth in (1, 2)]
    [8, 20]
    """
    counts = None if levels is None else increasing(levels)
    percent = arguments.real("min_percent", min_percent, at_least=0, below=100)
    regions = _regions(image, percent, backbone)
    return regions.segment_tree(found_levels(regions.scale) if counts is None else counts)


class DinoMaskGenerator:
    """Masks of an image behind the interface of ``segment_anything.SamAutomaticMaskGenerator``.

    They are the segments of all depths of `dino_tree`, so that `containment_tree` finds its depths again.

    Args:
        levels, min_percent, backbone: see `dino_tree`.
        stability_score_thresh: smallest persistence 1 − λ/λ_parent of a mask, in [0, 1].
        checkpoint, device: the weights and the place of the backbone where that is None, see `load_backbone`.
    """

    def __init__(
        self,
        levels: tuple[int, ...] | None = None,
        min_percent: float = MIN_PERCENT,
        stability_score_thresh: float = 0.0,
        backbone: Backbone | None = None,
        checkpoint: str | os.PathLike[str] | None = None,
        device: Any = None,
    ):
        self.levels = None if levels is None else increasing(levels)
        self.min_percent = arguments.real("min_percent", min_percent, at_least=0, below=100)
        self.threshold = arguments.real("stability_score_thresh", stability_score_thresh, at_least=0, at_most=1)
        if backbone is None and checkpoint is not None:
            weights_file(checkpoint, "a checkpoint (--checkpoint)")
        self.backbone = given_backbone(backbone, weights=checkpoint, device=device)

    def generate(self, image: Any) -> list[dict[str, Any]]:
        """List the regions of an image, largest first; none for an image of a single colour.

        Args:
            image: (h, w, 3) uint8, or anything else that `as_image` takes.

        Returns:
            See `mask_records`.
        """
        regions = _regions(image, self.min_percent, self.backbone)
        return mask_records(regions, self.levels or found_levels(regions.scale), self.threshold)


def _regions(image: Any, min_percent: float, backbone: Backbone | None) -> RegionTree:
    return photo_tree(as_image(image), given_backbone(backbone), min_percent)[0]
