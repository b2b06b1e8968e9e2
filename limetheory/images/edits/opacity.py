"""How much of an edit each pixel shows: 1 in its region, falling to 0 over a soft edge around it."""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np

from limetheory.arrays import Bools, Floats

Box: TypeAlias = tuple[slice, slice]


def in_pixels(percent: float, shape: tuple[int, ...]) -> float:
    """A length in percent of a photograph's longest side, in pixels.

    >>> in_pixels(1.5, (200, 100, 3))
    3.0
    """
    return percent / 100 * max(shape[:2])


def box_around(mask: Bools, margin: float = 0) -> Box:
    """The rectangle of a region that has pixels, larger by a margin in pixels as far as the photograph goes.

    >>> box_around(np.eye(5, dtype=bool)[:, 1:3] > 0, 1)
    (slice(0, 4, None), slice(0, 2, None))
    """
    wider = math.ceil(margin)
    spans = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    rows, columns = (slice(max(0, int(one[0]) - wider), int(one[-1]) + 1 + wider) for one in spans)
    height, width = mask.shape
    return slice(rows.start, min(rows.stop, height)), slice(columns.start, min(columns.stop, width))


def centroid(mask: Bools) -> Floats:
    """Row and column of the centre of a region's area, (2,), at whole numbers in the centres of pixels.

    >>> centroid(np.array([[True, True], [False, False]])).tolist()
    [0.0, 0.5]
    """
    counts = [np.count_nonzero(mask, axis=axis) for axis in (1, 0)]
    return np.array([np.arange(len(one)) @ one / one.sum() for one in counts])


def opacity(mask: Bools, width: float) -> Floats:
    """1 in a region, and 1 − t / (width + 1) at the distance t from it, 0 from t = width + 1 on.

    Args:
        mask: (h, w), a region that has pixels.
        width: of the soft edge in pixels; 0 makes the region's own pixels opaque and no others.

    >>> opacity(np.array([[True, False, False, False]]), 1.0).tolist()
    [[1.0, 0.5, 0.0, 0.0]]
    """
    if not width:
        return mask.astype(float)
    from scipy.ndimage import distance_transform_edt

    faded: Floats = np.clip(1 - distance_transform_edt(~mask) / (width + 1), 0, 1)
    return faded


def blended(below: Floats, above: Floats, opaque: Floats) -> Floats:
    """`above` laid on `below`, (h, w, 3) each; where both agree or `opaque` (h, w) is 0 or 1, to the bit.

    >>> blended(np.zeros((1, 1, 3)), np.full((1, 1, 3), 0.1), np.array([[0.5]])).tolist()
    [[[0.05, 0.05, 0.05]]]
    """
    shares = opaque[..., None]
    return np.where(shares == 1, above, below + shares * (above - below))
