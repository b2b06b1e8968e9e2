"""Rotate a region."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from limetheory.arrays import Bools, Floats
from limetheory.images.edits.edited import Edited
from limetheory.images.edits.filling import Fill
from limetheory.images.edits.parameters import Feather, Range
from limetheory.images.edits.placement import about_centre, moved


def rotate(
    pixels: Floats,
    mask: Bools,
    angle: Annotated[float, Range(-180, 180, "°", 1, "how far to turn, counter-clockwise")] = 0.0,
    fill: Fill = "inpaint",
    feather: Feather = 1.0,
) -> Edited:
    """Cut the region out, fill the hole, and turn it about the centre of its area.

    Args:
        pixels: (h, w, 3) in [0, 1].
        mask: (h, w), a region that has pixels.
        angle: −180 to 180 degrees, counter-clockwise where positive.
        fill: "inpaint", "blur" or "mean", see `FILLS`.
        feather: width of the soft edge, 0 to 5 % of the longest side.

    >>> bar = np.array([[0.0, 0.0, 0.0], [1.0, 1.0, 1.0], [0.0, 0.0, 0.0]])[..., None].repeat(3, axis=2)
    >>> rotate(bar, bar[..., 0] > 0, angle=90, feather=0).pixels[..., 0].tolist()
    [[0.0, 1.0, 0.0], [0.0, 1.0, 0.0], [0.0, 1.0, 0.0]]
    """
    from scipy.special import cosdg, sindg

    cosine, sine = cosdg(angle), sindg(angle)
    back = np.array([[cosine, sine], [-sine, cosine]])
    return moved(pixels, mask, about_centre(mask, back), fill, feather)
