"""The connected pieces of a part of a photograph: those of a mask, and those that a label map makes of it.

Pixels that touch at a corner are connected, so that a line one pixel wide is one piece.
"""

from __future__ import annotations

import numpy as np


def components(inside: np.ndarray) -> tuple[np.ndarray, int]:
    """The connected pieces of a mask (h, w): labels 1, 2, ... in the order of their first pixels, 0 elsewhere.

    >>> components(np.array([[True, False, True], [True, False, False]]))[0].tolist()
    [[1, 0, 2], [1, 0, 0]]
    """
    from scipy.ndimage import label

    found, count = label(inside, np.ones((3, 3), bool))
    return found, int(count)


def pieces(labels: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """The connected pieces of equal label inside a mask: 1, 2, ..., 0 elsewhere, (h, w).

    >>> pieces(np.array([[0, 0, 0, 1]]), np.array([[True, False, True, True]])).tolist()
    [[1, 0, 2, 3]]
    """
    from skimage.measure import label

    found: np.ndarray = label(np.where(inside, labels + 1, 0), background=0, connectivity=2)
    return found


def largest(found: np.ndarray, number: int) -> np.ndarray:
    """The ``number`` largest pieces, to the nearest of which the pixels of the others go.

    Args:
        found: (h, w) pieces 1, 2, ..., 0 elsewhere.
        number: at most that of the pieces.

    Returns:
        (h, w) labels 0..number − 1 in every piece; what it holds elsewhere means nothing.
    """
    from scipy.ndimage import distance_transform_edt

    areas = np.bincount(found.ravel())[1:]
    kept = np.sort(np.argsort(-areas, kind="stable")[:number]) + 1
    numbers = np.full(len(areas) + 1, -1)
    numbers[kept] = np.arange(number)
    own = numbers[found]
    row, column = distance_transform_edt(own < 0, return_distances=False, return_indices=True)
    nearest: np.ndarray = own[row, column]
    return nearest


def borders(found: np.ndarray) -> np.ndarray:
    """The pairs of pieces 1, 2, ... that touch, at a corner at least: (pairs, 2), each once, from 0.

    >>> borders(np.array([[1, 1, 0, 3], [2, 2, 0, 3]])).tolist()
    [[0, 1]]
    """
    height, width = found.shape
    pairs = [
        (found[: height - down, max(0, -across) : width - max(0, across)],
         found[down:, max(0, across) : width - max(0, -across)])
        for down, across in ((0, 1), (1, -1), (1, 0), (1, 1))
    ]  # fmt: skip
    one, other = (np.concatenate([side.ravel() for side in sides]) for sides in zip(*pairs, strict=True))
    different = (one != other) & (one > 0) & (other > 0)
    one, other = one[different].astype(np.int64), other[different]
    count = int(found.max()) + 1
    touching: np.ndarray = np.unique(np.minimum(one, other) * count + np.maximum(one, other))
    return np.stack(np.divmod(touching, count), axis=1) - 1
