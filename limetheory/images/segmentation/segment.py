"""`segment`: the superpixels of an image by a method of the table, or by a function."""

from __future__ import annotations

import math
from collections.abc import Callable
from numbers import Real
from typing import Any

import numpy as np

from limetheory.images.segmentation.label_map import check_divisible, check_segment_count, enlarged, renumbered
from limetheory.images.segmentation.methods import SEGMENTERS, Segmenter
from limetheory.pictures import as_image

DEFAULT_N_SEGMENTS = 50
"""Superpixels asked for when the caller does not say; an image with fewer pixels gives one each."""

MAX_SIDE = 1024
"""Longest side, in pixels, of the copy that is segmented.

Superpixels hold thousands of pixels, so their outlines lose nothing that an explanation could show, while
scikit-image's methods take several float64 copies of what they segment: on a 2000 x 3000 photo slic
alone adds 0.6 GB and 7 s when given the photo itself, against 0.1 GB and 1 s with the copy.
"""


def segment(image: Any, method: Any = "slic", n_segments: int | None = None, **parameters: float) -> np.ndarray:
    """Cut an image into superpixels.

    Methods other than grids work on a copy whose longest side is at most ``MAX_SIDE`` pixels, and their label map is
    enlarged by nearest neighbour. Equal arguments give equal label maps.

    Args:
        image: anything that ``as_image`` takes.
        method: the name of one of `SEGMENTERS`, which ``print(limetheory.images.SEGMENTERS)`` lists with their
            parameters and with those of other packages; or a function or `Segmenter` of your own.
        n_segments: number of superpixels wanted, in 2..h*w, 50 if not given, for a method with this parameter; an aim
            that may be reached only nearly.
        **parameters: the method's own, as the table lists them: numbers ≥ 0, lengths in pixels of the copy.

    Returns:
        The (h, w) label map of dtype intp, with labels 0..d-1, d >= 2.

    Raises:
        ValueError: an unknown method, a value out of range, ``n_segments`` for a method without it, or
            an image in which the method finds a single superpixel.
        TypeError: a parameter that the method does not have, or a value of another type.

    >>> segment(np.zeros((2, 6, 3)), "grid", n_segments=3).tolist()
    [[0, 0, 1, 1, 2, 2], [0, 0, 1, 1, 2, 2]]
    """
    return segmented(as_image(image), method, n_segments, **parameters)


def segmented(pixels: np.ndarray, method: Any, n_segments: int | None = None, **parameters: float) -> np.ndarray:
    """`segment` of pixels (h, w, 3) that `as_image` has read and that the method may change: no second look at them."""
    shape = pixels.shape[:2]
    check_divisible(shape)
    segmenter = _segmenter(method)
    _check_parameters(segmenter, parameters)
    counts = _segment_count(segmenter, n_segments, shape)
    labels = _drawn(segmenter, reduced(pixels) if segmenter.reduces else pixels, counts, parameters)
    _check_several(segmenter, labels)
    return enlarged(labels, shape)


def segmented_into(pixels: np.ndarray, method: Any, wanted: int) -> np.ndarray:
    """The superpixels of pixels that a method may change, as many as are wanted where it finds as many.

    `segment` takes the number as an aim that a method such as slic may miss by far; here the parameter that decides it
    is searched, and what is too many is merged. A grid has a number within a tenth, but for 3, 5 and 7 cells of a
    square.

    Args:
        pixels: (h, w, 3) in [0, 1].
        method: as `segment` takes it; every one of `SEGMENTERS` makes a number.
        wanted: the number, in 2..h*w.

    Returns:
        (h, w) labels 0..d−1 with 2 ≤ d; d < ``wanted`` where the method finds no more.

    Raises:
        ValueError, TypeError: as `segment`.

    >>> int(segmented_into(np.zeros((40, 40, 3)), "slic", 30).max()) + 1
    30
    """
    shape = pixels.shape[:2]
    check_divisible(shape)
    segmenter = _segmenter(method)
    if segmenter.of_number is None:
        _no_segment_count(segmenter, wanted)
    small = reduced(pixels) if segmenter.reduces else pixels
    check_segment_count(wanted, math.prod(small.shape[:2]))
    labels = _labelled(segmenter, small, lambda: (segmenter.of_number or segmenter.function)(small, wanted))
    _check_several(segmenter, labels)
    return enlarged(labels, shape)


