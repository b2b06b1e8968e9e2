"""Label maps from files: PNG pictures of labels, and NumPy's .npy."""

from __future__ import annotations

import io
import math
import os
from pathlib import Path

import numpy as np

from limetheory.checked_files import DAMAGED, checked_file, one_line
from limetheory.given import given
from limetheory.images.segmentation.label_map import renumbered
from limetheory.images.segmentation.label_png import MOST_PIXELS, read_label_map_png

_MOST_BYTES = 1 << 28  # 8 bytes for each of the most pixels
_NUMPY, _PNG = b"\x93NUMPY", b"\x89PNG"


def read_label_map(path: str | os.PathLike[str]) -> np.ndarray:
    """The label map in a file, (h, w) of integers >= 0; what it is, its first bytes say.

    Args:
        path: of a PNG picture, see `read_label_map_png`, or of an .npy of integers or bools.

    Raises:
        FileNotFoundError, ValueError: another file, a damaged or a very large one.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     np.save(f"{folder}/labels.npy", np.array([[3, 3, 5]]))
    ...     read_label_map(f"{folder}/labels.npy").tolist()
    [[3, 3, 5]]
    """
    content = checked_file("a label map", path, _MOST_BYTES, "give a PNG of labels or an .npy").read_bytes()
    try:
        if content.startswith(_PNG):
            return read_label_map_png(content)
        if not content.startswith(_NUMPY):
            raise ValueError(f"a label map must be a PNG or an .npy, got neither in {given(Path(path).name)}")
        labels = _of_numpy(content)
        renumbered(labels)
        return labels
    except (ValueError, TypeError) as error:
        raise ValueError(f"{one_line(error)} (file {given(os.fspath(path))})") from None


def _of_numpy(content: bytes) -> np.ndarray:
    """The array of an .npy, whose header must say just as many bytes as there are."""
    file = io.BytesIO(content)
    try:
        version = np.lib.format.read_magic(file)
        header = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
        shape, _, dtype = header[version](file)
        fits = dtype.kind in "iub" and math.prod(shape) <= MOST_PIXELS
        if not fits or file.tell() + math.prod(shape) * dtype.itemsize != len(content):
            raise ValueError(f"{shape} {dtype}")
        file.seek(0)
        labels: np.ndarray = np.lib.format.read_array(file, allow_pickle=False)
        return labels
    except DAMAGED as error:
        raise ValueError(
            f"an .npy of labels must be whole, of integers, and of at most {MOST_PIXELS:,} pixels, got "
            f"{one_line(error)}; save it again with numpy.save"
        ) from None
