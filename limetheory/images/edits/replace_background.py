"""Replace everything outside a region."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, TypeAlias

import numpy as np

from limetheory.arrays import Bools, Floats
from limetheory.images.edits.edited import Edited
from limetheory.images.edits.opacity import blended, box_around, in_pixels, opacity
from limetheory.images.edits.parameters import Feather, OneOf, Range
from limetheory.images.edits.smoothing import mean_around

BLUR = 5.0
"""Standard deviation of the background "blur" in percent of the longest side: of `REPLACEMENTS`' blur, 1/20."""


def _colour(pixels: Floats, mask: Bools, colour: Floats) -> Floats:
    return colour


def _mean(pixels: Floats, mask: Bools, colour: Floats) -> Floats:
    found: Floats = pixels[~mask].mean(axis=0)
    return found


def _blurred(pixels: Floats, mask: Bools, colour: Floats) -> Floats:
    return mean_around(pixels, ~mask, in_pixels(BLUR, mask.shape))


BACKGROUNDS: dict[str, Callable[[Floats, Bools, Floats], Floats]] = {
    "colour": _colour, "mean": _mean, "blur": _blurred,
}  # fmt: skip
"""What a background may be, by name: (pixels, region, colour) → colours (3,) or (h, w, 3)."""

Level: TypeAlias = Annotated[float, Range(0, 1, "of full scale", 0.01, "this channel of the background 'colour'")]


def replace_background(
    pixels: Floats,
    mask: Bools,
    background: Annotated[
        str, OneOf(tuple(BACKGROUNDS), "one colour, the background's mean colour, or the background blurred")
    ] = "colour",
    red: Level = 0.5,
    green: Level = 0.5,
    blue: Level = 0.5,
    feather: Feather = 1.0,
) -> Edited:
    """Show another background around the region; other regions keep what they share with it.

    Args:
        pixels: (h, w, 3) in [0, 1].
        mask: (h, w), a region that has pixels.
        background: "colour"; "mean", the mean colour of all outside the region; "blur", the Gaussian mean of the
            pixels outside, with a standard deviation of 5 % of the longest side.
        red, green, blue: 0 to 1, of the background "colour".
        feather: how far outside the region its old surroundings fade out, 0 to 5 % of the longest side.

    >>> two = np.array([[[0.0] * 3, [1.0] * 3]])
    >>> replace_background(two, two[..., 0] > 0, red=1, feather=0).pixels.tolist()
    [[[1.0, 0.5, 0.5], [1.0, 1.0, 1.0]]]
    """
    if mask.all():
        return Edited(pixels, mask)
    behind = BACKGROUNDS[background](pixels, mask, np.array([red, green, blue]))
    return Edited(shown_behind(pixels, mask, behind, feather), mask, lambda other: other & mask)


def shown_behind(pixels: Floats, mask: Bools, behind: Floats, feather: float) -> Floats:
    """A photograph with something else outside a region.

    Args:
        pixels: (h, w, 3) in [0, 1].
        mask: (h, w), the region.
        behind: colours (3,) or (h, w, 3) in [0, 1].
        feather: how far outside the region its old surroundings fade out, in percent of the longest side.
    """
    box = box_around(mask, in_pixels(feather, mask.shape) + 1)
    opaque = np.zeros(mask.shape)
    opaque[box] = opacity(mask[box], in_pixels(feather, mask.shape))
    return np.clip(blended(np.broadcast_to(behind, pixels.shape), pixels, opaque), 0, 1)
