"""The superpixels of a photograph with regions: a partition in which each one knows its region."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from limetheory.images.regions.cut import cut
from limetheory.images.segmentation.methods import Segmenter

OUTSIDE = "outside"
"""What superpixels outside of all regions are called."""


@dataclass(frozen=True, eq=False)
class Partition:
    """A partition of a photograph into superpixels, none of which crosses the border of a region.

    Attributes:
        labels: (h, w) superpixel of each pixel, 0..d − 1 without gaps; first those of the first region, and so on, and
            last those outside of all regions.
        owners: (d,) the number of the region of each superpixel, −1 outside.
        regions: the names of all regions, also of those that have no superpixel because later ones cover them.
    """

    labels: np.ndarray
    owners: np.ndarray
    regions: tuple[str, ...]

    @property
    def d(self) -> int:
        """Number of superpixels."""
        return len(self.owners)

    @property
    def names(self) -> tuple[str, ...]:
        """What each superpixel is called, no two alike: "zebra 3", "outside 12", or "zebra" where it is whole."""
        places = _places(self.owners)
        counts = np.bincount(self.owners + 1, minlength=len(self.regions) + 1)
        called = (OUTSIDE, *self.regions)
        return distinct(
            [
                called[owner + 1] if counts[owner + 1] == 1 else f"{called[owner + 1]} {place + 1}"
                for owner, place in zip(self.owners.tolist(), places.tolist(), strict=True)
            ]
        )

    @property
    def whole(self) -> Partition:
        """The same partition with each region as one superpixel; what is outside stays as it is cut."""
        inside = self.owners >= 0
        numbers = np.cumsum(np.where(inside, np.diff(self.owners, prepend=-1) != 0, True)) - 1
        first = np.flatnonzero(np.diff(numbers, prepend=-1))
        return Partition(numbers[self.labels], self.owners[first], self.regions)


def partitioned(
    photo: np.ndarray,
    owner: np.ndarray,
    names: Sequence[str],
    superpixels: Sequence[int],
    outside: int,
    segmenter: Segmenter,
) -> Partition:
    """Cut each region, and what is outside of all, into its own number of superpixels.

    Args:
        photo: (h, w, 3) in [0, 1].
        owner: (h, w) the number of the region of each pixel, −1 outside.
        names: of the regions.
        superpixels: of each region.
        outside: superpixels outside of all regions.
        segmenter: what cuts.
    """
    from scipy.ndimage import find_objects

    labels = np.empty(owner.shape, np.intp)
    owners: list[int] = []
    boxes = find_objects(np.where(owner < 0, len(names), owner) + 1, len(names) + 1)
    for number, wanted, box in zip([*range(len(names)), -1], [*superpixels, outside], boxes, strict=True):
        if box is None:
            continue
        inside = owner[box] == number
        found = cut(photo[box], inside, wanted, segmenter)
        labels[box][inside] = found[inside] + len(owners)
        owners += [number] * (int(found.max()) + 1)
    return Partition(labels, np.array(owners, np.intp), tuple(names))


def distinct(names: Sequence[str]) -> tuple[str, ...]:
    """The names, of which those that were there before get a number.

    >>> distinct(["a", "b", "a", "a (2)", "a"])
    ('a', 'b', 'a (2)', 'a (2) (2)', 'a (3)')
    """
    found: list[str] = []
    taken: set[str] = set()
    times: dict[str, int] = {}
    for name in names:
        own = name
        while own in taken:
            times[name] = times.get(name, 1) + 1
            own = f"{name} ({times[name]})"
        taken.add(own)
        found.append(own)
    return tuple(found)


def _places(owners: np.ndarray) -> np.ndarray:
    """How many superpixels of the same region come before each; those of a region stand together."""
    starts = np.flatnonzero(np.diff(owners, prepend=owners[:1] - 1))
    return np.arange(len(owners)) - np.repeat(starts, np.diff(starts, append=len(owners)))
