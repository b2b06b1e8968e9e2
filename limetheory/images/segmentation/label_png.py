"""Label maps as PNG pictures, without loss, and back."""

from __future__ import annotations

import io
from typing import Any

import numpy as np

from limetheory.arguments import array
from limetheory.checked_files import one_line
from limetheory.images.segmentation.label_map import renumbered

MOST_PIXELS = 1 << 25
"""The most pixels of a label map that is read, 33 million; a convention."""

_COLOURS = 1 << 24  # labels that three bytes tell apart


def label_map_png(labels: Any) -> bytes:
    """A label map as a PNG picture: grey of 8 bits up to 256 superpixels, of 16 bits up to 65,536, else colours.

    A grey level is the label; of a colour (r, g, b) the label is 65536 r + 256 g + b.

    Args:
        labels: (h, w) label map of integers >= 0 or of bool; its labels are numbered 0..d−1 in increasing order.

    Raises:
        ValueError, TypeError: another shape, a negative label, or labels that are no integers.

    >>> read_label_map_png(label_map_png([[0, 1], [2, 2]])).tolist()
    [[0, 1], [2, 2]]
    """
    from PIL import Image

    numbered = renumbered(array("labels", labels))
    if not numbered.size or numbered.size > MOST_PIXELS:
        raise ValueError(f"a label map must have 1 to {MOST_PIXELS:,} pixels, got {numbered.size:,}; make it smaller")
    d, file = int(numbered.max()) + 1, io.BytesIO()
    Image.fromarray(_levels(numbered, d)).save(file, format="PNG", optimize=True)
    return file.getvalue()


def read_label_map_png(content: bytes) -> np.ndarray:
    """The labels in a PNG picture, (h, w) intp: grey levels, numbers of a palette, or `label_map_png`'s colours.

    The picture's size is checked before it is decoded.

    Raises:
        ValueError: no PNG, a damaged or a very large one, or one that is transparent somewhere.
    """
    from PIL import Image

    try:
        with Image.open(io.BytesIO(content), formats=["PNG"]) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise ValueError(f"it has more than {MOST_PIXELS:,} pixels")
            return _labels(picture)
    except MemoryError:
        raise
    except Exception as error:  # Pillow's decoders raise almost any type on damaged files
        raise ValueError(f"a label map must be an intact PNG, got one where {one_line(error)}; save it again") from None


def _levels(labels: np.ndarray, d: int) -> np.ndarray:
    if d <= 1 << 16:
        return labels.astype(np.uint8 if d <= 1 << 8 else np.uint16)
    return np.stack([labels >> 16, labels >> 8 & 255, labels & 255], axis=2).astype(np.uint8)


def _labels(picture: Any) -> np.ndarray:
    levels = np.asarray(picture).astype(np.intp)
    if picture.mode in ("LA", "RGBA"):
        if (levels[..., -1] < 255).any():
            raise ValueError("some pixels are transparent")
        levels = levels[..., :-1]
    if levels.ndim == 2:
        return levels
    weights = np.array([1] if levels.shape[2] == 1 else [1 << 16, 1 << 8, 1])
    labels: np.ndarray = levels @ weights
    return labels
