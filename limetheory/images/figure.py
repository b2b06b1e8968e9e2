"""The picture of an image explanation."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from limetheory.images.explain import ImageExplanation

BARS = 15
_POSITIVE, _NEGATIVE = "#B35806", "#542788"


def explanation_figure(
    found: ImageExplanation, title: str, aspect: float | None = None, level: float = 0.95, top: int = 5
) -> Figure:
    """Heatmap over the photograph, bar chart with intervals, and the most positive superpixels.

    Args:
        found: the explanation.
        title: what is explained, such as "espresso, p = 0.90".
        aspect: height over width of the photograph before it was resized; None keeps the image's own.
        level: of the intervals, in (0, 1).
        top: how many positive superpixels the last panel shows at most.
    """
    figure = Figure(figsize=(15, 4.6), layout="constrained")
    heat, bars, best = figure.subplots(1, 3, width_ratios=[1.25, 1.1, 1])
    height, width = found.segments.shape
    stretch = (aspect or height / width) / (height / width)
    _heatmap(figure, heat, found)
    _bars(bars, found, level)
    _best(best, found, top)
    for axes in (heat, best):
        axes.set_aspect(stretch)
        axes.set_axis_off()
    figure.suptitle(title, parse_math=False)
    return figure


def superpixel_borders(axes: Axes, segments: np.ndarray, colour: str, width: float = 0.8) -> None:
    """Draw the edges between pixels of different superpixels as lines."""
    rows, columns = np.nonzero(segments[1:] != segments[:-1])
    across = [[(x - 0.5, y + 0.5), (x + 0.5, y + 0.5)] for y, x in zip(rows, columns, strict=True)]
    rows, columns = np.nonzero(segments[:, 1:] != segments[:, :-1])
    down = [[(x + 0.5, y - 0.5), (x + 0.5, y + 0.5)] for y, x in zip(rows, columns, strict=True)]
    axes.add_collection(LineCollection([*across, *down], colors=colour, linewidths=width, capstyle="round"))


def superpixel_numbers(axes: Axes, segments: np.ndarray, superpixels: Iterable[int]) -> None:
    """Write the number of each superpixel at its pixel nearest to its centre."""
    for j in superpixels:
        pixels = np.argwhere(segments == j)
        row, column = pixels[((pixels - pixels.mean(axis=0)) ** 2).sum(axis=1).argmin()]
        axes.text(column, row, str(j), fontsize=7, color="white", ha="center", va="center",
                  bbox={"facecolor": "black", "alpha": 0.55, "pad": 1, "lw": 0})  # fmt: skip


def _heatmap(figure: Figure, axes: Axes, found: ImageExplanation) -> None:
    grey = found.masked.image.mean(axis=2)
    bound = float(np.abs(found.coefficients).max()) or 1.0
    axes.imshow(grey, cmap="gray", vmin=0, vmax=1)
    shown = axes.imshow(found.heatmap(), cmap="PuOr_r", vmin=-bound, vmax=bound, alpha=0.65)
    superpixel_borders(axes, found.segments, "white", 0.6)
    superpixel_numbers(axes, found.segments, np.argsort(-np.abs(found.coefficients))[:BARS])
    axes.set_title("coefficient of each superpixel", fontsize=10)
    figure.colorbar(shown, ax=axes, shrink=0.8)


def _bars(axes: Axes, found: ImageExplanation, level: float) -> None:
    order = np.argsort(-np.abs(found.coefficients))[:BARS][::-1]
    coefficients, reach = (
        found.coefficients[order],
        found.interval(level)[order, 1] - found.coefficients[order],
    )
    known = np.isfinite(reach)
    colours = np.where(known, np.where(coefficients >= 0, _POSITIVE, _NEGATIVE), "none")
    axes.barh(range(len(order)), coefficients, color=colours, edgecolor=np.where(known, "none", "black"))
    axes.errorbar(coefficients[known], np.flatnonzero(known), xerr=reach[known], fmt="none",
                  ecolor="black", capsize=2, lw=1)  # fmt: skip
    axes.axvline(0, color="black", lw=0.8)
    axes.set_yticks(range(len(order)), [str(j) for j in order], fontsize=8)
    unknown = "" if known.all() else " (hollow: not determined by the masks)"
    axes.set(xlabel=f"coefficient with {100 * level:g} % interval{unknown}", ylabel="superpixel")
    axes.set_title(f"largest {len(order)} of {found.d} in size, {found.n_evaluations} evaluations", fontsize=10)


def _best(axes: Axes, found: ImageExplanation, top: int) -> None:
    order = [int(j) for j in np.argsort(-found.coefficients)[:top] if found.coefficients[j] > 0]
    kept = np.isin(found.segments, order)[..., None]
    axes.imshow(np.where(kept, found.masked.image, 0.25 * found.masked.image + 0.6))
    superpixel_numbers(axes, found.segments, order)
    axes.set_title(f"{len(order)} most positive superpixels", fontsize=10)
