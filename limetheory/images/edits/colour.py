"""Shift the colour of a region."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import numpy as np

from limetheory.arrays import Bools, Floats
from limetheory.images.edits.edited import Edited
from limetheory.images.edits.parameters import Feather, Range
from limetheory.images.edits.within import recoloured

Offset: TypeAlias = Annotated[float, Range(-1, 1, "of full scale", 0.01, "what is added to this channel")]


def colour(
    pixels: Floats,
    mask: Bools,
    red: Offset = 0.0,
    green: Offset = 0.0,
    blue: Offset = 0.0,
    feather: Feather = 0.0,
) -> Edited:
    """Add an offset to each of red, green and blue in the region; levels are clipped to [0, 1].

    Args:
        pixels: (h, w, 3) in [0, 1].
        mask: (h, w), a region that has pixels.
        red, green, blue: −1 to 1, where 1 is the step from black to the full colour.
        feather: how far outside the region the change fades out, 0 to 5 % of the longest side.

    >>> grey = np.full((1, 2, 3), 0.5)
    >>> colour(grey, np.array([[True, False]]), red=0.25, blue=-1).pixels.tolist()
    [[[0.75, 0.5, 0.0], [0.5, 0.5, 0.5]]]
    """
    offsets = np.array([red, green, blue])
    return recoloured(pixels, mask, feather, lambda part, region: part + offsets)
