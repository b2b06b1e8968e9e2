"""How the explanation of an image is shown: the figure of `plot`, and the heat map of notebooks."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np

from limetheory.explanation.rendering import figure_of, picture_of
from limetheory.images.explanation import ImageExplanation
from limetheory.shown_numbers import plain

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_INCHES, _DPI = 3.0, 96  # the side of a square picture in a notebook, and its dots per inch; conventions
_NUMBERED = 5  # how many superpixels have their number written on them; a convention


@figure_of.register(ImageExplanation)
def image_figure(found: ImageExplanation, level: float) -> Figure:
    """Heat map, bars with intervals, and the most positive superpixels."""
    from limetheory.images.figures.explanation import explanation_figure

    return explanation_figure(found, f"class {found.target}, output {plain(found.outputs[found.target])}", level=level)


@picture_of.register(ImageExplanation)
def heat_map_picture(found: ImageExplanation) -> bytes | None:
    """The heat map over the photograph as a PNG; None where matplotlib is missing."""
    try:
        from matplotlib.colors import Normalize
        from matplotlib.figure import Figure
    except ImportError:
        return None
    from limetheory.images.figures.heat import heatmap
    from limetheory.images.figures.layout import picture_size

    height, width = found.segments.shape
    size = picture_size(height / width, _INCHES**2, 2 * _INCHES, 2 * _INCHES)
    figure = Figure(figsize=size, dpi=_DPI, layout="constrained")
    axes, bound = figure.subplots(), float(np.abs(found.coefficients).max()) or 1.0
    heatmap(axes, found, Normalize(-bound, bound), _NUMBERED, size)
    axes.set_title("")
    axes.set_axis_off()
    picture = io.BytesIO()
    figure.savefig(picture, format="png")
    return picture.getvalue()
