"""Edits that cut a region out, fill the hole, and lay the region down elsewhere, turned or of another size."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from limetheory.arrays import Bools, Floats
from limetheory.images.edits.edited import Edited
from limetheory.images.edits.filling import emptied
from limetheory.images.edits.interpolation import interpolated
from limetheory.images.edits.opacity import Box, box_around, centroid, in_pixels, opacity
from limetheory.images.edits.smoothing import smoothed


@dataclass(frozen=True, eq=False)
class Placement:
    """Where the pixels of a region go: the point c + v goes to c + shift + A v.

    Attributes:
        centre: c, row and column.
        back: A⁻¹, (2, 2).
        shift: rows down and columns to the right.
        spread: standard deviation in pixels of the Gaussian that the region gets before: what becomes smaller shows
            the mean of several pixels in one.
    """

    centre: Floats
    back: Floats
    shift: Floats
    spread: float = 0.0

    @property
    def margin(self) -> int:
        """Pixels around the region that the spread and the interpolation reach."""
        return 2 + math.ceil(4 * self.spread)

    @property
    def whole(self) -> bool:
        """Whether every pixel of the region goes to one pixel, without interpolation."""
        return bool((self.back == np.eye(2)).all() and (self.shift == np.rint(self.shift)).all()) and not self.spread

    @property
    def still(self) -> bool:
        """Whether every pixel stays."""
        return bool((self.back == np.eye(2)).all() and not self.shift.any())

    def reached(self, box: Box, shape: tuple[int, ...]) -> Box:
        """The rectangle of the photograph that a rectangle's pixels may reach; without pixels if it is all outside."""
        ends = [(one.start - self.margin, one.stop - 1 + self.margin) for one in box]
        corners = np.array([(row, column) for row in ends[0] for column in ends[1]])
        found = (corners - self.centre) @ np.linalg.inv(self.back).T + self.centre + self.shift
        low = np.clip(np.floor(found.min(axis=0)).astype(int), 0, shape)
        high = np.clip(np.ceil(found.max(axis=0)).astype(int) + 1, 0, shape)
        return slice(int(low[0]), int(high[0])), slice(int(low[1]), int(high[1]))

    def placed(self, field: Floats, box: Box, reached: Box) -> Floats:
        """A field of the pixels of a rectangle, 0 outside, as it lies in another rectangle.

        Args:
            field: (a, b, c) of `box`.
            box: where it was.
            reached: where it is looked at.
        """
        margin = self.margin
        wider = smoothed(np.pad(field, [(margin, margin), (margin, margin), (0, 0)]), self.spread)
        first = np.array([one.start for one in reached]) - self.centre - self.shift
        offset = self.back @ first + self.centre - [one.start - margin for one in box]
        sides = tuple(one.stop - one.start for one in reached)
        if self.whole:
            rows, columns = (slice(int(one), int(one) + side) for one, side in zip(offset, sides, strict=True))
            return wider[rows, columns]
        to = [np.arange(side) for side in sides]
        rows, columns = (
            offset[axis] + np.add.outer(self.back[axis, 0] * to[0], self.back[axis, 1] * to[1]) for axis in (0, 1)
        )
        return interpolated(wider, rows, columns)

    def followed(self, mask: Bools) -> Bools:
        """A region of which every pixel goes along, (h, w): where it then covers half a pixel or more."""
        found = np.zeros_like(mask)
        if mask.any():
            box = box_around(mask)
            reached = self.reached(box, mask.shape)
            if found[reached].size:
                found[reached] = self.placed(mask[box][..., None].astype(float), box, reached)[..., 0] >= 0.5
        return found


def moved(pixels: Floats, mask: Bools, placement: Placement, fill: str, feather: float) -> Edited:
    """A photograph with a region in another place.

    Other regions lose what the region now covers, and what it has in common with them goes along.

    Args:
        pixels: (h, w, 3) in [0, 1].
        mask: (h, w), a region that has pixels.
        placement: where it goes; outside the photograph it is lost.
        fill: a name of `FILLS`, what the hole shows.
        feather: width of the region's soft edge, and of the hole's, in percent of the longest side.
    """
    if placement.still:
        return Edited(pixels, mask)
    found = emptied(pixels, mask, fill, feather)
    width = in_pixels(feather, mask.shape)
    box = box_around(mask, width + 1)
    reached = placement.reached(box, mask.shape)
    if found[reached].size:
        opaque = opacity(mask[box], width)[..., None]
        laid = placement.placed(np.concatenate([pixels[box] * opaque, opaque], axis=2), box, reached)
        found[reached] = np.clip(found[reached] * (1 - laid[..., 3:]) + laid[..., :3], 0, 1)
    after = placement.followed(mask)
    return Edited(found, after, lambda other: (other & ~(mask | after)) | placement.followed(other & mask))


def about_centre(mask: Bools, back: Floats, spread: float = 0.0) -> Placement:
    """A placement that leaves the centre of the region's area where it is."""
    return Placement(centroid(mask), back, np.zeros(2), spread)
