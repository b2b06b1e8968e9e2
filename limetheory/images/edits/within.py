"""Edits that change the colours of a region and leave its pixels where they are."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from limetheory.arrays import Bools, Floats
from limetheory.images.edits.edited import Edited
from limetheory.images.edits.opacity import blended, box_around, in_pixels, opacity


def recoloured(pixels: Floats, mask: Bools, feather: float, change: Callable[[Floats, Bools], Floats]) -> Edited:
    """A photograph whose region has other colours.

    Args:
        pixels: (h, w, 3) in [0, 1].
        mask: (h, w), a region that has pixels.
        feather: how far outside the region the change fades out, in percent of the longest side.
        change: colours (a, b, 3) of the rectangle around the region, region (a, b) in it → other colours, which are
            clipped to [0, 1].
    """
    width = in_pixels(feather, mask.shape)
    box = box_around(mask, width + 1)
    part, region = pixels[box], mask[box]
    changed = pixels.copy()
    changed[box] = blended(part, np.clip(change(part, region), 0, 1), opacity(region, width))
    return Edited(changed, mask)
