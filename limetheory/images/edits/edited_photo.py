"""A photograph with its regions, before and after edits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from limetheory.arguments import zero_one
from limetheory.arrays import Bools, Floats
from limetheory.given import did_you_mean, given
from limetheory.images.edits.edit import Edit
from limetheory.pictures import as_image


@dataclass(frozen=True, eq=False)
class EditedPhoto:
    """A photograph after edits, with its regions as they are then.

    Attributes:
        pixels: (h, w, 3) float64 in [0, 1].
        masks: each region, (h, w) bool, by name; its pixels moved, grew or vanished with the edits.
        vanished: the names of the regions that lost all their pixels by the edits.
        without_effect: the numbers of the edits whose region had no pixels when their turn came.
        photographs: the pixels of others that edits show, by name.
    """

    pixels: Floats
    masks: Mapping[str, Bools]
    vanished: tuple[str, ...] = ()
    without_effect: tuple[int, ...] = ()
    photographs: Mapping[str, Floats] = field(default_factory=dict)

    def after(self, number: int, edit: Edit) -> EditedPhoto:
        """This photograph after one more edit, the one of a number."""
        region = np.ones(self.pixels.shape[:2], bool) if edit.region is None else self.masks[edit.region]
        if not region.any():
            return replace(self, without_effect=(*self.without_effect, number))
        found = edit.of(self.pixels, region, self.photographs)
        masks = {
            name: found.mask if name == edit.region else found.follow(mask) for name, mask in self.masks.items()
        }  # fmt: skip
        lost = [name for name, mask in masks.items() if self.masks[name].any() and not mask.any()]
        return replace(self, pixels=found.pixels, masks=masks, vanished=(*self.vanished, *lost))


def checked_masks(masks: Any, shape: tuple[int, ...]) -> dict[str, Bools]:
    """Masks by name, each (h, w) bool of a photograph's shape.

    Raises:
        ValueError, TypeError: in one line.

    >>> checked_masks({"dot": [[0, 1]]}, (1, 2))
    {'dot': array([[False,  True]])}
    """
    if not isinstance(masks, Mapping):
        raise TypeError(f"masks must be masks by the names of regions, got {given(masks)}; such as {{'zebra': mask}}")
    found = {name: zero_one(f"mask of region {given(name)}", mask) for name, mask in masks.items()}
    for name, mask in found.items():
        if mask.shape != shape[:2]:
            raise ValueError(
                f"mask of region {given(name)} must have the photograph's shape {shape[:2]}, got {mask.shape}; "
                "resize it by nearest neighbours"
            )
    return found


def checked_photographs(photographs: Any) -> dict[str, Floats]:
    """The pixels of other photographs by name.

    Raises:
        ValueError, TypeError: in one line.
    """
    if not isinstance(photographs, Mapping):
        raise TypeError(f"photographs must be images by name, got {given(photographs)}; such as {{'beach': image}}")
    return {name: as_image(photograph) for name, photograph in photographs.items()}


def known_photographs(edit: Edit, photographs: Mapping[str, Floats]) -> None:
    """Refuse an edit that shows a photograph that is not there."""
    for one in edit.photographs:
        if one not in photographs:
            remedy = did_you_mean(one, [*photographs]) or "give its pixels, or switch the edit off"
            names = ", ".join(map(str, photographs)) or "none"
            raise ValueError(f"photograph of edit {edit.name!r} must be one of {names}, got {given(one)}; {remedy}")


def known_region(edit: Edit, masks: Mapping[str, Bools]) -> None:
    """Refuse an edit of a region that is not there."""
    if edit.region is not None and edit.region not in masks:
        remedy = did_you_mean(edit.region, [*masks]) or "give its mask, or switch the edit off"
        names = ", ".join(map(str, masks)) or "none"
        raise ValueError(f"region of edit {edit.name!r} must be one of {names}, got {given(edit.region)}; {remedy}")
