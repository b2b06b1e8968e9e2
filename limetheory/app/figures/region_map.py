"""The photograph with its regions as plotly.js draws on it: colours, borders of the superpixels, and names."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from limetheory.app.figures.bars import escaped
from limetheory.app.figures.borders import borders
from limetheory.app.figures.heat_map import data_url
from limetheory.images.regions import Regions
from limetheory.images.segmentation.label_map import at_pixels

PALETTE = ("#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7")
"""Colours that colour-blind people tell apart (Okabe and Ito 2008); names are written on the regions besides."""

_FILL, _SELECTED, _LINE, _PROPOSED = 70, 120, 230, 150  # opacities of 255; conventions
_WHITE = (255, 255, 255, 170)
_SIDE = 1400  # the longest side of the drawn borders in pixels; a convention
_DRAG: Mapping[str, Any] = {"lasso": "drawclosedpath", "rectangle": "drawrect", "brush": "drawopenpath"}
_LONGEST = 24  # characters of a name on the picture


@dataclass(frozen=True, eq=False)
class Drawn:
    """What is shown on the photograph.

    Attributes:
        regions: of the photograph.
        labels: (h, w) superpixels whose borders are drawn; None draws none.
        proposed: (h, w) bool, the object that is proposed; None proposes none.
        selected, hidden: names of regions.
    """

    regions: Regions
    labels: np.ndarray | None = None
    proposed: np.ndarray | None = None
    selected: Sequence[str] = ()
    hidden: Sequence[str] = ()


def colour_of(place: int) -> str:
    """The colour of a region by its place in the list."""
    return PALETTE[place % len(PALETTE)]


def region_map(preview: bytes, drawn: Drawn, tool: str, brush: int) -> dict[str, Any]:
    """A figure of plotly whose coordinates are the photograph's pixels, the centre of the first at (0, 0).

    Args:
        preview: the photograph, a JPEG.
        drawn: what is shown on it.
        tool: a name of `limetheory.app.drawing.view.TOOLS`.
        brush: its width in pixels of the screen.
    """
    height, width = drawn.regions.shape
    axis = {"visible": False, "fixedrange": True, "constrain": "domain"}
    place = {
        "xref": "x", "yref": "y", "x": -0.5, "y": -0.5, "sizex": width, "sizey": height, "sizing": "stretch",
    }  # fmt: skip
    photograph = {**place, "layer": "below", "source": data_url(preview, "image/jpeg")}
    above = {**place, "layer": "above", "source": data_url(overlay(drawn), "image/png")}
    line = {"color": "#ffffff", "width": brush if tool == "brush" else 2}
    return {
        "data": [{"type": "scatter", "x": [None], "y": [None], "hoverinfo": "skip"}],
        "layout": {
            "margin": {"l": 0, "r": 0, "t": 0, "b": 0}, "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)", "hovermode": False, "dragmode": _DRAG.get(tool, False), "shapes": [],
            "newshape": {"line": line, "fillcolor": "rgba(255,255,255,0.25)" if tool != "brush" else "rgba(0,0,0,0)",
                         "opacity": 0.7},
            "xaxis": {**axis, "range": [-0.5, width - 0.5]},
            "yaxis": {**axis, "range": [height - 0.5, -0.5], "scaleanchor": "x"},
            "images": [photograph, above],  # in different layers: plotly.js takes two of one place for one
            "annotations": _names(drawn),
        },
    }  # fmt: skip


def overlay(drawn: Drawn) -> bytes:
    """Regions and borders as a PNG that is transparent elsewhere, at the photograph's pixels unless these are many."""
    from PIL import Image

    size = _shown_size(drawn.regions.shape)
    owner = _owner(drawn.regions, size)
    colours = _colours(drawn)
    rgba = colours[owner]
    if drawn.labels is not None:
        rgba[borders(at_pixels(drawn.labels, size))] = _WHITE
    edges = borders(owner) | borders(owner[::-1, ::-1])[::-1, ::-1]
    colours[:, 3] = np.where(colours[:, 3] > 0, _LINE, 0)
    shown = edges & (colours[owner, 3] > 0)
    rgba[shown] = colours[owner[shown]]
    if drawn.proposed is not None:
        proposed = at_pixels(drawn.proposed, size)
        rgba[proposed] = (255, 255, 255, _PROPOSED)
        rgba[borders(proposed.astype(np.intp))] = (0, 0, 0, 255)
    content = io.BytesIO()
    Image.fromarray(rgba).save(content, "PNG")
    return content.getvalue()


def _owner(regions: Regions, size: tuple[int, int]) -> np.ndarray:
    """The number of the region of each drawn pixel, −1 outside."""
    owner = np.full(size, -1)
    for number, region in enumerate(regions.regions):
        owner[at_pixels(region.mask, size)] = number
    return owner


def _colours(drawn: Drawn) -> np.ndarray:
    """The colour and opacity of each region, and last of what is outside, (regions + 1, 4) uint8."""
    names = drawn.regions.names
    rows = [(*_rgb(colour_of(place)), _opacity(name, drawn)) for place, name in enumerate(names)]
    return np.array([*rows, (0, 0, 0, 0)], np.uint8)


def _opacity(name: str, drawn: Drawn) -> int:
    if name in drawn.hidden:
        return 0
    return _SELECTED if name in drawn.selected else _FILL


def _rgb(colour: str) -> tuple[int, int, int]:
    red, green, blue = bytes.fromhex(colour[1:])
    return red, green, blue


def _shown_size(shape: tuple[int, int]) -> tuple[int, int]:
    scale = min(1.0, _SIDE / max(shape))
    return max(1, round(shape[0] * scale)), max(1, round(shape[1] * scale))


def _names(drawn: Drawn) -> list[dict[str, Any]]:
    size = _shown_size(drawn.regions.shape)
    owner = _owner(drawn.regions, size)
    scale = np.array(drawn.regions.shape) / size
    shown = [(place, name) for place, name in enumerate(drawn.regions.names) if name not in drawn.hidden]
    found = [(name, np.argwhere(owner == place)) for place, name in shown]
    return [_name(name, (_middle(pixels) + 0.5) * scale - 0.5) for name, pixels in found if len(pixels)]


def _middle(pixels: np.ndarray) -> np.ndarray:
    """The pixel (row, column) of a region that is nearest to the mean of its pixels."""
    found: np.ndarray = pixels[np.abs(pixels - pixels.mean(axis=0)).sum(axis=1).argmin()]
    return found


def _name(name: str, place: np.ndarray) -> dict[str, Any]:
    text = escaped(name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…")
    return {
        "x": float(place[1]), "y": float(place[0]), "text": text, "showarrow": False,
        "font": {"size": 12, "color": "#ffffff"}, "bgcolor": "rgba(0,0,0,0.6)", "borderpad": 2, "captureevents": False,
    }  # fmt: skip
