"""Label maps: one superpixel per pixel, numbered 0, 1, ..., d - 1."""

from __future__ import annotations

import math
from collections.abc import Mapping
from numbers import Integral
from typing import Any

import numpy as np

from limetheory.arguments import array, integer, pair
from limetheory.given import given

_MOST_COUNTED = 4
"""Labels below so many times the number of pixels are counted, which is faster than sorting them; a convention."""


def compact(labels: Any, shape: tuple[int, int] | None = None) -> np.ndarray:
    """Renumber the superpixels 0, 1, ..., d - 1, in increasing order of their labels.

    Args:
        labels: (h, w) label map of integers >= 0 (gaps allowed, any start) or of bool.
        shape: the (h, w) that the label map must have, usually ``image.shape[:2]``.

    Returns:
        A new (h, w) array of dtype intp.

    Raises:
        ValueError: not two-dimensional, another shape, a negative label, or a single label.
        TypeError: no array, such as None, or labels that are neither integers nor bool.

    >>> compact([[1, 1, 7], [4, 4, 7]]).tolist()
    [[0, 0, 2], [1, 1, 2]]
    """
    numbered = renumbered(labels, shape)
    if numbered.size == 0 or not numbered.any():
        check_divisible(numbered.shape)
        raise ValueError(
            f"labels must name at least two superpixels, got {min(numbered.size, 1)}: "
            "segment the image more finely, or use method 'grid'"
        )
    return numbered


def renumbered(labels: Any, shape: tuple[int, int] | None = None) -> np.ndarray:
    """`compact`, but a single label is allowed.

    >>> renumbered([[5, 5]]).tolist()
    [[0, 0]]
    """
    asked, labels = labels, array("labels", labels)
    if not labels.ndim:
        raise TypeError(f"labels must have shape (h, w), got {given(asked)}: give an array, one label per pixel")
    _check_label_map(labels, shape)
    if labels.size and labels.max() < _MOST_COUNTED * labels.size:
        counted = labels.astype(np.intp, copy=False)
        number: np.ndarray = np.cumsum(np.bincount(counted.ravel()) > 0) - 1
        found: np.ndarray = number[counted]
        return found
    numbers = np.unique(labels, return_inverse=True)[1]
    return numbers.reshape(labels.shape).astype(np.intp, copy=False)


def enlarged(labels: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """A label map brought to a shape (h, w) by nearest neighbour."""
    if labels.shape == shape:
        return labels
    row, column = (np.arange(size) * small // size for size, small in zip(shape, labels.shape, strict=True))
    nearest: np.ndarray = labels[row[:, None], column]
    return nearest


def at_pixels(maps: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Maps of a photograph at the pixels of another size: each takes the value under its centre.

    Args:
        maps: (..., h, w), label maps or masks.
        shape: the (rows, columns) of the pixels.

    Returns:
        (..., rows, columns), of the same dtype.

    >>> at_pixels(np.array([[0, 0, 1], [0, 0, 1]]), (1, 2)).tolist()
    [[0, 1]]
    """
    row, column = (
        (2 * np.arange(size) + 1) * full // (2 * size) for size, full in zip(shape, maps.shape[-2:], strict=True)
    )
    there: np.ndarray = maps[..., row[:, None], column]
    return there


def _check_label_map(labels: np.ndarray, shape: tuple[int, int] | None) -> None:
    if labels.ndim != 2:
        raise ValueError(f"labels must have shape (h, w), got {labels.shape}: {_shape_remedy(labels, shape)}")
    size = None if shape is None else image_size(shape)
    if size is not None and labels.shape != size:
        raise ValueError(f"labels must have the image's shape {size}, got {labels.shape}: segment that same image")
    if labels.dtype.kind not in "iub":
        raise TypeError(
            f"labels must be integers or bool, got {labels.dtype}: use labels.astype(int) if they are whole"
        )
    if labels.size and labels.min() < 0:
        raise ValueError(
            f"labels must be >= 0, got {labels.min()}: give -1 or void pixels a label of their own, "
            "such as labels.max() + 1"
        )


def _shape_remedy(labels: np.ndarray, shape: tuple[int, int] | None) -> str:
    """What makes a label map of masks, scores, or labels with an axis too many."""
    tree = "order the masks into a partition, lt.images.containment_tree({}).partition(1)"
    if labels.size and isinstance(labels.flat[0], Mapping):
        return tree.format('[m["segmentation"] for m in masks]')
    if labels.ndim != 3:
        return "pass one label per pixel"
    if 1 in (labels.shape[0], labels.shape[2]):
        return f"drop an axis, {'labels[..., 0]' if labels.shape[2] == 1 else 'labels[0]'}"
    last = shape is not None and labels.shape[:2] == tuple(shape)
    if labels.dtype.kind == "f":
        return f"take the class with the highest score, scores.argmax(axis={2 if last else 0})"
    if not np.isin(labels, (0, 1, 255)).all():
        return "pass one label per pixel"
    return tree.format("masks.transpose(2, 0, 1)" if last else "masks")


def image_size(shape: Any) -> tuple[int, int]:
    """The (h, w) of a shape that is one."""
    height, width = pair("shape", shape, "(h, w)")
    return integer("shape[0]", height, 0), integer("shape[1]", width, 0)


def check_divisible(shape: tuple[int, ...]) -> None:
    """Refuse an image of a single pixel."""
    if math.prod(shape) == 1:
        size = " x ".join(map(str, shape))
        raise ValueError(f"an image must have two pixels or more to be cut, got {size}: take a larger one")


def check_segment_count(n_segments: Any, pixels: int) -> None:
    """Refuse a number of superpixels that so many pixels do not have."""
    if isinstance(n_segments, (bool, np.bool_)) or not isinstance(n_segments, Integral):
        raise TypeError(f"n_segments must be an integer, got {given(n_segments)}: use int(n_segments)")
    if not 2 <= int(n_segments) <= pixels:
        raise ValueError(
            f"n_segments must be in 2..{pixels}, the number of pixels segmented, got {n_segments}: "
            + ("choose 20 to 200 for a photo" if pixels >= 200 else f"take {pixels} for one a pixel, or fewer")
        )
