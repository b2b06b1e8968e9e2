"""The picture of a map by pixels: its values, and how far each may be off."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from limetheory.images.figures.explanation import HEAT_COLOURS
from limetheory.images.pixel_map import PixelMap

ERROR_COLOURS = "viridis"


def pixel_map_figure(found: PixelMap, image: np.ndarray, level: float) -> Figure:
    """Draw the map over the image with the pixels that may have its largest value, and the standard errors beside it.

    Args:
        found: the map.
        image: (h, w, 3) in [0, 1].
        level: of `PixelMap.maximum_region`, in (0, 1).
    """
    if image.shape[:2] != found.values.shape:
        raise ValueError(
            f"image must have the size of the map, {found.values.shape}, got {image.shape[:2]}; give the one explained"
        )
    figure = Figure(figsize=(11, 4.8), layout="constrained")
    values, errors = figure.subplots(1, 2)
    _values(values, found, image, level)
    shown = errors.imshow(np.where(np.isfinite(found.standard_errors), found.standard_errors, np.nan), ERROR_COLOURS)
    errors.set_title("standard error of each pixel", fontsize=10)
    for axes, picture in ((values, values.images[-1]), (errors, shown)):
        axes.set_axis_off()
        figure.colorbar(picture, ax=axes, shrink=0.8)
    return figure


def _values(axes: Axes, found: PixelMap, image: np.ndarray, level: float) -> None:
    axes.imshow(0.3 + 0.7 * image.mean(axis=2), cmap="gray", vmin=0, vmax=1)
    axes.imshow(found.values, cmap=HEAT_COLOURS, norm=_scale(found.values), alpha=0.65)
    row, column = found.largest
    region = found.maximum_region(level)
    if not region.all():
        axes.contour(region, levels=[0.5], colors="black", linewidths=1.2)
    axes.plot(column, row, marker="+", color="black", markersize=9)
    low, high = found.maximum_interval(level)
    axes.set_title(f"largest {found.values[row, column]:.3g}, {100 * level:g} % {low:.3g} … {high:.3g}", fontsize=10)


def _scale(values: np.ndarray) -> Normalize:
    """White at 0 where the map has both signs, else over its own range."""
    low, high = float(values.min()), float(values.max())
    if low < 0 < high:
        bound = max(-low, high)
        return Normalize(-bound, bound)
    return Normalize(low, high if high > low else low + 1.0)
