"""Replacement images: what a superpixel shows once LIME has switched it off."""

from __future__ import annotations

from typing import Any

import numpy as np

from limetheory.arguments import array
from limetheory.given import did_you_mean
from limetheory.images.replacements.law import ReplacementLaw
from limetheory.images.replacements.other_images import OtherImages
from limetheory.images.replacements.table import REPLACEMENTS, Replacement
from limetheory.images.segmentation.label_map import compact
from limetheory.levels import unit_levels
from limetheory.pictures import as_image, image_levels

_RANDOM = "explain_image and rise_map draw it anew for each mask"


def replacement_image(image: Any, labels: Any, replacement: Any = "mean") -> np.ndarray:
    """Give every pixel the value it takes when its superpixel is switched off.

    Args:
        image: (h, w) or (h, w, c), see `image_levels`.
        labels: (h, w) label map of integers >= 0.
        replacement: "mean", the mean colour of each superpixel; "blur", the image blurred by a Gaussian of
            standard deviation max(h, w) / 20 pixels, mirrored at the borders; "telea" or "navier_stokes", each
            superpixel inpainted from the others by OpenCV; another one image of `REPLACEMENTS`; a number, a grey level
            in [0, 1]; c numbers, a colour in [0, 1]; or another image of the image's shape.
            Arrays of uint8 are divided by 255, and of uint16 by 65535; a Pillow image is one of colours.

    Returns:
        A new float64 array of the image's shape, in [0, 1].

    Raises:
        ValueError: an unknown name, a random replacement, levels that are not finite or outside [0, 1], a colour of
            another length, another image of another shape, or a label map that does not fit the image.
        TypeError: a bool, a replacement that is not numeric, or an image of another dtype.
        ImportError: inpainting without OpenCV.

    >>> image = np.array([[0.0, 0.5, 1.0]])
    >>> replacement_image(image, np.array([[0, 0, 1]])).tolist()
    [[0.25, 0.25, 1.0]]
    """
    image = image_levels(image)
    return hiding(image, compact(labels, image.shape[:2]), replacement)


def hiding(pixels: np.ndarray, labels: np.ndarray, replacement: Any) -> np.ndarray:
    """`replacement_image` of pixels and labels that were read before: no second look at them."""
    if isinstance(replacement, str):
        return _of_row(named(replacement), pixels, labels)
    if _are_several(replacement, pixels.shape):
        raise ValueError(f"replacement must be one image here, got {len(replacement)}; {_RANDOM}, or give one of them")
    levels = _levels(replacement, pixels.shape)
    return np.broadcast_to(levels, pixels.shape).copy()


def law_of(pixels: np.ndarray, replacement: Any) -> ReplacementLaw | None:
    """What a replacement is drawn from for each mask; None of one that is one image for all masks.

    Args:
        pixels: (h, w) or (h, w, c), read before.
        replacement: as the caller gave it.

    Raises:
        ValueError, TypeError, ImportError: an unknown name, or other images of which one does not fit.

    >>> law_of(np.zeros((2, 2)), "noise"), law_of(np.zeros((2, 2)), 0.5)
    (Noise(image_shape=(2, 2)), None)
    """
    if isinstance(replacement, str):
        law = named(replacement).law
        return None if law is None else law(pixels)
    if not _are_several(replacement, pixels.shape):
        return None
    if len(replacement) < 2:
        raise ValueError(f"other images must be two or more, got {len(replacement)}; give the image itself")
    return OtherImages(np.stack([_levels(one, pixels.shape) for one in replacement]))


def grey_level(level: float) -> float:
    """A grey level, before there is an image.

    Raises:
        ValueError: outside [0, 1].

    >>> grey_level(1.5)
    Traceback (most recent call last):
    ValueError: replacement must be in [0, 1], got values from 1.5 to 1.5: divide by the level that is white, ...
    """
    return float(_levels(level, ()))


def named(name: str) -> Replacement:
    """The row of a name.

    Raises:
        ValueError: there is none.
        ImportError: it needs a package that is not installed.
    """
    if name not in REPLACEMENTS:
        names = REPLACEMENTS.names()
        hint = did_you_mean(name, names) or "0 is black; Python also takes a colour, an image, or several images"
        raise ValueError(f"replacement must be {', '.join(names)} or a grey level in [0, 1], got {name!r}: {hint}")
    row = REPLACEMENTS[name]
    row.require()
    return row


def _of_row(row: Replacement, pixels: np.ndarray, labels: np.ndarray) -> np.ndarray:
    if row.image is None and row.law is None:
        raise ValueError(
            f"replacement must be an image here, got {row.name!r}, which explain_image and PatchMaskedImage know; give "
            "'mean'"
        )
    if row.image is None:
        raise ValueError(f"replacement must be one image here, got the random {row.name!r}; {_RANDOM}, or give 'mean'")
    return row.image(pixels, labels)


def _are_several(replacement: Any, shape: tuple[int, ...]) -> bool:
    """Whether a replacement is a list of images, or an array with one more axis than the image."""
    if isinstance(replacement, (list, tuple)):
        return any(_is_pillow(one) or array("replacement", one).ndim == len(shape) for one in replacement)
    found = () if _is_pillow(replacement) else array("replacement", replacement).shape
    colours_of_a_grey_one = found[1:] != shape and found[: len(shape)] == shape
    return len(found) == len(shape) + 1 and not colours_of_a_grey_one


def _is_pillow(replacement: Any) -> bool:
    return hasattr(replacement, "getbands")


def _in_numpy(replacement: Any, shape: tuple[int, ...]) -> np.ndarray:
    if not _is_pillow(replacement):
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
