"""Parts of photographs that fill a region, and how different two of them look."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from PIL import Image
from skimage.color import rgb2lab

SCALES = (0.6, 1.8)
"""The smallest and the largest factor by which a part is enlarged."""

CANDIDATES = 24
"""How many parts are looked at where a nearly uniform one is wanted; a convention."""

_BLOCKS = 4  # uniform is what has the same look in 4 × 4 blocks; a convention
_SAMPLED = 32  # rows and columns of a part that are looked at, about; a convention


class Part(NamedTuple):
    """Where the part of a photograph is from, in pixels of the copy that parts are cut from.

    Attributes:
        photograph: its name.
        top, left: the upper left corner.
        scale: the factor of enlargement.
    """

    photograph: str
    top: int
    left: int
    scale: float


def part(
    rng: np.random.Generator, photograph: np.ndarray, name: str, shape: tuple[int, ...], uniform: bool
) -> tuple[np.ndarray, Part]:
    """A part of a photograph at a random place and scale, (h, w, 3) in [0, 1].

    Args:
        rng: draws place and scale.
        photograph: (H, W, 3) in [0, 1].
        name: of the photograph.
        shape: (h, w) of the part after it is enlarged.
        uniform: whether it is the most uniform of `CANDIDATES` parts, and not the first.
    """
    places = [_placed(rng, photograph, name, shape) for _ in range(CANDIDATES if uniform else 1)]
    place = min(places, key=lambda one: _unevenness(_cut(photograph, one, shape))) if uniform else places[0]
    picture = Image.fromarray(np.rint(_cut(photograph, place, shape) * 255).astype(np.uint8))
    enlarged = picture.resize((shape[1], shape[0]), Image.Resampling.BICUBIC)
    return np.asarray(enlarged, float) / 255, place


def _placed(rng: np.random.Generator, photograph: np.ndarray, name: str, shape: tuple[int, ...]) -> Part:
    height, width = photograph.shape[:2]
    least = max(shape[0] / height, shape[1] / width)  # the scale at which the whole photograph is just large enough
    scale = max(float(np.exp(rng.uniform(*np.log(SCALES)))), least)
    rows, columns = _size(photograph, scale, shape)
    return Part(name, int(rng.integers(height - rows + 1)), int(rng.integers(width - columns + 1)), scale)


def _size(photograph: np.ndarray, scale: float, shape: tuple[int, ...]) -> list[int]:
    return [
        max(1, min(int(side / scale), most)) for side, most in zip(shape[:2], photograph.shape[:2], strict=True)
    ]  # fmt: skip


def _cut(photograph: np.ndarray, place: Part, shape: tuple[int, ...]) -> np.ndarray:
    rows, columns = _size(photograph, place.scale, shape)
    return photograph[place.top : place.top + rows, place.left : place.left + columns]


def _unevenness(pixels: np.ndarray) -> float:
    """The mean squared distance of the looks of 4 × 4 blocks from their mean, on every so many pixels."""
    few = pixels[tuple(slice(None, None, max(1, side // _SAMPLED)) for side in pixels.shape[:2])]
    blocks = [block for row in np.array_split(few, _BLOCKS) for block in np.array_split(row, _BLOCKS, axis=1)]
    looks = np.array([look(block) for block in blocks if block.size])
    return float(((looks - looks.mean(axis=0)) ** 2).sum(axis=1).mean())


def look(pixels: np.ndarray) -> np.ndarray:
    """The mean colour of pixels in Lab, and the standard deviation of their lightness: (…, 3) → (4,)."""
    lab = rgb2lab(pixels.reshape(1, -1, 3))[0]
    return np.append(lab.mean(axis=0), lab[:, 0].std())


def difference(one: np.ndarray, other: np.ndarray) -> float:
    """How different two looks are: their distance, in units of Lab.

    >>> difference(np.array([50.0, 0.0, 0.0, 3.0]), np.array([50.0, 3.0, 0.0, 7.0]))
    5.0
    """
    return float(np.linalg.norm(one - other))
