"""A heat map on the page: a picture whose superpixels tell a pointer their coefficients."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from dash import html

from limetheory.app.figures.heat_map import HeatMap


def heat(name: str, title: str, found: HeatMap, said: Sequence[str] = ()) -> html.Div:
    """The picture, which takes the width that there is.

    Args:
        name: the identifier of the component.
        title: as a screen reader says.
        found: the picture with its superpixels.
        said: what a pointer on each superpixel is told; empty tells it nothing.
    """
    told: dict[str, Any] = {
        "data-labels": found.labels, "data-columns": str(found.columns), "data-said": json.dumps(list(said)),
    }  # fmt: skip
    picture = html.Img(src=found.picture, alt=title, draggable="false")
    return html.Div(
        picture, id=name, className="heat", style={"aspectRatio": f"{found.aspect:.4f}"}, **(told if said else {})
    )
