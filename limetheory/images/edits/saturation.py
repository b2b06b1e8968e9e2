"""Strengthen the colours of a region, or turn it grey."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from limetheory.arrays import Bools, Floats
from limetheory.images.edits.edited import Edited
from limetheory.images.edits.parameters import Feather, Range
from limetheory.images.edits.within import recoloured

GREY = np.array([0.299, 0.587, 0.114])
"""Shares of red, green and blue in a grey level: those of ITU-R BT.601, which Pillow's grey pictures have."""


def saturation(
    pixels: Floats,
    mask: Bools,
    factor: Annotated[float, Range(0, 3, "times", 0.05, "of the distance to grey")] = 1.0,
    feather: Feather = 0.0,
) -> Edited:
    """Multiply the distance of each colour in the region from its own grey level; levels are clipped to [0, 1].

    Args:
        pixels: (h, w, 3) in [0, 1].
        mask: (h, w), a region that has pixels.
        factor: 0, which makes the region grey, to 3.
        feather: how far outside the region the change fades out, 0 to 5 % of the longest side.

    >>> red = np.array([[[1.0, 0.0, 0.0]]])
    >>> saturation(red, np.ones((1, 1), bool), factor=0).pixels.round(3).tolist()
    [[[0.299, 0.299, 0.299]]]
    """
    return recoloured(
        pixels, mask, feather, lambda part, region: part + (factor - 1) * (part - (part @ GREY)[..., None])
    )
