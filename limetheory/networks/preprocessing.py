"""Images in [0, 1] are checked, resized and normalised by the mean and deviation of each channel."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from limetheory.arguments import integer, numbers, pair
from limetheory.arrays import Floats
from limetheory.counts import MOST_AT_ONCE
from limetheory.given import given
from limetheory.levels import unit_levels
from limetheory.want_of_memory import out_of_memory

Size: TypeAlias = int | tuple[int, int] | None
"""The side of a square in pixels, (height, width), or None of images that keep their size."""

LARGEST_STD = 10.0
"""The largest deviation that is accepted; a convention between 1, which changes nothing, and 60 of 8-bit values."""

_BY_255 = "images are in [0, 1], so divide mean and std by 255 if they are of 8-bit levels"


def mean_and_std(mean: Any, std: Any) -> tuple[Floats, Floats]:
    """Return the means and deviations of the channels, each as one number for all channels or one for each.

    Arrays that broadcast over images (b, c, h, w), of shape (c, 1, 1) or (1, c, 1, 1), are taken as their c numbers.

    Raises:
        ValueError: if the numbers cannot be those of values in [0, 1], or if means and deviations differ in number.

    >>> mean_and_std([123.7, 116.3, 103.5], [58.4, 57.1, 57.4])
    Traceback (most recent call last):
    ValueError: mean must be in [0, 1], got 123.7; images are in [0, 1], so divide mean and std by 255 if ...
    """
    means, deviations = _per_channel("mean", mean), _per_channel("std", std)
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


def _per_channel(role: str, value: Any) -> Floats:
    """One number, or those of the channels in any shape with one axis for them: (c,)."""
    found = numbers(role, value)
    if sum(side != 1 for side in found.shape) > 1:
        raise ValueError(
            f"{role} must be one number or one per channel, got shape {found.shape}; give a list with one for each "
            "channel"
        )
    return found.ravel()


def number_type(network: nn.Module) -> torch.dtype:
    """The type of the network's first floating-point parameter, buffer or constant, float32 where it has none."""
    numbers = (one for one in chain(network.parameters(), network.buffers()) if one.is_floating_point())
    first = next(numbers, None)
    return next(_constants(network), torch.float32) if first is None else first.dtype


def _constants(network: nn.Module) -> Iterator[torch.dtype]:
    """The types of the floating-point constants that a frozen module of TorchScript has in place of parameters."""
    graph: Any = network.graph if isinstance(network, torch.jit.ScriptModule) else None
    nodes = () if graph is None else graph.findAllNodes("prim::Constant")
    tensors = (node.t("value") for node in nodes if node.hasAttribute("value") and node.kindOf("value") == "t")
    return (one.dtype for one in tensors if one.is_floating_point() and one.ndim)


def first_channels(network: nn.Module) -> int:
    """The number of input channels of the first layer that has one, such as a convolution; 3 if there is none."""
    numbers = (getattr(layer, "in_channels", None) for layer in network.modules())
    return next((number for number in numbers if isinstance(number, int)), 3)


def checked_size(size: Any) -> Size:
    """The size if it is None, the side of a square, or (height, width); (n, n) is the side n.

    Raises:
        ValueError: of no or of more than `MOST_AT_ONCE` pixels.

    >>> checked_size((32, 32)), checked_size([16, 8])
    (32, (16, 8))
    >>> checked_size(10**6)
    Traceback (most recent call last):
    ValueError: size must be at most 134,217,728 pixels in all, got 1000000 x 1000000; give the side in pixels ...
    """
    if size is None:
        return None
    sides = pair("size", size, "(height, width)") if isinstance(size, (tuple, list)) else (size, size)
    height, width = (integer("size", one, 1) for one in sides)
    if height * width > MOST_AT_ONCE:
        raise ValueError(
            f"size must be at most {MOST_AT_ONCE:,} pixels in all, got {given(height)} x {given(width)}; give the side "
            "in pixels of the images that the network was trained on"
        )
    return height if height == width else (height, width)


def height_and_width(size: int | tuple[int, int]) -> tuple[int, int]:
    """Both sides of a size."""
    return size if isinstance(size, tuple) else (size, size)


def squashed(images: Tensor, size: Size) -> Tensor:
    """Images (b, c, h, w) resized to a size, whatever their aspect ratio; unchanged for None."""
    if size is None or tuple(images.shape[-2:]) == height_and_width(size):
        return images
    sides = height_and_width(size)
    try:
        return nn.functional.interpolate(images, size=sides, mode="bilinear", antialias=True, align_corners=False)
    except RuntimeError as error:
        if not out_of_memory(error):
            raise
        raise MemoryError(
            f"{len(images)} images of the network's size must fit into memory, got {sides[0]} x {sides[1]} pixels; "
            "give a smaller size"
        ) from error


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
    """The image if it is floats (h, w, c) in [0, 1] with the given number of channels, which None leaves open.

    Grey levels (h, w) are one channel.
    """
    if not isinstance(image, np.ndarray) or not np.issubdtype(image.dtype, np.floating):
        raise TypeError(f"image must be a float array in [0, 1], got {_kind(image)}; divide 8-bit values by 255")
    levels = image[..., None] if image.ndim == 2 else image
    if levels.ndim != 3 or levels.shape[2] != (channels or levels.shape[2]) or 0 in image.shape:
        grey = levels.ndim == 3 and levels.shape[2] == 1 and channels == 3
        remedy = "give as_image(image), which makes colours of grey" if grey else "give one picture, channels last"
        raise ValueError(f"image must have shape (h, w, {channels or 'c'}), got {image.shape}; {remedy}")
    return np.ascontiguousarray(unit_levels(levels, "image"))


def _kind(value: object) -> str:
    return str(getattr(value, "dtype", type(value).__name__))
