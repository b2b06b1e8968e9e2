"""What a mask that was drawn, uploaded or clicked does to the regions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from string import ascii_uppercase

import numpy as np

from limetheory.app.refusals import Refused
from limetheory.images.regions import Region, Regions

_COMBINED: Mapping[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "add": np.logical_or, "subtract": np.greater, "intersect": np.logical_and,
}  # fmt: skip


def with_mask(
    regions: Regions, mask: np.ndarray, effect: str, selected: Sequence[str], name: str = "region"
) -> Regions:
    """The regions with a mask as a new region, or added to, taken from or kept of the selected one.

    Args:
        regions: of before.
        mask: (h, w) bool.
        effect: a name of `EFFECTS`.
        selected: names of regions.
        name: of a new region.

    Raises:
        Refused: not exactly one region is selected, or nothing would be left of it.
    """
    if effect == "new":
        return regions.add(Region(lettered(regions, name), mask))
    if len(selected) != 1:
        raise Refused(f"A drawing changes one selected region, and {len(selected)} are selected. Select one.")
    changed = _COMBINED[effect](regions[selected[0]].mask, mask)
    if not changed.any():
        raise Refused(f"Nothing would be left of {selected[0]}. Draw elsewhere, or delete the region.")
    return regions.replace_mask(selected[0], changed)


def lettered(regions: Regions, name: str) -> str:
    """A name with a letter that no region has; a superpixel's number can follow, as in "region B 3".

    >>> lettered(Regions((1, 1), (Region("region A", [[True]]),)), "region")
    'region B'
    """
    names = (f"{name} {letter}" for letter in ascii_uppercase)
    return next((one for one in names if one not in regions.names), regions.free_name(name))


def with_regions(regions: Regions, more: Sequence[Region]) -> Regions:
    """The regions with more of them on top, under names that are free."""
    for region in more:
        regions = regions.add(region.renamed(regions.free_name(region.name)))
    return regions
