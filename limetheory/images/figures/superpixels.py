"""Borders and numbers of superpixels on a photograph."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from limetheory.figure_text import drawable
from limetheory.images.figures.layout import Size

_USUAL = Size(4.0, 2.7)
"""The size of a panel of which nothing is said, in inches."""
_LETTER, _LINE, _AROUND = 0.07, 0.13, 0.07  # inches: a number's letters, its height, the space about it
_LONGEST = 9  # letters of a name that is written on its superpixel; a convention


def superpixel_borders(axes: Axes, segments: np.ndarray, colour: str, width: float = 0.8) -> None:
    """Draw the borders between superpixels; neighbouring edges of pixels on one straight line are drawn as one."""
    row, left, right = _runs(segments[1:] != segments[:-1])
    column, top, bottom = _runs((segments[:, 1:] != segments[:, :-1]).T)
    across = np.stack([left - 0.5, row + 0.5, right - 0.5, row + 0.5], axis=1)
    down = np.stack([column + 0.5, top - 0.5, column + 0.5, bottom - 0.5], axis=1)
    lines = np.concatenate([across, down]).reshape(-1, 2, 2)
    axes.add_collection(LineCollection(list(lines), colors=colour, linewidths=width, capstyle="round"))


def _runs(marked: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The row, the first column and the column after the last one of every run of marked pixels."""
    steps = np.diff(np.pad(marked, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    row, start = np.nonzero(steps == 1)
    return row, start, np.nonzero(steps == -1)[1]


def superpixel_numbers(
    axes: Axes,
    segments: np.ndarray,
    superpixels: Iterable[int],
    names: Sequence[str] | None = None,
    size: Size = _USUAL,
) -> None:
    """Write the number of each superpixel where it is widest, in the given order, unless it would cover another.

    Args:
        axes: what the photograph is drawn on.
        segments: label map, (h, w).
        superpixels: whose numbers are wanted, the most important first.
        names: what stands in place of the numbers; None writes them.
        size: of the photograph on the figure.
    """
    written = np.empty((0, 3))
    scale = np.array([size.height, size.width]) / segments.shape  # inches of a pixel
    for j in superpixels:
        label = str(j) if names is None else _short(names[j])
        row, column = _widest(segments == j)
        place = np.array([row * scale[0], column * scale[1], _LETTER * len(label) + _AROUND])
        across = np.abs(written[:, 1] - place[1]) < (written[:, 2] + place[2]) / 2
        if (across & (np.abs(written[:, 0] - place[0]) < _LINE + _AROUND)).any():
            continue
        written = np.vstack([written, place])
        axes.text(column, row, label, fontsize=7, color="white", ha="center", va="center", parse_math=False,
                  bbox={"facecolor": "black", "alpha": 0.55, "pad": 1, "lw": 0})  # fmt: skip


def _short(name: str) -> str:
    words = drawable(name)
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"


def _widest(inside: np.ndarray) -> tuple[int, int]:
    """Row and column of the pixel that is farthest from the outside of a region; of several such pixels the first."""
    from scipy.ndimage import distance_transform_edt

    rows, columns = (np.flatnonzero(inside.any(axis=axis)) for axis in (1, 0))
    box = inside[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    depth = distance_transform_edt(np.pad(box, 1))[1:-1, 1:-1]
    row, column = np.unravel_index(depth.argmax(), depth.shape)
    return int(rows[0] + row), int(columns[0] + column)
