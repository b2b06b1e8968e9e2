"""The picture of an image explanation."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from limetheory.explanation.bars import BARS, UNIT, coefficient_bars, panel_title
from limetheory.figure_text import fitted
from limetheory.images.explanation import ImageExplanation
from limetheory.images.figures.heat import heatmap
from limetheory.images.figures.layout import BARS_HEIGHT, BARS_WIDTH, COLOUR_BAR, TITLE, WIDE, Size, picture_size
from limetheory.images.figures.outlines import colour_bar
from limetheory.images.figures.superpixels import superpixel_numbers

# In inches; conventions, chosen by eye.
_AREA, _WIDEST, _TALLEST = 15.0, 10.0, 7.5
_POINTS = 12.0  # of the title's letters
_EDGE = 0.8  # the share of its column that the panel at the figure's edge keeps beside bars and labels; a convention


def explanation_figure(
    found: ImageExplanation,
    title: str,
    aspect: float | None = None,
    level: float = 0.95,
    top: int = 5,
    unit: str = UNIT,
) -> Figure:
    """Draw the heatmap with the photograph's outlines, a bar chart with intervals, and what speaks most for the class.

    The colours are those of the colour bar; how dark the photograph is does not change them. The last panel shows the
    superpixels of largest coefficient among those whose interval lies above 0, and none where there is none.

    Args:
        found: the explanation.
        title: what is explained, such as "espresso, p = 0.90"; it is broken and cut where it is long.
        aspect: height over width of the photograph before it was resized; None keeps the image's own.
        level: the level of the intervals, in (0, 1).
        top: the largest number of superpixels in the last panel.
        unit: of the coefficients, such as "probability".
    """
    height, width = found.segments.shape
    aspect = aspect or height / width
    size = picture_size(aspect, _AREA, _WIDEST, _TALLEST)
    figure, (heat, bars, best) = _panels(size, aspect < WIDE)
    bound = float(np.abs(found.coefficients).max()) or 1.0
    shown = heatmap(heat, found, Normalize(-bound, bound), BARS, size)
    colour_bar(shown, heat, unit, size)
    coefficient_bars(bars, found, level, "superpixel", unit)
    _best(best, found, top, level, size)
    for axes in (heat, best):
        axes.set_aspect(aspect / (height / width))
        axes.set_axis_off()
    figure.suptitle(fitted(title, figure.get_figwidth() - 0.4, _POINTS), fontsize=_POINTS, parse_math=False)
    return figure


def significant(found: ImageExplanation, level: float) -> np.ndarray:
    """The superpixels whose `asked_interval` lies above 0, those of largest coefficient first."""
    order = np.argsort(-found.coefficients)
    above: np.ndarray = order[found.asked_interval(level)[order, 0] > 0]
    return above


def _panels(size: Size, wide: bool) -> tuple[Figure, tuple[Axes, Axes, Axes]]:
    """The figure, and its panels for heat map, bars and best superpixels."""
    if not wide:
        widths = size.column + COLOUR_BAR, BARS_WIDTH, size.column
        high = max(size.height, BARS_HEIGHT) + 2 * TITLE
        figure = Figure(figsize=(sum(widths), high), layout="constrained")
        heat, bars, best = figure.subplots(1, 3, width_ratios=widths)
        return figure, (heat, bars, best)
    heights = size.height + 2 * TITLE, size.height + TITLE, BARS_HEIGHT + TITLE
    figure = Figure(figsize=(size.width, sum(heights) + TITLE), layout="constrained")
    rows = figure.add_gridspec(3, 1, height_ratios=heights)
    heat, bars, best = (figure.add_subplot(rows[row]) for row in (0, 2, 1))
    return figure, (heat, bars, best)


def _best(axes: Axes, found: ImageExplanation, top: int, level: float, size: Size) -> None:
    order = significant(found, level)[:top]
    kept = np.isin(found.segments, order)[..., None]
    axes.imshow(np.where(kept, found.masked.colours, 0.25 * found.masked.colours + 0.6))
    superpixel_numbers(axes, found.segments, order, found.names, size)
    which = f"{len(order)} most positive superpixels" if len(order) != 1 else "the one positive superpixel"
    none = "no superpixel is significantly positive"
    panel_title(axes, f"{which}, significant at {100 * level:g} %" if len(order) else none, _EDGE * size.column)
