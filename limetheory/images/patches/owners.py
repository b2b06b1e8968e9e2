"""Which superpixel a patch of a vision transformer belongs to."""

from __future__ import annotations

import numpy as np

from limetheory.arrays import Labels


def patch_owners(labels: Labels, patch: int) -> np.ndarray:
    """The superpixel that has most of the pixels of each patch, the one of smaller label of two that have as many.

    Args:
        labels: (h, w) label map 0..d−1, h and w multiples of the patch.
        patch: side of a patch in pixels.

    Returns:
        (h / patch · w / patch,) labels, row by row from top left.

    >>> patch_owners(np.array([[0, 0, 1, 1], [0, 1, 1, 1]]), 2).tolist()
    [0, 1]
    """
    height, width = labels.shape
    rows, columns, d = height // patch, width // patch, int(labels.max()) + 1
    cells = labels.reshape(rows, patch, columns, patch).transpose(0, 2, 1, 3).reshape(rows * columns, -1)
    numbers = cells + d * np.arange(len(cells))[:, None]
    counts = np.bincount(numbers.ravel(), minlength=d * len(cells)).reshape(-1, d)
    owners: np.ndarray = counts.argmax(axis=1)
    return owners
