"""Raise or lower the contrast of a region."""

from __future__ import annotations

from typing import Annotated

from limetheory.arrays import Bools, Floats
from limetheory.images.edits.edited import Edited
from limetheory.images.edits.parameters import Feather, Range
from limetheory.images.edits.within import recoloured


def contrast(
    pixels: Floats,
    mask: Bools,
    factor: Annotated[float, Range(0, 3, "times", 0.05, "of the distance to the region's mean colour")] = 1.0,
    feather: Feather = 0.0,
) -> Edited:
    """Multiply the distance of each colour in the region from the region's mean colour; levels are clipped to [0, 1].

    Args:
        pixels: (h, w, 3) in [0, 1].
        mask: (h, w), a region that has pixels.
        factor: 0, which leaves the mean colour alone, to 3.
        feather: how far outside the region the change fades out, 0 to 5 % of the longest side.

    >>> import numpy as np
    >>> two = np.array([[[0.25] * 3, [0.75] * 3]])
    >>> contrast(two, np.ones((1, 2), bool), factor=0.5).pixels[..., 0].tolist()
    [[0.375, 0.625]]
    """

    def change(part: Floats, region: Bools) -> Floats:
        away: Floats = part - part[region].mean(axis=0)
        return part + (factor - 1) * away

    return recoloured(pixels, mask, feather, change)
