"""Masks from what a person draws: a polygon, a rectangle, or the path of a brush.

Places are x to the right and y downwards in pixels of the photograph, with the centre of the first pixel at (0, 0), as
clicks are for predictors. A pixel is drawn where its centre is; parts outside of the photograph are left out.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from limetheory.arguments import numbers, real
from limetheory.counts import at_most
from limetheory.images.segmentation.label_map import image_size

MOST_PIXELS = 1 << 26
"""The most pixels of a photograph with regions: 64 megapixels; a convention."""

MOST_VERTICES = 10_000
"""The most vertices of a polygon and places of a path; a convention."""

FARTHEST = 1e6
"""The largest coordinate, within which products of differences of multiples of 1/64 are exact; a convention."""

_CROSSINGS = 1 << 20  # of edges and rows that are found at once: 8 MiB for each array
_MOST_TOUCHED = 1 << 28  # pixels that the steps of a brush look at in all: about two seconds


def polygon_mask(shape: tuple[int, int], vertices: Any) -> np.ndarray:
    """The pixels inside a closed polygon or lasso, by the even-odd rule.

    A pixel is inside if the ray from its centre to the left crosses an odd number of edges, so that a path that crosses
    itself has holes, as browsers fill it. Of two polygons with a common edge, a centre on it belongs to exactly one: an
    edge has the centres on it that are at its left end, and its upper vertex, but not its lower one.

    Args:
        shape: the (h, w) of the photograph.
        vertices: (n, 2) places (x, y), 3 to 10,000; the last is joined to the first.

    Returns:
        (h, w) bool; all False where no centre is inside.

    Raises:
        ValueError, TypeError: fewer than three vertices, too many, or no finite numbers.

    >>> polygon_mask((3, 4), [(0, 0), (3, 0), (3, 2), (0, 2)]).astype(int).tolist()
    [[1, 1, 1, 0], [1, 1, 1, 0], [0, 0, 0, 0]]
    """
    height, width = _photo_size(shape)
    corners = _places("vertices", vertices, 3)
    upper, lower = _downward_edges(corners)
    flips = np.zeros(height * (width + 1), np.int64)
    for part in _in_parts(upper, lower, height):
        flips += np.bincount(_crossings(*part, height, width), minlength=len(flips))
    inside: np.ndarray = np.cumsum(flips.reshape(height, width + 1), axis=1)[:, :width] % 2 == 1
    return inside


def rectangle_mask(shape: tuple[int, int], corner: Any, opposite: Any) -> np.ndarray:
    """The pixels whose centres lie in a rectangle with vertical and horizontal sides, or on its border.

    Args:
        shape: the (h, w) of the photograph.
        corner, opposite: two opposite corners (x, y), in any order.

    Returns:
        (h, w) bool.

    >>> rectangle_mask((2, 4), (2.5, 0.0), (0.5, 0.9)).astype(int).tolist()
    [[0, 1, 1, 0], [0, 0, 0, 0]]
    """
    height, width = _photo_size(shape)
    corners = np.concatenate([_places("corner", [corner], 1), _places("opposite", [opposite], 1)])
    (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
    columns, rows = np.arange(width), np.arange(height)
    across, down = (left <= columns) & (columns <= right), (top <= rows) & (rows <= bottom)
    inside: np.ndarray = down[:, None] & across
    return inside


def brush_mask(shape: tuple[int, int], path: Any, width: float) -> np.ndarray:
    """The pixels whose centres are at most half a width away from a path.

    Args:
        shape: the (h, w) of the photograph.
        path: (n, 2) places (x, y), 1 to 10,000, joined by straight lines; a single one is a dot.
        width: of the brush in pixels, above 0.

    Returns:
        (h, w) bool.

    Raises:
        ValueError: a path so long, with a brush so wide, that it would take minutes.

    >>> brush_mask((3, 4), [(1, 1), (3, 1)], 1.0).astype(int).tolist()
    [[0, 0, 0, 0], [0, 1, 1, 1], [0, 0, 0, 0]]
    """
    size = _photo_size(shape)
    radius = real("width", width, above=0, at_most=FARTHEST) / 2
    places = _places("path", path, 1)
    starts, ends = (places[:-1], places[1:]) if len(places) > 1 else (places, places)
    boxes = _boxes(starts, ends, radius, size)
    drawn = np.zeros(size, bool)
    for start, end, (left, top, right, bottom) in zip(starts, ends, boxes.tolist(), strict=True):
        near = _near_step(np.arange(left, right), np.arange(top, bottom)[:, None], start, end, radius)
        drawn[top:bottom, left:right] |= near
    return drawn


def _photo_size(shape: Any) -> tuple[int, int]:
    height, width = image_size(shape)
    at_most("h × w", height * width, MOST_PIXELS, "draw on a smaller copy of the photograph")
    return height, width


def _places(name: str, places: Any, fewest: int) -> np.ndarray:
    found = numbers(name, places)
    if found.ndim != 2 or found.shape[1] != 2 or not fewest <= len(found) <= MOST_VERTICES:
        raise ValueError(
            f"{name} must be places (x, y), {fewest} to {MOST_VERTICES:,} of them, got shape {found.shape}; "
            "give one row of two numbers a place"
        )
    if np.abs(found).max() > FARTHEST:
        raise ValueError(
            f"{name} must be within {FARTHEST:g} pixels, got {np.abs(found).max():g}; give pixels of the photograph"
        )
    return found


def _downward_edges(corners: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The upper and the lower end of each edge that is not horizontal, (edges, 2) each."""
    following = np.roll(corners, -1, axis=0)
    down = (corners[:, 1] < following[:, 1])[:, None]
    upper, lower = np.where(down, corners, following), np.where(down, following, corners)
    slanting = upper[:, 1] < lower[:, 1]
    return upper[slanting], lower[slanting]


