"""Bilinear interpolation of a row of cells to a row of pixels, as a matrix."""

from __future__ import annotations

import numpy as np


def upsampling(cells: int, size: int) -> np.ndarray:
    """The weights of the cells at each pixel: (size, cells), rows of sum 1 with one or two entries, side by side.

    Pixel i has its centre at (i + 1/2) · cells / size − 1/2 in units of cells, and centres beyond the first and the last
    cell's are mirrored, as in ``skimage.transform.resize(order=1, mode="reflect")``.

    >>> upsampling(2, 4).tolist()
    [[0.75, 0.25], [0.75, 0.25], [0.25, 0.75], [0.25, 0.75]]
    """
    if cells == 1:
        return np.ones((size, 1))
    place = np.abs((np.arange(size) + 0.5) * cells / size - 0.5)
    place = np.minimum(place, 2 * (cells - 1) - place)
    left = np.minimum(place.astype(int), cells - 2)
    weights, pixel = np.zeros((size, cells)), np.arange(size)
    weights[pixel, left + 1] = place - left
    weights[pixel, left] = 1 - weights[pixel, left + 1]
    return weights
