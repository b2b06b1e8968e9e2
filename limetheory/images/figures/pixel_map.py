"""The picture of a map by pixels: its values, and how far each may be off."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from limetheory.arrays import Bools, HeatMap
from limetheory.explanation.bars import HEAT_COLOURS

ERROR_COLOURS = "viridis"


def pixel_map_figure(values: HeatMap, standard_errors: HeatMap, region: Bools, image: np.ndarray, title: str) -> Figure:
    """Draw a map over its image with the pixels that may have the largest value, and the standard errors beside it.

    Args:
        values: of the pixels, (h, w).
        standard_errors: of the values, (h, w); those that are not finite stay blank.
        region: the pixels that may have the largest value, (h, w) bool; outlined where it is not all of them.
        image: (h, w, 3) in [0, 1].
        title: what stands over the map.
    """
    figure = Figure(figsize=(11, 4.8), layout="constrained")
    left, errors = figure.subplots(1, 2)
    _values(left, values, region, image)
    left.set_title(title, fontsize=10)
    shown = errors.imshow(np.where(np.isfinite(standard_errors), standard_errors, np.nan), ERROR_COLOURS)
    errors.set_title("standard error of each pixel", fontsize=10)
    for axes, picture in ((left, left.images[-1]), (errors, shown)):
        axes.set_axis_off()
        figure.colorbar(picture, ax=axes, shrink=0.8)
    return figure


def _values(axes: Axes, values: HeatMap, region: Bools, image: np.ndarray) -> None:
    axes.imshow(0.3 + 0.7 * image.mean(axis=2), cmap="gray", vmin=0, vmax=1)
    axes.imshow(values, cmap=HEAT_COLOURS, norm=_scale(values), alpha=0.65)
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
