"""The pictures of a report, as bytes."""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING

import numpy as np

from limetheory.explanation.bars import UNIT
from limetheory.images.explanation import ImageExplanation
from limetheory.images.segmentation.segment import reduced

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_DPI = 160
_WIDTH, _MOST_HEIGHT = 6.0, 7.0  # inches
_QUALITY = 90  # of a JPEG, as Pillow counts


def photograph(pixels: np.ndarray) -> bytes:
    """The photograph as a JPEG, its longest side at most 1024 pixels.

    Args:
        pixels: (h, w, 3) in [0, 1].
    """
    from PIL import Image

    levels, file = np.round(255 * reduced(pixels)).astype(np.uint8), io.BytesIO()
    Image.fromarray(levels).save(file, format="JPEG", quality=_QUALITY)
    return file.getvalue()


def heat_map(found: ImageExplanation, pixels: np.ndarray, unit: str = UNIT) -> bytes:
    """The coefficients with the photograph's outlines as a PNG, in the photograph's shape.

    Args:
        found: the explanation.
        pixels: of the photograph, (h, w, 3).
        unit: of the coefficients.
    """
    from matplotlib.colors import Normalize
    from matplotlib.figure import Figure

    from limetheory.explanation.bars import BARS
    from limetheory.images.figures.heat import heatmap
    from limetheory.images.figures.layout import COLOUR_BAR, LEAST_WIDTH, picture_size
    from limetheory.images.figures.outlines import colour_bar

    height, width = found.segments.shape
    aspect = pixels.shape[0] / pixels.shape[1]
    size = picture_size(aspect, _WIDTH**2, _WIDTH - COLOUR_BAR, _MOST_HEIGHT)
    inches = size.width + COLOUR_BAR, max(size.height, LEAST_WIDTH / 2) + 0.3
    figure = Figure(figsize=inches, layout="constrained")
    axes, bound = figure.subplots(), float(np.abs(found.coefficients).max()) or 1.0
    shown = heatmap(axes, found, Normalize(-bound, bound), BARS, size)
    axes.set(title="", aspect=aspect / (height / width))
    axes.set_axis_off()
    colour_bar(shown, axes, unit, size)
    return _png(figure)


def bars(found: ImageExplanation, level: float, unit: str = UNIT) -> bytes:
    """The largest coefficients with intervals at ``level`` as a PNG."""
    from matplotlib.figure import Figure

    from limetheory.explanation.bars import BARS, coefficient_bars

    figure = Figure(figsize=(_WIDTH, 1.3 + 0.22 * min(found.d, BARS)), layout="constrained")
    coefficient_bars(figure.subplots(), found, level, "superpixel", unit)
    return _png(figure)


def _png(figure: Figure) -> bytes:
    file = io.BytesIO()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph")  # of letters that matplotlib's font lacks
        figure.savefig(file, format="png", dpi=_DPI)
    return file.getvalue()
