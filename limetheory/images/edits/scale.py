"""Make a region larger or smaller."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from limetheory.arrays import Bools, Floats
from limetheory.images.edits.edited import Edited
from limetheory.images.edits.filling import Fill
from limetheory.images.edits.parameters import Feather, Range
from limetheory.images.edits.placement import about_centre, moved


def scale(
    pixels: Floats,
    mask: Bools,
    factor: Annotated[float, Range(0.1, 4, "times the size", 0.05, "how large")] = 1.0,
    fill: Fill = "inpaint",
    feather: Feather = 1.0,
) -> Edited:
    """Cut the region out, fill the hole, and make it larger or smaller about the centre of its area.

    A smaller region is blurred before by a Gaussian of (1 / factor − 1) / 2 pixels, scikit-image's rule against
    aliasing, so that each pixel shows the mean of those that it stands for.

    Args:
        pixels: (h, w, 3) in [0, 1].
        mask: (h, w), a region that has pixels.
        factor: 0.1 to 4, of lengths.
        fill: "inpaint", "blur" or "mean", see `FILLS`.
        feather: width of the soft edge, 0 to 5 % of the longest side.

    >>> dots = np.array([[0.0, 0.0, 1.0, 1.0, 0.0, 0.0]])[..., None].repeat(3, axis=2)
    >>> scale(dots, dots[..., 0] > 0, factor=2, feather=0).mask.astype(int).tolist()
    [[0, 1, 1, 1, 1, 0]]
    """
    spread = max(0.0, (1 / factor - 1) / 2)
    return moved(pixels, mask, about_centre(mask, np.eye(2) / factor, spread), fill, feather)
