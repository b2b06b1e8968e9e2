"""Show another photograph outside a region."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from limetheory.arrays import Bools, Floats
from limetheory.images.edits.edited import Edited
from limetheory.images.edits.parameters import Feather, Picture
from limetheory.images.edits.replace_background import shown_behind


def other_background(
    pixels: Floats,
    mask: Bools,
    photograph: Annotated[Floats | None, Picture("what is seen outside; its middle fills the photograph")] = None,
    feather: Feather = 1.0,
) -> Edited:
    """Show another photograph around the region; other regions keep what they share with it.

    The other photograph keeps its proportions: it is made as large as it must be to cover all of this one, and what
    is too much of it is cut off at both sides alike.

    Args:
        pixels: (h, w, 3) in [0, 1].
        mask: (h, w), a region that has pixels.
        photograph: (a, b, 3) in [0, 1]; None changes nothing.
        feather: how far outside the region its old surroundings fade out, 0 to 5 % of the longest side.

    >>> two = np.array([[[0.0] * 3, [1.0] * 3]])
    >>> other_background(two, two[..., 0] > 0, np.full((5, 9, 3), 0.25), feather=0).pixels.tolist()
    [[[0.25, 0.25, 0.25], [1.0, 1.0, 1.0]]]
    """
    if photograph is None or mask.all():
        return Edited(pixels, mask)
    behind = covering(photograph, (mask.shape[0], mask.shape[1]))
    return Edited(shown_behind(pixels, mask, behind, feather), mask, lambda other: other & mask)


def covering(photograph: Floats, shape: tuple[int, int]) -> Floats:
    """The largest part in the middle of a photograph that has the proportions of a shape, at that size.

    Args:
        photograph: (a, b, 3) in [0, 1].
        shape: (h, w).

    Returns:
        (h, w, 3) in [0, 1], each pixel a mean of those that it covers, under a triangle.
    """
    from PIL import Image

    height, width = photograph.shape[:2]
    if (height, width) == shape:
        return photograph
    scale = min(height / shape[0], width / shape[1])
    rows, columns = (height - scale * shape[0]) / 2, (width - scale * shape[1]) / 2
    box = (columns, rows, width - columns, height - rows)
    channels = [Image.fromarray(np.ascontiguousarray(photograph[..., c], np.float32)) for c in range(3)]
    found = [one.resize(shape[::-1], Image.Resampling.BILINEAR, box=box) for one in channels]
    return np.clip(np.stack([np.asarray(one) for one in found], axis=2, dtype=np.float64), 0, 1)
