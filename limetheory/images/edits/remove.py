"""Remove a region."""

from __future__ import annotations

import numpy as np

from limetheory.arrays import Bools, Floats
from limetheory.images.edits.edited import Edited
from limetheory.images.edits.filling import Fill, emptied
from limetheory.images.edits.parameters import Feather


def remove(pixels: Floats, mask: Bools, fill: Fill = "inpaint", feather: Feather = 1.0) -> Edited:
    """Cut the region out and fill the hole; no pixels of the region are left, nor of others where it was.

    Args:
        pixels: (h, w, 3) in [0, 1].
        mask: (h, w), a region that has pixels.
        fill: "inpaint", "blur" or "mean", see `FILLS`.
        feather: how far outside the region the fill fades out, 0 to 5 % of the longest side.

    >>> spot = np.full((3, 3, 3), 0.5)
    >>> spot[1, 1] = 1.0
    >>> remove(spot, spot[..., 0] > 0.9).pixels[1, 1].round(9).tolist()
    [0.5, 0.5, 0.5]
    """
    found = emptied(pixels, mask, fill, feather)
    return Edited(found, np.zeros_like(mask), lambda other: other & ~mask)
