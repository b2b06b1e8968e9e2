"""Add noise to a region."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from limetheory.arrays import Bools, Floats
from limetheory.images.edits.edited import Edited
from limetheory.images.edits.opacity import in_pixels
from limetheory.images.edits.parameters import Feather, Range, Whole
from limetheory.images.edits.within import recoloured


def noise(
    pixels: Floats,
    mask: Bools,
    strength: Annotated[float, Range(0, 1, "of full scale", 0.01, "standard deviation")] = 0.0,
    grain: Annotated[float, Range(0, 5, "% of the longest side", 0.1, "side of a square of equal noise")] = 0.5,
    seed: Annotated[int, Whole(0, 2**31 - 1, "of the noise; another strength has the same pattern")] = 0,
    feather: Feather = 0.0,
) -> Edited:
    """Add Gaussian noise to the region, levels are clipped to [0, 1].

    The noise is drawn for small squares: noise by pixels would vanish where a network sees a large photograph reduced.

    Args:
        pixels: (h, w, 3) in [0, 1].
        mask: (h, w), a region that has pixels.
        strength: standard deviation of each channel, 0 to 1.
        grain: side of a square, 0 to 5 % of the longest side; at least a pixel.
        seed: of the noise.
        feather: how far outside the region the change fades out, 0 to 5 % of the longest side.

    >>> noise(np.full((1, 2, 3), 0.5), np.array([[True, False]]), strength=0.1, grain=0).pixels.round(2).tolist()
    [[[0.51, 0.49, 0.56], [0.5, 0.5, 0.5]]]
    """
    side = max(1, round(in_pixels(grain, mask.shape)))

    def change(part: Floats, region: Bools) -> Floats:
        height, width = region.shape
        drawn = np.random.default_rng(seed).normal(size=(-(-height // side), -(-width // side), 3))
        squares = drawn.repeat(side, axis=0).repeat(side, axis=1)
        return part + strength * squares[:height, :width]

    return recoloured(pixels, mask, feather, change)
