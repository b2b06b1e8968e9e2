"""Bars of the largest coefficients with their intervals, and with the exact limit where it is known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from limetheory.app.figures.colours import NEGATIVE, POSITIVE
from limetheory.explanation.headings import interval_name
from limetheory.shown_numbers import Column, signed

BARS = 15
"""How many are drawn, those of largest absolute value; a convention."""

_LINE = "#8a8a8a"  # readable on white and on black
_HEIGHT, _MARGIN = 21, 60  # pixels of a bar, and of the axis
_BEGINNING, _END = 16, 11  # letters of a long name that are kept, among them a condition's number; a convention


def largest(explanation: Any) -> np.ndarray:
    """The superpixels of largest absolute coefficient, in decreasing order."""
    order: np.ndarray = np.argsort(-np.abs(explanation.coefficients), kind="stable")[:BARS]
    return order


def coefficient_bars(
    explanation: Any, names: Sequence[str], level: float, unit: str, exact: Sequence[float] | None = None
) -> dict[str, Any]:
    """A figure of plotly.

    Args:
        explanation: an `Explanation`.
        names: of its parts.
        level: of the intervals.
        unit: of the coefficients, such as "probability".
        exact: the coefficients of the limit, where they are known.
    """
    order = largest(explanation)[::-1]
    values, ends = explanation.coefficients[order], explanation.asked_interval(level)[order]
    half = np.where(np.isfinite(ends[:, 1]), ends[:, 1] - values, 0.0)
    titles, intervals = [_shortened(names[j]) for j in order], interval_name(explanation.stopping, level)
    column = Column(np.append(values, ends), half)
    bars = {
        "type": "bar", "orientation": "h", "x": values.tolist(), "y": list(range(len(order))),
        "marker": {"color": np.where(values >= 0, POSITIVE, NEGATIVE).tolist()},
        "error_x": {"type": "data", "array": half.tolist(), "color": _LINE, "thickness": 1.5, "width": 3},
        "customdata": [
            [title, column.signed(value), column.ends(*reach)]
            for title, value, reach in zip(titles, values.tolist(), ends.tolist(), strict=True)
        ],
        "hovertemplate": "%{customdata[0]}: %{customdata[1]}<br>%{customdata[2]}<extra></extra>",
        "name": "estimate", "showlegend": exact is not None,
    }  # fmt: skip
    return {"data": [bars, *_exact(order, exact)], "layout": _layout(titles, intervals, unit, exact is not None)}


def _exact(order: np.ndarray, exact: Sequence[float] | None) -> list[dict[str, Any]]:
    if exact is None:
        return []
    marker = {"symbol": "line-ns-open", "size": 15, "color": "#009e73", "line": {"width": 3}}
    return [
        {
            "type": "scatter", "mode": "markers", "x": [exact[j] for j in order], "y": list(range(len(order))),
            "marker": marker, "name": "exact limit",
            "customdata": [signed(exact[j]) for j in order], "hovertemplate": "exact %{customdata}<extra></extra>",
        }
    ]  # fmt: skip


def _layout(titles: list[str], intervals: str, unit: str, legend: bool) -> dict[str, Any]:
    return {
        "height": _HEIGHT * len(titles) + _MARGIN + 24 * legend,
        "margin": {"l": 8, "r": 12, "t": 6 + 24 * legend, "b": 44},
        "paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)", "dragmode": False, "bargap": 0.25,
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        "xaxis": {
            "title": {"text": f"{unit}, with {intervals}", "font": {"size": 12}},
            "zeroline": True, "exponentformat": "e", "nticks": 6,
            "zerolinecolor": _LINE, "gridcolor": "rgba(128,128,128,0.25)", "fixedrange": True,
        },
        "yaxis": {
            "tickvals": list(range(len(titles))), "ticktext": titles, "automargin": True, "fixedrange": True,
        },
    }  # fmt: skip


def _shortened(name: str) -> str:
    """A name without its middle where it is long."""
    return escaped(name if len(name) <= _BEGINNING + _END + 1 else f"{name[:_BEGINNING]}…{name[-_END:]}")


def escaped(name: str) -> str:
    """A name without what plotly.js takes for markup."""
    return name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
