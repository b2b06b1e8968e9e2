"""The picture of the explanations of several classes of one image."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from limetheory.explanation.bars import BARS, UNIT
from limetheory.explanation.classes import classes_figure
from limetheory.images.explanation import ImageExplanation
from limetheory.images.figures.heat import heatmap
from limetheory.images.figures.layout import COLOUR_BAR, TITLE, picture_size
from limetheory.images.figures.outlines import colour_bar

_AREA, _WIDEST, _TALLEST = 14.0, 8.0, 6.0  # inches; conventions, chosen by eye


def image_classes_figure(
    explanations: Sequence[ImageExplanation], titles: Sequence[str], aspect: float, level: float, unit: str = UNIT
) -> Figure:
    """The heat map and the bars of each class, one class below the other; all heat maps have the same colours.

    Args:
        explanations: of the classes of one image, at least one.
        titles: what is explained, one line for each.
        aspect: height over width of the photograph before it was resized.
        level: of the intervals, in (0, 1).
        unit: of the coefficients, such as "probability".
    """
    height, width = explanations[0].segments.shape
    size = picture_size(aspect, _AREA, _WIDEST, _TALLEST)
    bound = max(float(np.abs(found.coefficients).max()) for found in explanations) or 1.0

    def draw_map(axes: Axes, number: int) -> None:
        shown = heatmap(axes, explanations[number], Normalize(-bound, bound), BARS, size)
        colour_bar(shown, axes, unit, size)
        axes.set_aspect(aspect / (height / width))
        axes.set_axis_off()

    inches = size.column + COLOUR_BAR, size.height + TITLE
    return classes_figure(explanations, titles, level, "superpixel", draw_map, inches, unit)
