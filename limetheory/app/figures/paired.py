"""The change of each photograph under the same edits, and the mean change with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from limetheory.app.figures.bars import escaped
from limetheory.app.figures.colours import NEGATIVE, POSITIVE
from limetheory.shown_numbers import signed

_LINE, _GRID = "#8a8a8a", "rgba(128,128,128,0.25)"


def paired_changes(
    titles: Sequence[str], changes: Sequence[float], interval: Sequence[float | None], unit: str
) -> dict[str, Any]:
    """A figure of plotly: a point for each photograph in the order of its change, and the mean as a line.

    Args:
        titles: of the photographs.
        changes: of each.
        interval: mean, lower and upper end; None where they are not known.
        unit: of the changes.
    """
    found = np.asarray(changes)
    order = np.argsort(found, kind="stable")
    points = {
        "type": "scatter", "mode": "markers", "x": found[order].tolist(), "y": list(range(len(order))),
        "marker": {"color": np.where(found[order] >= 0, POSITIVE, NEGATIVE).tolist(), "size": 8},
        "text": [f"{escaped(titles[i])}: {signed(found[i])}" for i in order],
        "hovertemplate": "%{text}<extra></extra>",
    }  # fmt: skip
    return {"data": [points], "layout": _layout(len(order), interval, unit)}


def _layout(count: int, interval: Sequence[float | None], unit: str) -> dict[str, Any]:
    mean, low, high = interval
    shape = {"xref": "x", "yref": "paper", "y0": 0, "y1": 1}
    line = {**shape, "type": "line", "x0": mean, "x1": mean, "line": {"color": "#009e73", "width": 2.5}}
    band = {**shape, "type": "rect", "x0": low, "x1": high, "fillcolor": "#009e73", "opacity": 0.2,
            "line": {"width": 0}}  # fmt: skip
    return {
        "height": 150 + 9 * min(count, 40), "margin": {"l": 12, "r": 12, "t": 8, "b": 46}, "dragmode": False,
        "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)", "showlegend": False,
        "shapes": [line] if low is None else [band, line],
        "xaxis": {"title": {"text": unit}, "gridcolor": _GRID, "zeroline": True, "zerolinecolor": _LINE,
                  "fixedrange": True},
        "yaxis": {"visible": False, "fixedrange": True},
    }  # fmt: skip
