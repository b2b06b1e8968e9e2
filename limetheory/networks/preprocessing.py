"""Images in [0, 1] are checked, resized and normalised by the mean and deviation of each channel."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from limetheory.arguments import array, vector
from limetheory.arrays import Floats
from limetheory.levels import unit_levels

LARGEST_STD = 10.0
"""The largest deviation that is accepted; a convention between 1, which changes nothing, and 60 of 8-bit values."""

_BY_255 = "images are in [0, 1], so divide mean and std by 255 if they are of 8-bit levels"


def mean_and_std(mean: float | Sequence[float], std: float | Sequence[float]) -> tuple[Floats, Floats]:
    """Return the means and deviations of the channels, each as one number for all channels or one for each.

    Raises:
        ValueError: if the numbers cannot be those of values in [0, 1], or if means and deviations differ in number.

    >>> mean_and_std([123.7, 116.3, 103.5], [58.4, 57.1, 57.4])
    Traceback (most recent call last):
    ValueError: mean must be in [0, 1], got 123.7; images are in [0, 1], so divide mean and std by 255 if ...
    """
    means, deviations = (
        vector(role, np.atleast_1d(array(role, value))) for role, value in (("mean", mean), ("std", std))
    )
    for outside in means[(means < 0) | (means > 1)]:
        raise ValueError(f"mean must be in [0, 1], got {outside:g}; {_BY_255}")
    for outside in deviations[(deviations <= 0) | (deviations > LARGEST_STD)]:
        raise ValueError(f"std must be above 0 and at most {LARGEST_STD:g}, got {outside:g}; {_BY_255}")
    if not len(means) or not len(deviations) or len({len(means), len(deviations)} - {1}) > 1:
        raise ValueError(
            f"mean and std must have one number per channel, got {len(means)} and {len(deviations)}; give as many as "
            "the network takes channels, or one for all"
        )
    return means, deviations


def number_type(network: nn.Module) -> torch.dtype:
    """The type of the network's first floating-point parameter or buffer, float32 where it has none."""
    numbers = (one for one in chain(network.parameters(), network.buffers()) if one.is_floating_point())
    return next((one.dtype for one in numbers), torch.float32)


def squashed(images: Tensor, side: int | None) -> Tensor:
    """Images (b, c, h, w) resized to squares of a given side, whatever their aspect ratio; unchanged for None."""
    if side is None or tuple(images.shape[-2:]) == (side, side):
        return images
    return nn.functional.interpolate(images, size=(side, side), mode="bilinear", antialias=True, align_corners=False)


def checked_batch(images: Tensor, channels: int | None) -> Tensor:
    """The images if they are floats (b, c, h, w) with the given number of channels, which None leaves open."""
    if not isinstance(images, Tensor) or not images.is_floating_point():
        raise TypeError(f"images must be a float tensor in [0, 1], got {_kind(images)}; divide 8-bit values by 255")
    if images.ndim != 4 or images.shape[1] != (channels or images.shape[1]):
        raise ValueError(
            f"images must have shape (b, {channels or 'c'}, h, w), got {tuple(images.shape)}; put channels second, one "
            "for each number of mean and std"
        )
    return images


def checked_image(image: NDArray[np.float64], channels: int | None) -> NDArray[np.float64]:
    """The image if it is floats (h, w, c) in [0, 1] with the given number of channels, which None leaves open."""
    if not isinstance(image, np.ndarray) or not np.issubdtype(image.dtype, np.floating):
        raise TypeError(f"image must be a float array in [0, 1], got {_kind(image)}; divide 8-bit values by 255")
    if image.ndim != 3 or image.shape[2] != (channels or image.shape[2]) or 0 in image.shape:
        raise ValueError(
            f"image must have shape (h, w, {channels or 'c'}), got {image.shape}; give one picture, channels last"
        )
    return np.ascontiguousarray(unit_levels(image, "image"))


def _kind(value: object) -> str:
    return str(getattr(value, "dtype", type(value).__name__))
