"""What a photograph shows where a region was cut out of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from typing import Annotated, TypeAlias

import numpy as np

from limetheory.arrays import Bools, Floats
from limetheory.images.edits.diffusion import diffused
from limetheory.images.edits.opacity import blended, box_around, in_pixels, opacity
from limetheory.images.edits.parameters import OneOf
from limetheory.images.edits.smoothing import mean_around

SURROUNDINGS = 2.0
"""Percent of the longest side around a hole that its mean and its blur are made of; a convention."""

Colouring: TypeAlias = Callable[[Floats, Bools], Floats]
"""(colours (a, b, 3), hole (a, b) that is not all) → colours, which count in the hole."""


def mean_colour(colours: Floats, hole: Bools) -> Floats:
    """The mean colour of what is known, everywhere."""
    return np.broadcast_to(colours[~hole].mean(axis=0), colours.shape)


def blurred(colours: Floats, hole: Bools) -> Floats:
    """What is known, blurred by a Gaussian of half the hole's depth: the largest distance to a known pixel."""
    from scipy.ndimage import distance_transform_edt

    return mean_around(colours, ~hole, distance_transform_edt(hole).max() / 2)


FILLS: dict[str, Colouring] = {"inpaint": diffused, "blur": blurred, "mean": mean_colour}
"""What fills a hole, by name: from the surroundings without a seam, from them blurred, and their mean colour."""

Fill: TypeAlias = Annotated[str, OneOf(tuple(FILLS), "what the hole shows that is left behind")]
"""A name of `FILLS`."""


@dataclass(frozen=True)
class _Hole:
    """A part of a photograph with a hole, which equals another of the same numbers."""

    digest: bytes
    colours: Floats = field(compare=False)
    hole: Bools = field(compare=False)

    @classmethod
    def of(cls, colours: Floats, hole: Bools) -> _Hole:
        whole = np.ascontiguousarray(colours)
        digest = sha256(whole.data)
        digest.update(repr(whole.shape).encode() + np.packbits(hole).tobytes())
        return cls(digest.digest(), whole, hole)


@lru_cache(maxsize=2)
def _filled(fill: str, asked: _Hole) -> Floats:
    """What the hole shows, kept for the next value of the same edit: a region that is moved leaves the same hole."""
    found = FILLS[fill](asked.colours, asked.hole)
    found.flags.writeable = False
    return found


def emptied(pixels: Floats, mask: Bools, fill: str, feather: float) -> Floats:
    """A photograph without a region.

    Nothing is known of what is behind a region that is the whole photograph: it then shows its own mean colour.

    Args:
        pixels: (h, w, 3) in [0, 1].
        mask: (h, w), a region that has pixels.
        fill: a name of `FILLS`.
        feather: how far outside the region the fill reaches, in percent of the longest side; from half of that on it
            fades out. The colours of a region's edge are in the pixels around it, too.
    """
    width = in_pixels(feather, mask.shape)
    box = box_around(mask, width + 2 + in_pixels(SURROUNDINGS, mask.shape))
    part, opaque = pixels[box], np.minimum(1, 2 * opacity(mask[box], width))
    hole = opaque > 0
    behind = mean_colour(part, ~hole) if hole.all() else _filled(fill, _Hole.of(part, hole))
    without = pixels.copy()
    without[box] = blended(part, behind, opaque)
    return without
