"""Brighten or darken a region."""

from __future__ import annotations

from typing import Annotated

from limetheory.arrays import Bools, Floats
from limetheory.images.edits.edited import Edited
from limetheory.images.edits.parameters import Feather, Range
from limetheory.images.edits.within import recoloured


def brightness(
    pixels: Floats,
    mask: Bools,
    offset: Annotated[float, Range(-1, 1, "of full scale", 0.01, "what is added to every level")] = 0.0,
    feather: Feather = 0.0,
) -> Edited:
    """Add an offset to all levels in the region; they are clipped to [0, 1].

    Args:
        pixels: (h, w, 3) in [0, 1].
        mask: (h, w), a region that has pixels.
        offset: −1 to 1, where 1 is the step from black to white.
        feather: how far outside the region the change fades out, 0 to 5 % of the longest side.

    >>> import numpy as np
    >>> brightness(np.full((1, 1, 3), 0.5), np.ones((1, 1), bool), offset=0.25).pixels.tolist()
    [[[0.75, 0.75, 0.75]]]
    """
    return recoloured(pixels, mask, feather, lambda part, region: part + offset)
