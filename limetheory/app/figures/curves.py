"""Curves of a sweep: the model's answers along the values of a parameter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from limetheory.app.figures.bars import escaped
from limetheory.shown_numbers import plain

_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9")  # of Okabe and Ito, told apart by everybody
_SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross")
_LINE, _GRID = "#8a8a8a", "rgba(128,128,128,0.25)"


def sweep_curves(
    values: Sequence[float], curves: Sequence[Sequence[float]], names: Sequence[str], axis: str, unit: str, now: float
) -> dict[str, Any]:
    """A figure of plotly.

    Args:
        values: of the parameter.
        curves: the answers of each class.
        names: of the classes.
        axis: what the parameter is called, with its unit.
        unit: of the answers.
        now: the value that the edit has, which is marked.
    """
    lines = [
        {
            "type": "scatter", "mode": "lines+markers", "x": list(values), "y": list(curve), "name": escaped(name),
            "line": {"color": colour, "width": 2.2}, "marker": {"symbol": symbol, "size": 7},
            "text": [f"{plain(x)}: {plain(y)}" for x, y in zip(values, curve, strict=True)],
            "hovertemplate": "%{text}<extra>%{fullData.name}</extra>",
        }
        for curve, name, colour, symbol in zip(curves, names, _COLOURS, _SYMBOLS, strict=False)
    ]  # fmt: skip
    return {"data": lines, "layout": _layout(axis, unit, now)}


def _layout(axis: str, unit: str, now: float) -> dict[str, Any]:
    mark = {
        "type": "line", "xref": "x", "yref": "paper", "x0": now, "x1": now, "y0": 0, "y1": 1,
        "line": {"color": _LINE, "width": 1.5, "dash": "dot"},
    }  # fmt: skip
    return {
        "height": 320, "margin": {"l": 56, "r": 12, "t": 8, "b": 46}, "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)", "dragmode": False, "shapes": [mark], "hovermode": "closest",
        "showlegend": True, "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        "xaxis": {"title": {"text": escaped(axis)}, "gridcolor": _GRID, "zeroline": False, "fixedrange": True},
        "yaxis": {"title": {"text": unit}, "gridcolor": _GRID, "zerolinecolor": _LINE, "fixedrange": True,
                  "rangemode": "tozero"},
    }  # fmt: skip