def superpixels(pixels: np.ndarray, segmenter: Segmenter, n_segments: int) -> np.ndarray:
    """The superpixels of pixels that a segmenter may change, a single one among what it may find.

    Args:
        pixels: (h, w, 3) in [0, 1], of any size.
        segmenter: a row of `SEGMENTERS`.
        n_segments: number wanted, at least 2, if the segmenter takes one; as many as there are pixels at most.

    Returns:
        (h, w) labels 0, 1, ... without gaps.

    >>> superpixels(np.zeros((1, 3, 3)), SEGMENTERS["grid"], 9).tolist()
    [[0, 1, 2]]
    """
    small = reduced(pixels) if segmenter.reduces else pixels
    size = small.shape[0] * small.shape[1]
    if size == 1:
        return np.zeros(pixels.shape[:2], np.intp)
    counts = {"n_segments": min(n_segments, size)} if "n_segments" in segmenter.parameters else {}
    return enlarged(_drawn(segmenter, small, counts, {}), pixels.shape[:2])


def _segmenter(method: Any) -> Segmenter:
    if not isinstance(method, (str, Segmenter)) and not callable(method):
        raise TypeError(
            f"method must be a str, got {type(method).__name__}: "
            f"use one of {', '.join(SEGMENTERS)}, or pass a label map of your own to compact"
        )
    return SEGMENTERS.chosen(method, "method")


def _check_parameters(segmenter: Segmenter, parameters: dict[str, Any]) -> None:
    accepted = [name for name in segmenter.parameters if name != "n_segments"]
    for name, value in parameters.items():
        if name not in accepted:
            raise TypeError(
                f"method {segmenter.name!r} takes {', '.join(accepted) or 'no parameters'} besides the image "
                f"and n_segments, got {name!r}: remove it or correct its name"
            )
        _check_number(name, value)


def _check_number(name: str, value: Any) -> None:
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, Real):
        raise TypeError(f"{name} must be a number, got {type(value).__name__}: leave it out for its default")
    if not 0 <= float(value) < math.inf:
        raise ValueError(f"{name} must be finite and >= 0, got {value}: leave it out for its default")


def _segment_count(segmenter: Segmenter, n_segments: int | None, shape: tuple[int, ...]) -> dict[str, int]:
    if "n_segments" not in segmenter.parameters:
        return _no_segment_count(segmenter, n_segments)
    pixels = math.prod(_reduced_shape(shape) if segmenter.reduces else shape)
    if n_segments is None:
        return {"n_segments": min(DEFAULT_N_SEGMENTS, pixels)}
    check_segment_count(n_segments, pixels)
    return {"n_segments": int(n_segments)}


def _no_segment_count(segmenter: Segmenter, n_segments: int | None) -> dict[str, int]:
    if n_segments is None:
        return {}
    counting = ", ".join(row.name for row in SEGMENTERS.own.values() if "n_segments" in row.parameters)
    own = f", or set {', '.join(segmenter.parameters)}" if segmenter.parameters else ""
    raise ValueError(
        f"n_segments must be left out for method {segmenter.name!r}, got {n_segments}: use {counting}{own}"
    )


def _drawn(segmenter: Segmenter, image: np.ndarray, counts: dict[str, int], parameters: dict[str, Any]) -> np.ndarray:
    return _labelled(segmenter, image, lambda: segmenter.function(image, **counts, **parameters))


def _labelled(segmenter: Segmenter, image: np.ndarray, draw: Callable[[], np.ndarray]) -> np.ndarray:
    try:
        labels = np.asarray(draw())
    except (ValueError, TypeError, IndexError, ZeroDivisionError, OverflowError) as error:
        reason = " ".join(str(error).split())
        raise ValueError(
            f"method {segmenter.name!r} must be able to segment the {_size(image)} image, got {reason!r}: "
            "use method 'grid' or other parameters"
        ) from None
    return renumbered(labels, image.shape[:2])


def _check_several(segmenter: Segmenter, labels: np.ndarray) -> None:
    if not labels.any():
        raise ValueError(
            f"segmentation must give at least two superpixels, got one from method {segmenter.name!r} on the "
            f"{_size(labels)} image: use method 'grid' or parameters that cut more finely"
        )


def _size(image: np.ndarray) -> str:
    return f"{image.shape[0]} x {image.shape[1]}"


def _reduced_shape(shape: tuple[int, ...]) -> tuple[int, int]:
    height, width = shape
    scale = min(1.0, MAX_SIDE / max(height, width))
    return max(1, round(height * scale)), max(1, round(width * scale))


def reduced(image: np.ndarray) -> np.ndarray:
    """The image, or a copy of it with its longest side at `MAX_SIDE`: (h, w, 3) float64 in [0, 1]."""
    from PIL import Image

    height, width = _reduced_shape(image.shape[:2])
    if (height, width) == image.shape[:2]:
        return np.ascontiguousarray(image, dtype=np.float64)
    # Channel by channel in float32: a whole-image resize holds several float64 copies of the photo.
    channels = [Image.fromarray(image[..., c].astype(np.float32)) for c in range(3)]
    small = [channel.resize((width, height), Image.Resampling.BOX) for channel in channels]
    return np.clip(np.stack([np.asarray(channel) for channel in small], axis=2, dtype=np.float64), 0, 1)
