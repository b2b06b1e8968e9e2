"""From a shape that plotly.js drew in a browser to the mask of its pixels."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from limetheory.app.refusals import Refused
from limetheory.images.regions import brush_mask, polygon_mask, rectangle_mask

_NUMBER = r"-?\d+(?:\.\d*)?(?:e-?\d+)?"
_PATH = re.compile(rf"M{_NUMBER},{_NUMBER}(?:L{_NUMBER},{_NUMBER})*Z?")
_PLACE = re.compile(rf"({_NUMBER}),({_NUMBER})")
_LONGEST_PATH = 1 << 19  # characters; a lasso of 10,000 vertices has fewer
_UNKNOWN = "This drawing did not arrive whole. Draw it again."

Size = tuple[int, int]


def drawn_mask(drawing: Any, size: Size) -> np.ndarray:
    """The pixels of a drawing.

    Args:
        drawing: ``{"tool": name, "shape": shape, "scale": s}`` of the browser: a shape of plotly.js in pixels of the
            photograph, the centre of the first at (0, 0), and how many pixels of the screen one of them has.
        size: the (h, w) of the photograph.

    Returns:
        (h, w) bool.

    Raises:
        Refused: it is no such drawing, or no pixel is in it.
        ValueError: a path that is too long.

    >>> drawing = {"tool": "rectangle", "shape": {"x0": 0, "y0": 0, "x1": 1.2, "y1": 0.4}, "scale": 2}
    >>> drawn_mask(drawing, (2, 3)).astype(int).tolist()
    [[1, 1, 0], [0, 0, 0]]
    """
    found = drawing if isinstance(drawing, Mapping) else {}
    shape, tool = found.get("shape"), str(found.get("tool"))
    if not isinstance(shape, Mapping) or tool not in _MASKS:
        raise Refused(_UNKNOWN)
    mask = _MASKS[tool](shape, size, found.get("scale"))
    if not mask.any():
        raise Refused("No pixel lies in this drawing. Draw a larger one, inside the photograph.")
    return mask


def _polygon(shape: Mapping[str, Any], size: Size, scale: Any) -> np.ndarray:
    places = _places(shape)
    if len(places) < 3:
        raise Refused("An area needs three corners or more. Draw around it.")
    return polygon_mask(size, places)


def _rectangle(shape: Mapping[str, Any], size: Size, scale: Any) -> np.ndarray:
    x0, y0, x1, y1 = (_number(shape.get(name)) for name in ("x0", "y0", "x1", "y1"))
    return rectangle_mask(size, (x0, y0), (x1, y1))


def _brush(shape: Mapping[str, Any], size: Size, scale: Any) -> np.ndarray:
    line = shape.get("line")
    width = _number(line.get("width") if isinstance(line, Mapping) else None)
    if not _number(scale) > 0 or not width > 0:
        raise Refused(_UNKNOWN)
    return brush_mask(size, _places(shape), width / _number(scale))


_MASKS: Mapping[str, Callable[[Mapping[str, Any], Size, Any], np.ndarray]] = {
    "lasso": _polygon, "polygon": _polygon, "rectangle": _rectangle, "brush": _brush,
}  # fmt: skip


def _places(shape: Mapping[str, Any]) -> np.ndarray:
    """The vertices of a path "M1,2L3,4Z", (n, 2)."""
    path = shape.get("path")
    if not isinstance(path, str) or len(path) > _LONGEST_PATH or not _PATH.fullmatch(path):
        raise Refused(_UNKNOWN)
    return np.array(_PLACE.findall(path), dtype=float)


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) < 1e6:
        raise Refused(_UNKNOWN)
    return float(value)
