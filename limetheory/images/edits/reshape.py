"""Swell or shrink a region within its surroundings, which give way."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from limetheory.arrays import Bools, Floats
from limetheory.images.edits.edited import Edited
from limetheory.images.edits.interpolation import interpolated
from limetheory.images.edits.opacity import box_around, centroid
from limetheory.images.edits.parameters import Range

REACH = 2.0
"""Radius of the disc in which pixels move, divided by the largest distance of the region's pixels from its centre."""


def reshape(
    pixels: Floats,
    mask: Bools,
    size: Annotated[float, Range(0.6, 2, "times the size", 0.05, "how large at the centre")] = 1.0,
) -> Edited:
    """Swell or shrink the region as under a lens; its surroundings are pressed or stretched, and nothing is cut.

    In the disc about the centre of the region's area whose radius R is twice the distance of its farthest pixel, as far
    as the photograph goes in each direction, the point at r = t R shows what was at r (1 + (1/size − 1) (1 − t²)²). Its
    slope is at least 1 − 0.8 (1/size − 1) or, where that is less than 1, 1/size; both are positive, so that nothing is
    folded; at the border of the disc it is 1, and the point stays: the picture goes on there without a step.

    Args:
        pixels: (h, w, 3) in [0, 1].
        mask: (h, w), a region that has pixels.
        size: 0.6 to 2, how large the region is at its centre.

    >>> spot = np.zeros((50, 50), dtype=bool)
    >>> spot[20:30, 20:30] = True
    >>> [int(reshape(np.zeros((50, 50, 3)), spot, size).mask.sum()) for size in (0.6, 1, 2)]
    [36, 100, 168]
    """
    if size == 1:
        return Edited(pixels, mask)
    lens = Lens.of(mask, size)
    changed = pixels.copy()
    changed[lens.box] = lens.seen(pixels)
    return Edited(changed, lens.followed(mask), lens.followed)


class Lens:
    """Where each pixel of a disc looks.

    Args:
        centre: row and column of the disc's centre.
        radius: of the disc in pixels, above 0; it ends at the photograph's border.
        shape: (h, w) of the photograph.
        size: how large things are at the centre.
    """

    def __init__(self, centre: Floats, radius: float, shape: tuple[int, ...], size: float):
        middle = np.zeros(shape, bool)
        middle[tuple(np.rint(centre).astype(int))] = True
        self.box = box_around(middle, radius + 1)
        rows, columns = (np.arange(one.start, one.stop) - at for one, at in zip(self.box, centre, strict=True))
        ways = (_share_of_way(away, at, side) for away, at, side in zip((rows, columns), centre, shape, strict=True))
        share = np.maximum((rows[:, None] ** 2 + columns**2) / radius**2, np.maximum.outer(*ways) ** 2)
        self.inside = share < 1
        pull = 1 + (1 / size - 1) * (1 - np.minimum(share, 1)) ** 2
        self.places = np.stack([rows[:, None] * pull + centre[0], columns * pull + centre[1]])

    @classmethod
    def of(cls, mask: Bools, size: float) -> Lens:
        """That of a region."""
        centre, (rows, columns) = centroid(mask), np.nonzero(mask)
        farthest = np.sqrt(((rows - centre[0]) ** 2 + (columns - centre[1]) ** 2).max())
        return cls(centre, REACH * max(1.0, float(farthest)), mask.shape, size)

    def seen(self, field: Floats) -> Floats:
        """A field (h, w, c) through the lens, in the box."""
        return np.where(self.inside[..., None], interpolated(field, *self.places), field[self.box])

    def followed(self, mask: Bools) -> Bools:
        """A region through the lens: where it then covers half a pixel or more."""
        found = mask.copy()
        found[self.box] = self.seen(mask[..., None].astype(float))[..., 0] >= 0.5
        return found


def _share_of_way(away: Floats, at: float, side: int) -> Floats:
    """How far along one axis pixels are on the way from a centre to the border: 1 for the outermost."""
    ends = np.where(away > 0, side - 1 - at, at)
    found: Floats = np.abs(away) / np.maximum(ends, 0.5)
    return found
