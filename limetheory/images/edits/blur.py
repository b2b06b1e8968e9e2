"""Blur a region."""

from __future__ import annotations

from typing import Annotated

from limetheory.arrays import Bools, Floats
from limetheory.images.edits.edited import Edited
from limetheory.images.edits.opacity import in_pixels
from limetheory.images.edits.parameters import Feather, Range
from limetheory.images.edits.smoothing import mean_around
from limetheory.images.edits.within import recoloured


def blur(
    pixels: Floats,
    mask: Bools,
    radius: Annotated[float, Range(0, 10, "% of the longest side", 0.1, "standard deviation of the Gaussian")] = 0.0,
    feather: Feather = 0.0,
) -> Edited:
    """Blur the region by a Gaussian mean of its own pixels: no colour of the surroundings comes in.

    Args:
        pixels: (h, w, 3) in [0, 1].
        mask: (h, w), a region that has pixels.
        radius: standard deviation, 0 to 10 % of the longest side.
        feather: how far outside the region the change fades out, 0 to 5 % of the longest side.

    >>> import numpy as np
    >>> edge = np.array([[0.0, 1.0, 0.5, 0.5]])[..., None].repeat(3, axis=2)
    >>> blur(edge, np.array([[True, True, False, False]]), radius=10).pixels[0, :, 0].round(2).tolist()
    [0.04, 0.96, 0.5, 0.5]
    """
    sigma = in_pixels(radius, mask.shape)
    if not sigma:
        return Edited(pixels, mask)
    return recoloured(pixels, mask, feather, lambda part, region: mean_around(part, region, sigma))
