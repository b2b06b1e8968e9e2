"""Gaussian means of any width in a time that does not grow with the width."""

from __future__ import annotations

import math

import numpy as np

from limetheory.arrays import Bools, Floats

_FINEST = 4.0
"""Pixels of a standard deviation that are kept: a wider Gaussian is taken on blocks of pixels; a convention."""


def smoothed(field: Floats, sigma: float) -> Floats:
    """A field under a Gaussian of standard deviation `sigma` pixels; beyond its borders it is 0.

    A wide Gaussian is taken of the means of k × k pixels, k = ⌊σ / 4⌋, and interpolated linearly between them, with the
    variance that both add, (k² − 1)/12 and k²/6, left out of the Gaussian's.

    Args:
        field: (h, w) or (h, w, c).
        sigma: at least 0; at 0 the field stays.
    """
    block = max(1, math.floor(sigma / _FINEST))
    if block == 1:
        return _gaussian(field, sigma)
    variance = sigma**2 - (block**2 - 1) / 12 - block**2 / 6
    return stretched(_gaussian(block_means(field, block), math.sqrt(variance) / block), block, field.shape[:2])


def mean_around(colours: Floats, known: Bools, sigma: float) -> Floats:
    """The Gaussian mean of the known pixels around each pixel; its own colour where none is near.

    The weights of the known pixels sum to 1, so that no unknown pixel has a part in it.

    Args:
        colours: (h, w, 3).
        known: (h, w).
        sigma: standard deviation in pixels.
    """
    shares = known[..., None].astype(float)
    sums = smoothed(np.concatenate([colours * shares, shares], axis=2), sigma)
    weights = sums[..., 3:]
    near = weights > np.finfo(float).tiny ** 0.5
    return np.where(near, sums[..., :3] / np.where(near, weights, 1), colours)


def block_means(field: Floats, block: int) -> Floats:
    """The means of the blocks of block × block pixels from the first pixel on; beyond the borders the field is 0."""
    for axis in (0, 1):
        missing = -field.shape[axis] % block
        padded = np.pad(field, [(0, missing if one == axis else 0) for one in range(field.ndim)])
        blocks = np.moveaxis(padded, axis, 0)
        sums = blocks[::block].copy()
        for first in range(1, block):
            sums += blocks[first::block]
        field = np.moveaxis(sums / block, 0, axis)
    return field


def stretched(field: Floats, block: int, shape: tuple[int, ...]) -> Floats:
    """What has the values of a field in the centres of blocks, linear between them and constant beyond the last.

    Args:
        field: (a, b) or (a, b, c), of the blocks of block × block pixels.
        block: pixels a side.
        shape: (h, w) of the pixels.
    """
    for axis in (0, 1):
        places = np.clip((np.arange(shape[axis]) + 0.5) / block - 0.5, 0, field.shape[axis] - 1)
        lower = np.minimum(places.astype(int), max(field.shape[axis] - 2, 0))
        upper = np.minimum(lower + 1, field.shape[axis] - 1)
        shares = (places - lower).reshape([-1 if one == axis else 1 for one in range(field.ndim)])
        field = np.take(field, lower, axis) * (1 - shares) + np.take(field, upper, axis) * shares
    return field


def _gaussian(field: Floats, sigma: float) -> Floats:
    from scipy.ndimage import gaussian_filter

    found: Floats = gaussian_filter(field, sigma, mode="constant", axes=(0, 1))
    return found
