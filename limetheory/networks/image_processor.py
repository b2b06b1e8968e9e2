"""What an image processor of transformers does to pixels, found by asking it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from limetheory.checked_files import one_line
from limetheory.given import given
from limetheory.networks.preprocessing import Size, checked_size

LARGEST_SIDE = 1 << 11
"""The largest image that a processor may make, a convention; a larger one would fill the memory when it is asked."""

_SHAPES = ((48, 64), (64, 48))
_EXACT = 1e-4  # how far the answers may be from a linear function of the level, in units of its range; a convention
_REMEDY = "give size, mean and std in its place"


@dataclass(frozen=True)
class Processing:
    """Levels l in [0, 1] of channel order[i] → (l − mean[i]) / std[i] in channel i, at one size.

    Attributes:
        size: of what the processor makes of any photograph.
        mean, std: of each channel that it makes.
        order: the channel of the photograph that each of them holds: (2, 1, 0) of a processor that swaps red and blue.
    """

    size: Size
    mean: tuple[float, ...]
    std: tuple[float, ...]
    order: tuple[int, ...]


def processing_of(processor: Any) -> Processing:
    """What a processor makes of black, white, grey and coloured photographs, and of which size.

    So rescaling, normalisation and the order of channels are those of the processor whatever its options are called.
    Where in the photograph a pixel comes from is not asked: a `Classifier` resizes the whole of it.

    Raises:
        ValueError: a processor that makes images of several sizes or very large ones, mixes channels, or is no linear
            function of a level.
    """
    _refuse_large(processor)
    shapes = {_made(processor, np.zeros(3), shape).shape for shape in _SHAPES}
    if len(shapes) > 1:
        raise ValueError(
            f"a processor must make images of one size, got {' and '.join(map(str, sorted(shapes)))}; {_REMEDY}"
        )
    black, white, grey = (_levels(processor, np.full(3, level)) for level in (0.0, 1.0, 0.6))
    span = white - black
    if not (span > 0).all() or np.abs(grey - black - 0.6 * span).max() > _EXACT * span.max():
        raise ValueError(f"a processor must be an increasing linear function of the level, got another; {_REMEDY}")
    mean, std = np.clip(-black / span, 0, 1) + 0.0, 1 / span  # + 0.0 makes −0 a 0
    order = _order(np.stack([(_levels(processor, colour) - black) / span for colour in np.eye(3)], axis=1))
    return Processing(checked_size(next(iter(shapes))[1:]), tuple(mean.tolist()), tuple(std.tolist()), order)


def _order(shares: np.ndarray) -> tuple[int, ...]:
    """The photograph's channel in each channel made, from the share (made, photograph) of each in each."""
    order = shares.argmax(axis=1)
    if np.abs(shares - np.eye(3)[order]).max() > _EXACT or len(set(order.tolist())) < 3:
        raise ValueError(f"a processor must leave the three channels apart, got one that mixes them; {_REMEDY}")
    return tuple(order.tolist())


def _levels(processor: Any, colour: np.ndarray) -> np.ndarray:
    """What is made of a photograph of one colour in [0, 1], for each channel."""
    pixels = _made(processor, colour, _SHAPES[0])
    levels = pixels[:, pixels.shape[1] // 2, pixels.shape[2] // 2]
    if len(levels) != 3 or np.abs(pixels - levels[:, None, None]).max() > _EXACT * max(1.0, np.abs(levels).max()):
        raise ValueError(f"a processor must leave a photograph of one colour so, in three channels; {_REMEDY}")
    return levels


def _made(processor: Any, colour: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    photograph = np.broadcast_to((255 * colour).round().astype(np.uint8), (*shape, 3)).copy()
    try:
        found = processor(images=photograph, return_tensors="pt")["pixel_values"]
        pixels: np.ndarray = np.asarray(found, dtype=float)[0]
        return pixels
    except Exception as error:
        raise ValueError(
            f"a processor must make pixel_values of a photograph, got {type(processor).__name__} ({one_line(error)}); "
            f"{_REMEDY}"
        ) from None


def _refuse_large(processor: Any) -> None:
    for name in ("size", "crop_size", "pad_size"):
        asked: Any = getattr(processor, name, None)
        sides = dict(asked).values() if isinstance(asked, Mapping) or hasattr(asked, "keys") else [asked]
        for side in sides:
            if isinstance(side, (int, float)) and side > LARGEST_SIDE:
                raise ValueError(
                    f"the {name} of a processor must be at most {LARGEST_SIDE} pixels, got {given(side)}; {_REMEDY}"
                )
