"""Move a region."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from limetheory.arrays import Bools, Floats
from limetheory.images.edits.edited import Edited
from limetheory.images.edits.filling import Fill
from limetheory.images.edits.parameters import Feather, Range
from limetheory.images.edits.placement import Placement, moved


def move(
    pixels: Floats,
    mask: Bools,
    right: Annotated[float, Range(-100, 100, "% of the width", 0.5, "how far to the right")] = 0.0,
    down: Annotated[float, Range(-100, 100, "% of the height", 0.5, "how far down")] = 0.0,
    fill: Fill = "inpaint",
    feather: Feather = 1.0,
) -> Edited:
    """Cut the region out, fill the hole, and lay it down elsewhere, by whole pixels.

    Whole pixels, since between them the region would also be blurred.

    Args:
        pixels: (h, w, 3) in [0, 1].
        mask: (h, w), a region that has pixels.
        right: −100 to 100 % of the width.
        down: −100 to 100 % of the height.
        fill: "inpaint", "blur" or "mean", see `FILLS`.
        feather: width of the soft edge, 0 to 5 % of the longest side.

    >>> dot = np.array([[1.0, 0.0, 0.0, 0.0]])[..., None].repeat(3, axis=2)
    >>> move(dot, dot[..., 0] > 0, right=50, feather=0).pixels[..., 0].tolist()
    [[0.0, 0.0, 1.0, 0.0]]
    """
    height, width = mask.shape
    shift = np.array([np.rint(down / 100 * height), np.rint(right / 100 * width)])
    return moved(pixels, mask, Placement(np.zeros(2), np.eye(2), shift), fill, feather)
