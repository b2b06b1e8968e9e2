"""All regions of a photograph: an ordered list that cannot be changed, of which each change makes another one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from limetheory.arguments import instance, integer, several
from limetheory.counts import at_most
from limetheory.given import did_you_mean, given
from limetheory.images.regions.drawn import MOST_PIXELS
from limetheory.images.regions.names import check_different, numbered
from limetheory.images.regions.partition import Partition, partitioned
from limetheory.images.regions.record import attributes_of, json_of
from limetheory.images.regions.region import MOST_SUPERPIXELS, Region, checked_name, checked_number
from limetheory.images.regions.shares import shares
from limetheory.images.regions.splitting import parts_of
from limetheory.images.segmentation.label_map import image_size, renumbered
from limetheory.images.segmentation.methods import SEGMENTERS
from limetheory.pictures import as_image

MOST_REGIONS = 1000
"""The most regions of a photograph; a convention."""

_Combined = Callable[[np.ndarray, np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Regions:
    """The regions of a photograph, and how what is outside of them is cut.

    A pixel of several regions belongs to the last of them: later regions lie on top. Every method that changes
    something gives new regions and leaves these as they are.

    Attributes:
        shape: the (h, w) of the photograph, at most 64 megapixels.
        regions: from below to above, at most 1000, all of this shape and of different names; kept as a tuple.
        outside: into how many superpixels the pixels of no region are to be cut, in 1..1000; 50 as in LIMEcraft.
        segmenter: the name of a row of `SEGMENTERS`, which cuts the regions and what is outside.

    Raises:
        ValueError, TypeError: a mask of another shape, two regions of one name, or an unknown segmenter.

    >>> column = np.arange(6)[None].repeat(4, axis=0)
    >>> drawn = Regions((4, 6)).add(Region("left", column < 3)).add(Region("stripe", column == 2, superpixels=2))
    >>> partition = drawn.with_outside(3, "grid").partition(np.zeros((4, 6, 3)))
    >>> partition.names
    ('left', 'stripe 1', 'stripe 2', 'outside 1', 'outside 2', 'outside 3')
    """

    shape: tuple[int, int]
    regions: Sequence[Region] = ()
    outside: int = 50
    segmenter: str = "slic"

    def __post_init__(self) -> None:
        height, width = image_size(self.shape)
        at_most("h × w", integer("h × w", height * width, 1), MOST_PIXELS, "use a smaller copy of the photograph")
        regions = tuple(several("regions", self.regions, "Region objects"))
        at_most("the number of regions", len(regions), MOST_REGIONS, "merge some")
        for region in regions:
            instance("regions", region, Region, "make one of a name and a mask")
            _check_shape("mask", region.mask.shape, (height, width))
        check_different([region.name for region in regions])
        checked_number("outside", self.outside)
        _check_segmenter(self.segmenter)
        for name, value in {"shape": (height, width), "regions": regions}.items():
            object.__setattr__(self, name, value)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the regions, from below to above."""
        return tuple(region.name for region in self.regions)

    @property
    def owner(self) -> np.ndarray:
        """The number of the region of each pixel, the last one that has it, and −1 outside: (h, w) intp."""
        owner = np.full(self.shape, -1)
        for number, region in enumerate(self.regions):
            owner[region.mask] = number
        return owner

    @property
    def covered(self) -> tuple[str, ...]:
        """The names of the regions without superpixels, since later ones cover all of their pixels."""
        return tuple(name for name, area in zip(self.names, self._areas()[:-1], strict=True) if not area)

    def __getitem__(self, name: str) -> Region:
        return self.regions[self._place(name)]

    def free_name(self, name: str = "region") -> str:
        """A name that no region has: the given one, or that with a number, "region 2"."""
        return numbered(name, 2, set(self.names)) if checked_name("name", name) in self.names else name

    def add(self, region: Region) -> Regions:
        """With one more region, on top of the others."""
        return replace(self, regions=(*self.regions, region))

    def remove(self, name: str) -> Regions:
        """Without a region."""
        return self._with(self._place(name))

    def rename(self, name: str, new: str) -> Regions:
        """With another name of a region."""
        return self._with(self._place(name), self[name].renamed(new))

    def replace_mask(self, name: str, mask: Any) -> Regions:
        """With another mask (h, w) of a region."""
        return self._with(self._place(name), self[name].with_mask(mask))

    def with_superpixels(self, name: str, superpixels: int) -> Regions:
        """With another number of superpixels of a region."""
        return self._with(self._place(name), self[name].with_superpixels(superpixels))

    def with_outside(self, outside: int, segmenter: str | None = None) -> Regions:
        """With another number of superpixels outside, and another segmenter of everything if one is given."""
        return replace(self, outside=outside, segmenter=self.segmenter if segmenter is None else segmenter)

    def raised(self, name: str) -> Regions:
        """With a region on top of all others."""
        place = self._place(name)
        return replace(self, regions=(*self.regions[:place], *self.regions[place + 1 :], self.regions[place]))

    def union(self, a: str, b: str) -> Regions:
        """With the pixels of region b in region a too; b stays as it is."""
        return self._combined(a, b, np.logical_or)

    def subtract(self, a: str, b: str) -> Regions:
        """Without the pixels of region b in region a; b stays as it is.

        Raises:
            ValueError: nothing would be left.
        """
        return self._combined(a, b, np.greater, "that b does not cover")

    def intersect(self, a: str, b: str) -> Regions:
        """With only those pixels of region a that region b has too; b stays as it is.

        Raises:
            ValueError: they have none in common.
        """
        return self._combined(a, b, np.logical_and, "in common with b")

    def merge(self, names: Sequence[str]) -> Regions:
        """With several regions as one, in the place and under the name of the first that is named.

        Its number of superpixels is the sum of theirs, 1000 at most.
        """
        chosen = [self[name] for name in several("names", names, "names of regions")]
        if len({region.name for region in chosen}) != len(chosen) or len(chosen) < 2:
            raise ValueError(f"names must be two or more different regions, got {given(names)}; name each once")
        number = min(sum(region.superpixels for region in chosen), MOST_SUPERPIXELS)
        union = Region(chosen[0].name, np.any([region.mask for region in chosen], axis=0), number)
        merged = self._with(self._place(union.name), union)
        rest = {region.name for region in chosen[1:]}
        return replace(merged, regions=tuple(region for region in merged.regions if region.name not in rest))

    def split(self, name: str, into: int | None = None, image: Any = None) -> Regions:
        """With a region as several, "zebra 1", "zebra 2" and so on, in its place.

        They share its number of superpixels by area, and each gets one at least.

        Args:
            name: of the region.
            into: how many, at least 2, which the segmenter cuts; None takes the connected pieces.
            image: the photograph (h, w, 3), which the segmenter needs; anything that `as_image` takes.

        Raises:
            ValueError: a region of a single piece, or one that the segmenter does not divide.
        """
        place, region = self._place(name), self[name]
        photo = None if into is None else self._photo(image)
        masks = parts_of(region.mask, into, photo, SEGMENTERS[self.segmenter])
        at_most("the number of regions", len(self.regions) + len(masks) - 1, MOST_REGIONS, "give into=2 and the image")
        areas = np.array([np.count_nonzero(mask) for mask in masks])
        numbers = shares(areas, max(region.superpixels, len(masks))).tolist()
        taken, parts = set(self._with(place).names), []
        for part, (mask, number) in enumerate(zip(masks, numbers, strict=True), start=1):
            parts.append(Region(numbered(name, part, taken), mask, number))
            taken.add(parts[-1].name)
        return self._with(place, *parts)

    def toggled(self, name: str, labels: Any, superpixel: int) -> Regions:
        """With a superpixel in a region if it was not, and without it if it was.

        A name that no region has makes one on top, and the region from which the last pixel goes is removed.

        Args:
            name: of the region.
            labels: (h, w) label map of integers ≥ 0, such as ``Partition.labels``.
            superpixel: the label that was clicked.

        Raises:
            ValueError: a label map of another shape, or a label that no pixel has.
        """
        renumbered(labels, self.shape)
        clicked = np.asarray(labels) == integer("superpixel", superpixel, 0)
        if not clicked.any():
            raise ValueError(f"superpixel must be a label of the map, got {superpixel}; take labels[y, x]")
        if checked_name("name", name) not in self.names:
            return self.add(Region(name, clicked))
        mask = self[name].mask
        changed = mask & ~clicked if mask[clicked].all() else mask | clicked
        return self.replace_mask(name, changed) if changed.any() else self.remove(name)

    def suggested(self, total: int = 100) -> Regions:
        """With numbers of superpixels by area, of each region and outside: ``total`` in all, 100 as in LIMEcraft.

        Each gets one at least where it has a pixel, and 1000 at most; a region that others cover keeps its number.

        Raises:
            ValueError: a total below the number of those.
        """
        areas = self._areas()
        fewest = int(np.count_nonzero(areas))
        found = integer("total", total, fewest, "each region, and what is outside, needs one")
        numbers = shares(areas, at_most("total", found, MOST_SUPERPIXELS)).tolist()
        pairs = zip(self.regions, numbers, strict=False)
        regions = tuple(region.with_superpixels(number) if number else region for region, number in pairs)
        return replace(self, regions=regions, outside=max(1, numbers[-1]))

    def partition(self, image: Any) -> Partition:
        """Cut the photograph: labels 0..d − 1 without gaps, none of which crosses the border of a region.

        Args:
            image: the photograph (h, w, 3) of this shape; anything that `as_image` takes.

        Returns:
            The partition. Each region has its number of superpixels, or fewer where it has fewer pixels or where the
            segmenter finds fewer; a region that later ones cover has none, see `covered`.
        """
        numbers = [region.superpixels for region in self.regions]
        segmenter = SEGMENTERS[self.segmenter]
        return partitioned(self._photo(image), self.owner, self.names, numbers, self.outside, segmenter)

    def to_json(self) -> str:
        """A JSON text with masks as run lengths, from which `from_json` makes equal regions.

        Raises:
            ValueError: the text would be larger than `from_json` reads: too many regions of a large photograph, or
                masks of too many small pieces.
        """
        return json_of(self.shape, self.regions, self.outside, self.segmenter)

    @classmethod
    def from_json(cls, text: str | bytes) -> Regions:
        """The regions of a JSON text, whose sizes are checked before any mask is made.

        Raises:
            ValueError: a text that is no such record, damaged, or too large.
            TypeError: no text.
        """
        return cls(**attributes_of(text))

    def _place(self, name: Any) -> int:
        names = self.names
        if not isinstance(name, str) or name not in names:
            rest = did_you_mean(name, names) or f"there are {given(list(names))}"
            raise ValueError(f"name must be that of a region, got {given(name)}; {rest}")
        return names.index(name)

    def _with(self, place: int, *regions: Region) -> Regions:
        return replace(self, regions=(*self.regions[:place], *regions, *self.regions[place + 1 :]))

    def _combined(self, a: str, b: str, combination: _Combined, rule: str = "") -> Regions:
        mask = combination(self[a].mask, self[b].mask)
        if not mask.any():
            raise ValueError(f"region a must have pixels {rule}, got none for {given(a)} and {given(b)}; remove a")
        return self.replace_mask(a, mask)

    def _areas(self) -> np.ndarray:
        """The pixels that each region has to itself, and last those outside."""
        return np.roll(np.bincount(self.owner.ravel() + 1, minlength=len(self.regions) + 1), -1)

    def _photo(self, image: Any) -> np.ndarray:
        photo = as_image(image)
        _check_shape("image", photo.shape[:2], self.shape)
        return photo


def _check_shape(name: str, found: tuple[int, ...], shape: tuple[int, int]) -> None:
    if found != shape:
        raise ValueError(f"{name} must have the shape of the photograph, {shape}, got {found}; draw on that photograph")


def _check_segmenter(name: Any) -> None:
    if not isinstance(name, str) or name not in SEGMENTERS:
        raise ValueError(SEGMENTERS.refusal(name, "segmenter"))
