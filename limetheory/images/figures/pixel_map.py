"""The picture of a map by pixels: its values, and how far each may be off."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from limetheory.arrays import Bools, HeatMap
from limetheory.explanation.bars import HEAT_COLOURS, UNIT, panel_title
from limetheory.images.figures.layout import COLOUR_BAR, TITLE, WIDE, Size, picture_size
from limetheory.images.figures.outlines import colour_bar, outlines

ERROR_COLOURS = "viridis"

# In inches; conventions, chosen by eye.
_AREA, _WIDEST, _TALLEST = 15.0, 10.0, 7.5


def pixel_map_figure(
    values: HeatMap, standard_errors: HeatMap, region: Bools, image: np.ndarray, title: str, unit: str = UNIT
) -> Figure:
    """Draw a map, its image's outlines and the pixels that may have the largest value, and the standard errors.

    Args:
        values: of the pixels, (h, w).
        standard_errors: of the values, (h, w); those that are not finite stay blank.
        region: the pixels that may have the largest value, (h, w) bool; outlined where it is not all of them.
        image: (h, w, 3) in [0, 1].
        title: what stands over the map.
        unit: of the values.
    """
    size = picture_size(values.shape[0] / values.shape[1], _AREA, _WIDEST, _TALLEST)
    figure, (left, errors) = _panels(size)
    _values(left, values, region, image)
    panel_title(left, title, size.column)
    shown = errors.imshow(np.where(np.isfinite(standard_errors), standard_errors, np.nan), ERROR_COLOURS)
    panel_title(errors, "standard error of each pixel", size.column)
    for axes, picture, name in ((left, left.images[0], "value"), (errors, shown, "standard error")):
        axes.set_axis_off()
        colour_bar(picture, axes, unit, size, name)
    return figure


def _panels(size: Size) -> tuple[Figure, tuple[Axes, Axes]]:
    """The figure, and its panels: beside each other, or below each other for a wide photograph."""
    rows, columns = (2, 1) if size.height < WIDE * size.width else (1, 2)
    inches = columns * (size.column + COLOUR_BAR), rows * (max(size.height, TITLE) + 2 * TITLE)
    figure = Figure(figsize=inches, layout="constrained")
    values, errors = figure.subplots(rows, columns).ravel()
    return figure, (values, errors)


def _values(axes: Axes, values: HeatMap, region: Bools, image: np.ndarray) -> None:
    axes.imshow(values, cmap=HEAT_COLOURS, norm=_scale(values))
    outlines(axes, image)
    if not region.all():
        axes.contour(region, levels=[0.5], colors="black", linewidths=1.2)
    row, column = np.unravel_index(np.argmax(values), values.shape)
    axes.plot(column, row, marker="+", color="black", markersize=9)


def _scale(values: np.ndarray) -> Normalize:
    """White at 0 where the map has both signs, else over its own range."""
    low, high = float(values.min()), float(values.max())
    if low < 0 < high:
        bound = max(-low, high)
        return Normalize(-bound, bound)
    return Normalize(low, high if high > low else low + 1.0)
