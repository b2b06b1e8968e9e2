"""The heat map: the colour of each superpixel's coefficient over the luminance of the photograph."""

from __future__ import annotations

import base64
import io
from typing import Any, NamedTuple

import numpy as np

from limetheory.app.figures.borders import borders
from limetheory.app.figures.colours import signed_colours
from limetheory.images.segmentation.label_map import enlarged

_LUMINANCE = np.array([0.2126, 0.7152, 0.0722])  # of red, green and blue, Rec. 709
_NOTHING = 1e-9  # coefficients of this size are rounding and stay white; a convention
_OPACITY = 0.68  # of the colours; a convention
_FINEST = 240  # the longest side of the map that a pointer is looked up in; a convention


class HeatMap(NamedTuple):
    """A picture, and a coarser map that knows the superpixel under a pointer.

    Attributes:
        picture: a JPEG as an address that holds it.
        aspect: width over height.
        labels: rows of superpixels, two bytes each (the lower first), as base64.
        columns: superpixels in a row of ``labels``.
    """

    picture: str
    aspect: float
    labels: str
    columns: int


def heat_map(preview: bytes, explanation: Any, bound: float | None = None) -> HeatMap:
    """The heat map over the photograph.

    Args:
        preview: the photograph, a JPEG.
        explanation: an `ImageExplanation`.
        bound: the coefficient that has the strongest colour, so that several maps have one scale; None is the largest
            absolute one.
    """
    picture = _overlaid(_pixels(preview), explanation, largest_of(explanation) if bound is None else bound)
    height, width = picture.shape[:2]
    labels = _coarse(explanation.segments, height, width)
    packed = base64.b64encode(labels.astype("<u2").tobytes()).decode()
    return HeatMap(_jpeg(picture), width / height, packed, labels.shape[1])


def largest_of(*explanations: Any) -> float:
    """The largest absolute coefficient of several explanations."""
    return max(float(np.abs(one.coefficients).max()) for one in explanations)


def _overlaid(pixels: np.ndarray, explanation: Any, bound: float) -> np.ndarray:
    """The photograph's luminance under the coefficients' colours, with the borders of the superpixels, (h, w, 3)."""
    grey = (pixels @ _LUMINANCE)[..., None]
    labels = enlarged(explanation.segments, pixels.shape[:2])
    colours = signed_colours(explanation.coefficients / max(bound, _NOTHING))[labels]
    picture = (1 - _OPACITY) * (0.25 + 0.75 * grey) + _OPACITY * colours * (0.55 + 0.45 * grey)
    picture[borders(labels)] = 1.0
    shown: np.ndarray = (255 * picture.clip(0, 1)).astype(np.uint8)
    return shown


def _coarse(labels: np.ndarray, height: int, width: int) -> np.ndarray:
    """The label map with as many rows and columns as a pointer can tell apart."""
    scale = min(1.0, _FINEST / max(height, width))
    return enlarged(labels, (max(1, round(height * scale)), max(1, round(width * scale))))


def _pixels(preview: bytes) -> np.ndarray:
    from PIL import Image

    return np.asarray(Image.open(io.BytesIO(preview)).convert("RGB")) / 255


def _jpeg(picture: np.ndarray) -> str:
    from PIL import Image

    content = io.BytesIO()
    Image.fromarray(picture).save(content, "JPEG", quality=90)
    return data_url(content.getvalue(), "image/jpeg")


def data_url(content: bytes, kind: str) -> str:
    """The bytes of a picture as an address that holds them."""
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"
