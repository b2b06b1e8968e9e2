"""Regions from a file of labels: PNG or NumPy, any number of labels, opacity respected."""

from __future__ import annotations

import os
import warnings
from typing import Any

import numpy as np

from limetheory.checked_files import checked_file
from limetheory.counts import at_most
from limetheory.given import given
from limetheory.images.regions.drawn import MOST_PIXELS
from limetheory.images.regions.label_files import FEW_LABELS, Labelled, labelled
from limetheory.images.regions.region import Region
from limetheory.images.segmentation.label_map import at_pixels, image_size

MOST_BYTES = 1 << 25
"""The largest file that is read, 32 MiB; a convention."""

LOST = "no pixel is left"
"""How the warning of labels without a pixel begins."""

_FILE = "a file of masks"


def read_masks(source: str | os.PathLike[str] | bytes, shape: tuple[int, int]) -> tuple[Region, ...]:
    """The regions of a file of labels, one for each label, at the size of a photograph.

    The content of the file says what it is, whatever its name:

    - PNG in grey (8 or 16 bits) or with a palette: the levels or the indices are labels, and a region is called by its
      own, such as "label 7".
    - PNG in colours: each colour is a label, and a region is called by it, such as "#ff8000".
    - NumPy's .npy with integers or bool (h, w): labels. Anything with objects or pickles in it is refused.

    Pixels of opacity below one half belong to no region. Where all are opaque, black and label 0 are the background;
    labels below 0 always are. A single region is called "mask". A file of another size, but of the photograph's
    proportions, is brought to it by the nearest centre; a warning names the labels that have no pixel there.

    Args:
        source: the path of a file, or its bytes; at most 32 MiB and 64 megapixels, checked before anything is decoded.
        shape: the (h, w) of the photograph.

    Returns:
        The regions in the order of their labels, at least one.

    Raises:
        FileNotFoundError: no such file.
        ValueError: another kind of file, damaged, too large, of other proportions, with more than 256 labels, or
            without any.
        TypeError: neither a path nor bytes.

    >>> from io import BytesIO
    >>> file = BytesIO()
    >>> np.save(file, np.array([[0, 1, 1], [5, 5, 1]]))
    >>> [(region.name, region.area) for region in read_masks(file.getvalue(), (4, 6))]
    [('label 1', 12), ('label 5', 8)]
    """
    height, width = image_size(shape)
    at_most("h × w", height * width, MOST_PIXELS, "use a smaller copy of the photograph")
    found = labelled(_content(source))
    _check_proportions(found.numbers.shape, (height, width))
    return _regions(found, at_pixels(found.numbers, (height, width)))


def _content(source: Any) -> bytes:
    if isinstance(source, bytes):
        if not 0 < len(source) <= MOST_BYTES:
            raise ValueError(f"{_FILE} must have 1 to {MOST_BYTES:,} bytes, got {len(source):,}; save it as PNG")
        return source
    return checked_file(_FILE, source, MOST_BYTES, "save it as PNG").read_bytes()


def _check_proportions(size: tuple[int, ...], shape: tuple[int, int]) -> None:
    """Refuse a size that is not the photograph's, scaled and rounded to whole pixels."""
    if abs(size[0] * shape[1] - size[1] * shape[0]) >= max(*size, *shape):  # one pixel of one of the four sides
        raise ValueError(
            f"{_FILE} must have the photograph's proportions, {shape[0]} x {shape[1]}, got {size[0]} x {size[1]}; "
            "crop it as the photograph was"
        )


def _regions(found: Labelled, numbers: np.ndarray) -> tuple[Region, ...]:
    masks = {name: numbers == number for number, name in enumerate(found.names, start=1)}
    lost = [name for name, mask in masks.items() if not mask.any()]
    if len(lost) == len(masks):
        rule = f"{_FILE} must hold a label besides the background"
        raise ValueError(f"{rule}, got none at {numbers.shape}; {FEW_LABELS}")
    if lost:
        message = f"{LOST} at {numbers.shape[0]} x {numbers.shape[1]} of {given(lost)}: draw them larger"
        warnings.warn(message, UserWarning, stacklevel=3)
    kept = {name: mask for name, mask in masks.items() if name not in lost}
    return tuple(Region("mask" if len(masks) == 1 else name, mask) for name, mask in kept.items())
