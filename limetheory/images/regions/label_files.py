"""The labels of a PNG picture or of an array in NumPy's format; what a header claims is checked before decoding."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np

from limetheory.checked_files import one_line
from limetheory.counts import at_most
from limetheory.images.regions.drawn import MOST_PIXELS

MOST_LABELS = 256
"""The most labels of a file; a convention."""

FEW_LABELS = "paint each region in one colour, without smooth edges, on transparent or black ground"

_PNG, _NPY = b"\x89PNG\r\n\x1a\n", b"\x93NUMPY"
_SAVE = "save it as PNG, or by np.save as integers (h, w)"


@dataclass(frozen=True, eq=False)
class Labelled:
    """The labels of a file.

    Attributes:
        numbers: (h, w) 1, 2, ... in the order of the labels, 0 where there is none.
        names: of the labels, from the first.
    """

    numbers: np.ndarray
    names: tuple[str, ...]


def labelled(content: bytes) -> Labelled:
    """Read a file by what it holds.

    Raises:
        ValueError: another kind of file, damaged, too large, or with too many labels.
    """
    reader = next((reader for first, reader in _READERS.items() if content.startswith(first)), None)
    if reader is None:
        raise ValueError(f"a file of masks must be PNG or NumPy's .npy, got {content[:8]!r}...; {_SAVE}")
    return reader(content)


def _png(content: bytes) -> Labelled:
    from PIL import Image, ImageOps

    with _intact("PNG"), Image.open(BytesIO(content), formats=("PNG",)) as picture:
        size = picture.width * picture.height
    at_most("the pixels of a file of masks", size, MOST_PIXELS, "use a smaller copy of the photograph")
    with _intact("PNG"), Image.open(BytesIO(content), formats=("PNG",)) as picture:
        picture.load()
        upright = ImageOps.exif_transpose(picture)
    opaque = _opaque(upright)
    return _of_integers(upright, opaque) if upright.mode[0] in "1LIP" else _of_colours(upright, opaque)


def _opaque(picture: Any) -> np.ndarray:
    """Where a picture is: (h, w) bool."""
    if not picture.has_transparency_data:
        return np.ones(picture.size[::-1], bool)
    if picture.mode.startswith("I"):  # one level of 16 bits is transparent
        found: np.ndarray = np.asarray(picture) != picture.info["transparency"]
        return found
    found = np.asarray(picture.convert("RGBA").getchannel("A")) >= 128
    return found


def _of_integers(picture: Any, opaque: np.ndarray) -> Labelled:
    levels = picture.getchannel("L") if picture.mode == "LA" else picture
    return _numbered(np.asarray(levels).astype(np.int64), opaque, "label {}")


def _of_colours(picture: Any, opaque: np.ndarray) -> Labelled:
    colours = np.asarray(picture.convert("RGB")).astype(np.int64)
    return _numbered(colours @ [1 << 16, 1 << 8, 1], opaque, "#{:06x}")


def _npy(content: bytes) -> Labelled:
    file = BytesIO(content)
    with _intact("npy"):
        version = np.lib.format.read_magic(file)
        header = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
        shape, by_columns, kind = header[version](file)
    if kind.kind not in "biu" or len(shape) != 2:
        raise ValueError(f"an array of masks must be integers (h, w), got {kind} {shape}; {_SAVE}")
    pixels = at_most("the pixels of a file of masks", shape[0] * shape[1], MOST_PIXELS, "use a smaller photograph")
    held = len(content) - file.tell()
    if not pixels or held != pixels * kind.itemsize:
        raise ValueError(f"an array of masks must hold all of its {shape} pixels, got {held:,} bytes; {_SAVE}")
    flat = np.frombuffer(content, np.uint8 if kind.kind == "b" else kind, pixels, file.tell())
    labels = flat.reshape(shape, order="F" if by_columns else "C")
    return _numbered(labels, np.ones(shape, bool), "label {}")


def _numbered(labels: np.ndarray, opaque: np.ndarray, name: str) -> Labelled:
    """Number the labels of the opaque pixels; 0 is one only where other pixels are transparent."""
    belongs = opaque & (labels >= (1 if opaque.all() else 0))
    found, numbers = np.unique(labels[belongs], return_inverse=True)
    if len(found) > MOST_LABELS:
        raise ValueError(f"a file of masks must have at most {MOST_LABELS} labels, got {len(found):,}; {FEW_LABELS}")
    every = np.zeros(labels.shape, np.int64)
    every[belongs] = numbers + 1
    return Labelled(every, tuple(name.format(label) for label in found.tolist()))


@contextmanager
def _intact(kind: str) -> Iterator[None]:
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd metadata; a size that fills the memory is refused here
            yield
    except Image.DecompressionBombError:
        at_most("the pixels of a file of masks", 2 * (Image.MAX_IMAGE_PIXELS or 0), MOST_PIXELS, "use a smaller one")
        raise
    except MemoryError:
        raise
    except Exception as error:  # decoders raise almost any type on damaged files
        raise ValueError(f"a file of masks must be intact, got a damaged {kind} ({one_line(error)}); {_SAVE}") from None


_READERS = {_PNG: _png, _NPY: _npy}