def _in_parts(upper: np.ndarray, lower: np.ndarray, height: int) -> list[tuple[np.ndarray, np.ndarray]]:
    parts = max(1, min(len(upper), len(upper) * height // _CROSSINGS))
    return list(zip(np.array_split(upper, parts), np.array_split(lower, parts), strict=True))


def _crossings(upper: np.ndarray, lower: np.ndarray, height: int, width: int) -> np.ndarray:
    """For each edge and each row that it crosses, the first pixel to the right of it, in rows of width + 1."""
    first, last = (np.clip(np.ceil(ends[:, 1]), 0, height).astype(np.intp) for ends in (upper, lower))
    lengths = last - first
    edge = np.repeat(np.arange(len(upper)), lengths)
    row = np.arange(len(edge)) - np.repeat(np.cumsum(lengths) - lengths, lengths) + first[edge]
    across, down = (lower - upper)[edge].T
    left, fall = upper[edge, 0], row - upper[edge, 1]
    # of short fractions the product is exact, and so is the quotient where it leads to the centre of a pixel
    column = np.ceil(left + fall * across / down)
    found: np.ndarray = row * (width + 1) + np.clip(column, 0, width).astype(np.intp)
    return found


def _boxes(starts: np.ndarray, ends: np.ndarray, radius: float, size: tuple[int, int]) -> np.ndarray:
    """The pixels that each step can reach: (steps, 4) first column, first row, and those after the last ones."""
    limits = np.array(size[::-1])
    first = np.clip(np.ceil(np.minimum(starts, ends) - radius), 0, limits)
    beyond = np.clip(np.floor(np.maximum(starts, ends) + radius) + 1, first, limits)
    touched = int((beyond - first).prod(axis=1).sum())
    at_most("pixels that the brush passes", touched, _MOST_TOUCHED, "take a narrower one, or fewer places")
    return np.concatenate([first, beyond], axis=1).astype(np.intp)


def _near_step(x: np.ndarray, y: np.ndarray, start: np.ndarray, end: np.ndarray, radius: float) -> np.ndarray:
    """Whether places are at most a radius away from a straight step, without square roots."""
    (across, down), square = end - start, radius**2
    length = across**2 + down**2
    right, below = x - start[0], y - start[1]
    along, aside = right * across + below * down, right * down - below * across
    beside = (along >= 0) & (along <= length) & (aside**2 <= square * length) & (length > 0)
    near: np.ndarray = beside | (right**2 + below**2 <= square)
    near |= (x - end[0]) ** 2 + (y - end[1]) ** 2 <= square
    return near
