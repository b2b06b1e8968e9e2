"""A grid of near-square cells, which cuts any image into the number of superpixels that is wanted, or nearly."""

from __future__ import annotations

import math

import numpy as np

from limetheory.images.segmentation.label_map import check_divisible, check_segment_count

GRID_ASPECT = 1.5
"""Longest over shortest side of a grid cell, above which a grid is passed over for a squarer one."""

LONGEST_ASPECT = 2.0
"""That of the cells of a grid whose number of cells comes first."""


def grid_shape(shape: tuple[int, int], n_segments: int) -> tuple[int, int]:
    """Choose the rows and columns of a grid with near-square cells.

    Among the grids whose cells have sides in a ratio of at most ``GRID_ASPECT`` (or the squarest ones, when
    the image allows none such), it is the one whose number of cells is nearest to ``n_segments``.

    Args:
        shape: the (h, w) of the image, in pixels.
        n_segments: number of cells wanted, in 2..h*w.

    Returns:
        The numbers of rows and of columns; the grid has exactly rows * columns cells.

    Raises:
        ValueError: ``n_segments`` is out of range, or the image has one pixel.
        TypeError: ``n_segments`` is not an integer.

    >>> grid_shape((224, 224), 50), grid_shape((300, 451), 50)
    ((7, 7), (5, 10))
    """
    check_divisible(shape)
    check_segment_count(n_segments, math.prod(shape))
    return _nearest_grid(shape, n_segments, GRID_ASPECT)


def _nearest_grid(shape: tuple[int, int], n_segments: int, aspect: float) -> tuple[int, int]:
    height, width = shape
    grids = [
        (rows, columns)
        for rows in range(1, min(height, n_segments) + 1)
        for columns in _columns_nearest(n_segments / rows, width)
    ]
    limit = max(aspect, min(_aspect(shape, grid) for grid in grids))
    near_square = [grid for grid in grids if _aspect(shape, grid) <= limit]
    return min(near_square, key=lambda grid: (abs(math.prod(grid) - n_segments), _aspect(shape, grid)))


def grid(image: np.ndarray, n_segments: int) -> np.ndarray:
    """The label map of exactly the cells of `grid_shape`: (h, w, 3) → (h, w)."""
    height, width = image.shape[:2]
    return _cells((height, width), grid_shape((height, width), n_segments))


def _cells(shape: tuple[int, int], grid: tuple[int, int]) -> np.ndarray:
    (height, width), (rows, columns) = shape, grid
    row, column = np.arange(height) * rows // height, np.arange(width) * columns // width
    labels: np.ndarray = row[:, None] * columns + column[None, :]
    return labels


def grid_of(image: np.ndarray, wanted: int) -> np.ndarray:
    """The label map of the grid of `grid_shape`; where that misses the number by more than a tenth, of a longer one.

    The sides of the cells of a longer one have a ratio of at most `LONGEST_ASPECT`.
    """
    height, width = image.shape[:2]
    near = math.prod(grid_shape((height, width), wanted))
    aspect = GRID_ASPECT if 10 * abs(near - wanted) <= wanted else LONGEST_ASPECT
    return _cells((height, width), _nearest_grid((height, width), wanted, aspect))


def _columns_nearest(columns: float, width: int) -> set[int]:
    return {min(max(1, whole), width) for whole in (math.floor(columns), math.ceil(columns))}


def _aspect(shape: tuple[int, int], grid: tuple[int, int]) -> float:
    height, width = shape[0] / grid[0], shape[1] / grid[1]
    return max(height, width) / min(height, width)
