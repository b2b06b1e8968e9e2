"""What files of masks claim to hold, read from their headers and refused before anything large is decoded."""

from __future__ import annotations

import math
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

import numpy as np

from limetheory.images.generators.coco import size_of

MOST_TOTAL = 1 << 30
"""The most pixels of all masks of a file together; a convention, 1 GiB as they are kept in memory."""

MOST_MASKS = 100_000
"""The most masks of a file; a convention."""

MOST_MEMBER = 1 << 29
"""The most bytes of an array in an archive, 512 MiB; a convention."""

MOST_PICTURE = 1 << 26
"""The most pixels of a picture of a mask, 67 million; a convention."""

_REMEDY = "split the file, or export smaller masks"
_HEADERS = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}


def check_total(sizes: Iterable[tuple[int, ...]]) -> None:
    """Refuse masks that are too many, or too large together.

    Args:
        sizes: (h, w) of each.

    Raises:
        ValueError: in one line.

    >>> check_total([(40_000, 40_000)])
    Traceback (most recent call last):
    ValueError: masks of a file must have at most 1,073,741,824 pixels together, got more; split the file, ...
    """
    total = 0
    for number, size in enumerate(sizes, 1):
        total += math.prod(size)
        if total > MOST_TOTAL:
            raise ValueError(f"masks of a file must have at most {MOST_TOTAL:,} pixels together, got more; {_REMEDY}")
        if number > MOST_MASKS:
            raise ValueError(f"a file must have at most {MOST_MASKS:,} masks, got more; {_REMEDY}")


def check_run_lengths(encoded: Iterable[Any]) -> None:
    """Refuse run lengths whose sizes are too much together."""
    check_total(size_of(one["size"]) for one in encoded if isinstance(one, dict) and "size" in one)


def check_archive(file: Path) -> None:
    """Refuse an .npz whose arrays are large, or larger than their headers say."""
    with zipfile.ZipFile(file) as archive:
        for info in archive.infolist():
            if info.file_size > MOST_MEMBER:
                raise ValueError(
                    f"an array of an archive must have at most {MOST_MEMBER:,} bytes, got {info.file_size:,} in "
                    f"{info.filename!r}; {_REMEDY}"
                )
            with archive.open(info) as member:
                _check_array(member, info)


def check_pictures(files: Iterable[Path]) -> None:
    """Refuse pictures that are large together."""
    check_total(_picture_size(file) for file in files)


def _check_array(member: IO[bytes], info: zipfile.ZipInfo) -> None:
    shape, _, dtype = _HEADERS[np.lib.format.read_magic(member)](member)
    if dtype.hasobject:
        return  # numpy.load refuses it, whose pickle may have any size
    if member.tell() + math.prod(shape) * dtype.itemsize != info.file_size:
        raise ValueError(f"an array of an archive must have the size that it claims, got {info.filename!r} of another")


def _picture_size(file: Path) -> tuple[int, int]:
    from PIL import Image

    with Image.open(file) as picture:
        if picture.width * picture.height > MOST_PICTURE:
            raise ValueError(
                f"a picture of a mask must have at most {MOST_PICTURE:,} pixels, got {picture.width} x "
                f"{picture.height}; {_REMEDY}"
            )
        return picture.height, picture.width
