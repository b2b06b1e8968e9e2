"""Parts of photographs that fill a region, and how different two of them look."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from PIL import Image
from skimage.color import rgb2lab

SCALES = (0.6, 1.8)
"""The smallest and the largest factor by which a part is enlarged."""

CANDIDATES = 12
"""How many patches are looked at where a uniform one is wanted; a convention."""

PATCH = 80
"""Side, in pixels of the photograph, of a uniform patch, which is mirrored until it fills its region."""

_BLOCKS = 4  # uniform is what has the same look in 4 × 4 blocks; a convention
_SAMPLED = 32  # rows and columns of a patch that are looked at, about; a convention


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
        uniform: whether it is the most uniform of some patches, mirrored at its edges, and not any part.
    """
    scale = float(np.exp(rng.uniform(*np.log(SCALES))))
    whole = _size(photograph, shape, scale)
    size = (min(PATCH, whole[0]), min(PATCH, whole[1])) if uniform else whole
    cuts = [_cut(rng, photograph, size) for _ in range(CANDIDATES if uniform else 1)]
    top, left, pixels = min(cuts, key=lambda cut: _unevenness(cut[2])) if uniform else cuts[0]
    beyond = [(0, wanted - found) for wanted, found in zip(whole, size, strict=True)]
    filled = np.rint(np.pad(pixels, [*beyond, (0, 0)], mode="symmetric") * 255).astype(np.uint8)
    enlarged = Image.fromarray(filled).resize((shape[1], shape[0]), Image.Resampling.BICUBIC)
    return np.asarray(enlarged, float) / 255, Part(name, top, left, round(shape[0] / whole[0], 4))


def _size(photograph: np.ndarray, shape: tuple[int, ...], scale: float) -> tuple[int, int]:
    """The rows and columns that fill (h, w) at a scale, or at the smallest one at which the photograph is so large."""
    height, width = photograph.shape[:2]
    scale = max(scale, shape[0] / height, shape[1] / width)
    rows, columns = (max(1, int(side / scale)) for side in shape[:2])
    return min(rows, height), min(columns, width)


def _cut(rng: np.random.Generator, photograph: np.ndarray, size: tuple[int, int]) -> tuple[int, int, np.ndarray]:
    """The upper left corner of a random part of a photograph, and its pixels."""
    top, left = (int(rng.integers(most - side + 1)) for most, side in zip(photograph.shape, size, strict=False))
    return top, left, photograph[top : top + size[0], left : left + size[1]]


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
