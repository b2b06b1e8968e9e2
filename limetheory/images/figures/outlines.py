"""What stands about the colours of a map: the outlines of the photograph, and the colour bar."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable

from limetheory.images.figures.layout import WIDE, Size

# Of outlines: the blur in pixels, the share of slopes below the steepest one that counts, the share of that slope which
# is no line yet, and the opacity of the steepest; conventions, chosen by eye.
_BLUR, _STEEPEST, _LEFT_OUT, _OPACITY = 0.7, 0.96, 0.3, 0.5
_FLAT = 1e-6  # a slope that is rounding


def colour_bar(shown: ScalarMappable, axes: Axes, unit: str, size: Size, of: str = "coefficient") -> None:
    """Draw the colour bar of a map beside it, or below it where the photograph is wide.

    Args:
        shown: what `heatmap` returns.
        axes: what it was drawn on.
        unit: of the numbers.
        size: of the photograph on the figure.
        of: what the numbers are.
    """
    wide = size.height < WIDE * size.width
    place: dict[str, Any] = {"orientation": "horizontal", "aspect": 50, "shrink": 0.6} if wide else {"shrink": 0.85}
    axes.figure.colorbar(shown, ax=axes, label=f"{of} ({unit})", **place)


def outlines(axes: Axes, image: np.ndarray) -> None:
    """Draw where a photograph's brightness changes as grey lines, which leave the colours between them as they are.

    Args:
        axes: where to draw.
        image: (h, w, 3) in [0, 1].
    """
    axes.imshow(np.dstack([np.zeros(image.shape), _darkness(image.mean(axis=2))]), interpolation="nearest")


def _darkness(grey: np.ndarray) -> np.ndarray:
    """How opaque the lines are at each pixel, in [0, 1]; 0 everywhere on a photograph of one brightness."""
    from scipy.ndimage import gaussian_gradient_magnitude

    slope = gaussian_gradient_magnitude(grey, _BLUR)
    steepest = float(np.quantile(slope, _STEEPEST))
    relative = slope / steepest if steepest > _FLAT else np.zeros_like(slope)
    found: np.ndarray = _OPACITY * ((relative - _LEFT_OUT) / (1 - _LEFT_OUT)).clip(0, 1)
    return found
