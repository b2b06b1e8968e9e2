"""Pictures between their pixels."""

from __future__ import annotations

import numpy as np

from limetheory.arrays import Floats

_BLOCK = 1 << 16
"""Points at a time, which stay in a processor's cache; a convention that affects time alone."""


def interpolated(field: Floats, rows: Floats, columns: Floats) -> Floats:
    """A field at points between its pixels, bilinear; a point outside has the value of the border.

    At the centre of a pixel it is the pixel's value to the bit.

    Args:
        field: (a, b, c).
        rows, columns: of the points, (n, m).

    Returns:
        (n, m, c).

    >>> interpolated(np.array([[[0.0], [1.0]], [[2.0], [3.0]]]), np.array([[0.5]]), np.array([[0.25]])).tolist()
    [[[1.25]]]
    """
    flat, found = field.reshape(-1, field.shape[2]), np.empty((*rows.shape, field.shape[2]))
    right, down = int(field.shape[1] > 1), field.shape[1] if field.shape[0] > 1 else 0
    step = max(1, _BLOCK // max(1, rows.shape[1]))
    for start in range(0, len(rows), step):
        block = slice(start, start + step)
        first_row, row_share = _between(rows[block], field.shape[0])
        first_column, column_share = _between(columns[block], field.shape[1])
        first = first_row * field.shape[1] + first_column
        upper = _mean(flat, first, first + right, column_share)
        lower = _mean(flat, first + down, first + down + right, column_share)
        found[block] = (1 - row_share) * upper + row_share * lower
    return found


def _between(places: Floats, side: int) -> tuple[np.ndarray, Floats]:
    """The pixel before each place, and how far the place is on the way to the next."""
    inside = np.clip(places, 0, side - 1)
    first = np.minimum(inside.astype(int), max(side - 2, 0))
    return first, (inside - first)[..., None]


def _mean(flat: Floats, one: np.ndarray, other: np.ndarray, share: Floats) -> Floats:
    return (1 - share) * flat.take(one, axis=0) + share * flat.take(other, axis=0)
