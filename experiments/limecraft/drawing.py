"""The regions of a photograph: those of a person's mask, or objects that a script draws from the hierarchy."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from limetheory.images import Region, Regions, read_masks
from limetheory.images.generators.dino.region_tree import photo_tree
from limetheory.images.generators.higra.region_tree import SMALLEST_PERCENT, RegionTree
from limetheory.networks import load_backbone

MASK = "_mask"
"""How the name of a mask ends that lies beside its photograph, before its suffix."""

OBJECTS = 3
"""How many regions a script draws at most; a convention."""

SHARE = (0.02, 0.6)
"""The smallest and the largest share of the photograph that a drawn region has; a convention."""


def hand_made(file: Path, photo: np.ndarray, hierarchy: str) -> tuple[Regions, str]:
    """The regions of a photograph (h, w, 3), and whether they come from a "mask" or from the "hierarchy".

    Raises:
        ValueError: no mask, and no region of the hierarchy that is neither too small nor too large.
    """
    size = photo.shape[0], photo.shape[1]
    mask = file.with_name(f"{file.stem}{MASK}.png")
    if mask.exists():
        return Regions(size, read_masks(mask, size)), "mask"
    return Regions(size, objects(tree_of(photo, hierarchy))), "hierarchy"


def tree_of(photo: np.ndarray, hierarchy: str) -> RegionTree:
    """The tree of a photograph by colours, "higra", or by features, "dino"."""
    if hierarchy == "higra":
        return RegionTree.of(photo)
    return photo_tree(photo, load_backbone(), SMALLEST_PERCENT)[0]


def objects(tree: RegionTree) -> list[Region]:
    """Up to three regions that do not overlap, the most persistent first, as a person draws what stands out."""
    shares = tree.area / tree.area[-1]
    chosen: list[int] = []
    for region in np.argsort(-tree.persistence, kind="stable").tolist():
        apart = all(region not in tree.above(other) and other not in tree.above(region) for other in chosen)
        if SHARE[0] <= shares[region] <= SHARE[1] and apart and len(chosen) < OBJECTS:
            chosen.append(region)
    if not chosen:
        raise ValueError(f"a photograph must have a region of {SHARE} of it to draw, got none; leave it out")
    return [Region(f"object {number}", tree.mask(region)) for number, region in enumerate(chosen, start=1)]
