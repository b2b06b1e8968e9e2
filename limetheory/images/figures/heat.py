"""Heat maps in the colours of their colour bar, with the outlines of the photograph."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize

from limetheory.explanation.bars import HEAT_COLOURS, panel_title
from limetheory.images.explanation import ImageExplanation
from limetheory.images.figures.layout import Size
from limetheory.images.figures.outlines import outlines
from limetheory.images.figures.superpixels import superpixel_borders, superpixel_numbers

_BORDER = "#555555"


def heatmap(
    axes: Axes, found: ImageExplanation, scale: Normalize, numbered: int, size: Size | None = None
) -> ScalarMappable:
    """Draw the coefficients, the photograph's outlines, and the numbers of those of largest absolute value.

    Args:
        axes: where to draw.
        found: the explanation.
        scale: of the colours.
        numbered: how many superpixels have their number, or their name, written on them.
        size: of the photograph on the figure; None takes a usual one.
    """
    shown = axes.imshow(found.heatmap(), cmap=HEAT_COLOURS, norm=scale, interpolation="nearest")
    outlines(axes, found.masked.colours)
    superpixel_borders(axes, found.segments, _BORDER, 0.6)
    order = np.argsort(-np.abs(found.coefficients))[:numbered]
    superpixel_numbers(axes, found.segments, order, found.names, *(() if size is None else (size,)))
    title = f"coefficient of each {'superpixel' if found.map_masks is None else 'pixel'}"
    panel_title(axes, title, Size(4.0, 2.7).column if size is None else size.column)
    return shown
