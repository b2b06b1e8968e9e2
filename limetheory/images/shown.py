"""How the explanation of an image is shown: the figure of `plot`, and the heat map of notebooks."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np

from limetheory.explanation.rendering import figure_of, picture_of
from limetheory.images.explanation import ImageExplanation

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_INCHES, _DPI = 3.0, 96  # the width of a picture in a notebook, and its dots per inch; conventions
_NUMBERED = 5  # how many superpixels have their number written on them; a convention


@figure_of.register(ImageExplanation)
def image_figure(found: ImageExplanation, level: float) -> Figure:
    """Heat map, bars with intervals, and the most positive superpixels."""
    from limetheory.images.figures.explanation import explanation_figure

    return explanation_figure(found, f"class {found.target}, output {found.outputs[found.target]:.3g}", level=level)


@picture_of.register(ImageExplanation)
def heat_map_picture(found: ImageExplanation) -> bytes | None:
    """The heat map over the photograph as a PNG; None where matplotlib is missing."""
    try:
        from matplotlib.colors import Normalize
        from matplotlib.figure import Figure
    except ImportError:
        return None
    from limetheory.images.figures.explanation import heatmap

    height, width = found.segments.shape
    figure = Figure(figsize=(_INCHES, _INCHES * min(height / width, 2.0)), dpi=_DPI, layout="constrained")
    axes, bound = figure.subplots(), float(np.abs(found.coefficients).max()) or 1.0
    heatmap(axes, found, Normalize(-bound, bound), _NUMBERED)
    axes.set_title("")
    axes.set_axis_off()
    picture = io.BytesIO()
    figure.savefig(picture, format="png")
    return picture.getvalue()
