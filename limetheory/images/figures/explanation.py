"""The picture of an image explanation."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import LineCollection
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from limetheory.explanation.bars import BARS, HEAT_COLOURS, coefficient_bars
from limetheory.images.explanation import ImageExplanation

_NUMBER_SHARE = 0.05, 0.075  # room for a number: its height and width as shares of a panel's; a convention


def explanation_figure(
    found: ImageExplanation, title: str, aspect: float | None = None, level: float = 0.95, top: int = 5
) -> Figure:
    """Draw the heatmap over the photograph, a bar chart with intervals, and the superpixels of largest coefficient.

    Args:
        found: the explanation.
        title: what is explained, such as "espresso, p = 0.90".
        aspect: height over width of the photograph before it was resized; None keeps the image's own.
        level: the level of the intervals, in (0, 1).
        top: the largest number of superpixels in the last panel, which shows only those of positive coefficient.
    """
    figure = Figure(figsize=(15, 4.6), layout="constrained")
    heat, bars, best = figure.subplots(1, 3, width_ratios=[1.25, 1.1, 1])
    height, width = found.segments.shape
    stretch = (aspect or height / width) / (height / width)
    bound = float(np.abs(found.coefficients).max()) or 1.0
    figure.colorbar(heatmap(heat, found, Normalize(-bound, bound), BARS), ax=heat, shrink=0.8)
    coefficient_bars(bars, found, level, "superpixel")
    _best(best, found, top)
    for axes in (heat, best):
        axes.set_aspect(stretch)
        axes.set_axis_off()
    figure.suptitle(title, parse_math=False)
    return figure


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


def superpixel_numbers(axes: Axes, segments: np.ndarray, superpixels: Iterable[int]) -> None:
    """Write the number of each superpixel where it is widest, in the given order, unless it would cover another."""
    written = np.empty((0, 2))
    for j in superpixels:
        place = _widest(segments == j)
        if (np.abs(written - place) < _NUMBER_SHARE * np.array(segments.shape)).all(axis=1).any():
            continue
        written = np.vstack([written, place])
        axes.text(place[1], place[0], str(j), fontsize=7, color="white", ha="center", va="center",
                  bbox={"facecolor": "black", "alpha": 0.55, "pad": 1, "lw": 0})  # fmt: skip


def _widest(inside: np.ndarray) -> tuple[int, int]:
    """Row and column of the pixel that is farthest from the outside of a region; of several such pixels the first."""
    from scipy.ndimage import distance_transform_edt

    rows, columns = (np.flatnonzero(inside.any(axis=axis)) for axis in (1, 0))
    box = inside[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    depth = distance_transform_edt(np.pad(box, 1))[1:-1, 1:-1]
    row, column = np.unravel_index(depth.argmax(), depth.shape)
    return int(rows[0] + row), int(columns[0] + column)


def heatmap(axes: Axes, found: ImageExplanation, scale: Normalize, numbered: int) -> ScalarMappable:
    """Draw the coefficients over the photograph in light grey, and the numbers of those of largest absolute value."""
    axes.imshow(0.3 + 0.7 * found.masked.colours.mean(axis=2), cmap="gray", vmin=0, vmax=1)
    shown = axes.imshow(found.heatmap(), cmap=HEAT_COLOURS, norm=scale, alpha=0.65)
    superpixel_borders(axes, found.segments, "white", 0.6)
    superpixel_numbers(axes, found.segments, np.argsort(-np.abs(found.coefficients))[:numbered])
    axes.set_title(f"coefficient of each {'superpixel' if found.map_masks is None else 'pixel'}", fontsize=10)
    return shown


def _best(axes: Axes, found: ImageExplanation, top: int) -> None:
    order = [int(j) for j in np.argsort(-found.coefficients)[:top] if found.coefficients[j] > 0]
    kept = np.isin(found.segments, order)[..., None]
    axes.imshow(np.where(kept, found.masked.colours, 0.25 * found.masked.colours + 0.6))
    superpixel_numbers(axes, found.segments, order)
    axes.set_title(f"{len(order)} most positive superpixels", fontsize=10)
