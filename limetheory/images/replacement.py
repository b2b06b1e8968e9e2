"""Replacement images: what a superpixel shows once LIME has switched it off."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

import numpy as np

from limetheory.arguments import array
from limetheory.images.loading import as_image, image_levels
from limetheory.images.segmentation.label_map import compact
from limetheory.levels import unit_levels

BLUR_FRACTION = 1 / 20
"""The standard deviation of the blur divided by the longest side; a convention, wide enough to erase a superpixel."""


def replacement_image(image: Any, labels: Any, replacement: Any = "mean") -> np.ndarray:
    """Give every pixel the value it takes when its superpixel is switched off.

    Args:
        image: (h, w) or (h, w, c), see `image_levels`.
        labels: (h, w) label map of integers >= 0.
        replacement: "mean", the mean colour of each superpixel; "blur", the image blurred by a Gaussian of
            standard deviation max(h, w) / 20 pixels, mirrored at the borders; a number, a grey level in
            [0, 1]; c numbers, a colour in [0, 1]; or another image of the image's shape.
            Arrays of uint8 are divided by 255, and of uint16 by 65535; a Pillow image is one of colours.

    Returns:
        A new float64 array of the image's shape, in [0, 1].

    Raises:
        ValueError: an unknown name, levels that are not finite or outside [0, 1], a colour of another
            length, another image of another shape, or a label map that does not fit the image.
        TypeError: a bool, a replacement that is not numeric, or an image of another dtype.

    >>> image = np.array([[0.0, 0.5, 1.0]])
    >>> replacement_image(image, np.array([[0, 0, 1]])).tolist()
    [[0.25, 0.25, 1.0]]
    """
    image = image_levels(image)
    return hiding(image, compact(labels, image.shape[:2]), replacement)


def hiding(pixels: np.ndarray, labels: np.ndarray, replacement: Any) -> np.ndarray:
    """`replacement_image` of pixels and labels that were read before: no second look at them."""
    if isinstance(replacement, str):
        return _named(replacement, pixels, labels)
    levels = _levels(replacement, pixels.shape)
    return np.broadcast_to(levels, pixels.shape).copy()


def _mean_colours(image: np.ndarray, labels: np.ndarray) -> np.ndarray:
    flat, channels = labels.ravel(), image.reshape(labels.size, -1)
    sizes = np.bincount(flat)
    sums = [np.bincount(flat, weights=channel) for channel in channels.T]
    means = (np.stack(sums, axis=1) / sizes[:, None])[flat]
    # the mean of what is left makes the mean of equal colours that very colour: such a superpixel is a dummy
    rest = [np.bincount(flat, weights=channel) for channel in (channels - means).T]
    means += (np.stack(rest, axis=1) / sizes[:, None])[flat]
    colours: np.ndarray = np.clip(means, 0, 1, out=means).reshape(image.shape)
    return colours


def _blurred(image: np.ndarray, labels: np.ndarray) -> np.ndarray:
    from scipy.ndimage import gaussian_filter

    sigma = BLUR_FRACTION * max(labels.shape)
    blurred = gaussian_filter(image, sigma, mode="reflect", axes=(0, 1))
    # The kernel sums to 1 only up to rounding.
    clipped: np.ndarray = np.clip(blurred, 0, 1, out=blurred)
    return clipped


REPLACEMENTS = {"mean": _mean_colours, "blur": _blurred}
"""The replacements that have a name."""


def _named(name: str, image: np.ndarray, labels: np.ndarray) -> np.ndarray:
    if name not in REPLACEMENTS:
        close = get_close_matches(name.lower(), REPLACEMENTS, n=1)
        hint = f"did you mean {close[0]!r}?" if close else "0 is black; Python also takes a colour or an image"
        known = f"{', '.join(REPLACEMENTS)} or a grey level in [0, 1]"
        raise ValueError(f"replacement must be {known}, got {name!r}: {hint}")
    return REPLACEMENTS[name](image, labels)


def _in_numpy(replacement: Any, shape: tuple[int, ...]) -> np.ndarray:
    from PIL import Image

    if not isinstance(replacement, Image.Image):
        return array("replacement", replacement)
    colours = as_image(replacement)
    grey = len(shape) == 2 and (colours == colours[..., :1]).all()
    return colours[..., 0] if grey else colours


def _levels(replacement: Any, shape: tuple[int, ...]) -> np.ndarray:
    levels = _in_numpy(replacement, shape)
    if levels.dtype.kind not in "iuf":
        found = "bool" if levels.dtype.kind == "b" else type(replacement).__name__
        raise TypeError(f"replacement must be a name, numbers or an image, got {found}: use 0.0 or 1.0")
    if levels.ndim == 1:
        _check_colour(levels, shape)
    if levels.ndim > 1 and levels.shape != shape:
        raise ValueError(f"replacement image must have the image's shape {shape}, got {levels.shape}: resize it")
    return unit_levels(_as_float(levels), "replacement")


def _check_colour(levels: np.ndarray, shape: tuple[int, ...]) -> None:
    channels = shape[2] if len(shape) == 3 else 1
    if levels.size != channels:
        raise ValueError(
            f"replacement colour must have one level per channel, {channels} here, got {levels.size}: "
            "pass a single number for a grey level"
        )


def _as_float(levels: np.ndarray) -> np.ndarray:
    # Python writes the levels 0 and 1 as int64; in an image, that dtype has no known scale.
    return levels.astype(np.float64) if levels.ndim < 2 and levels.dtype.kind == "i" else levels
