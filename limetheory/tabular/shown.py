"""How the explanation of a row is shown: a table of conditions and values with bars, in figures and in notebooks."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import numpy as np

from limetheory.explanation.bars import coefficient_bars
from limetheory.explanation.headings import interval_name
from limetheory.explanation.rendering import figure_of, html_of
from limetheory.figure_text import fitted
from limetheory.shown_numbers import ends, plain, signed
from limetheory.shown_text import shown
from limetheory.tabular.explanation import TabularExplanation

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ROWS = 15
"""Rows of a table: the largest coefficients in size."""
_POSITIVE, _NEGATIVE = "#B35806", "#542788"
_WIDTH = 120
_INCHES = 7.0, 4.6


@figure_of.register(TabularExplanation)
def tabular_figure(found: TabularExplanation, level: float) -> Figure:
    """Bars of the largest coefficients, named by their conditions, with intervals."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=_INCHES, layout="constrained")
    coefficient_bars(figure.subplots(), found, level, "condition")
    figure.suptitle(fitted(_asked(found), _INCHES[0] - 0.4, 10), fontsize=10, parse_math=False)
    return figure


@html_of.register(TabularExplanation)
def tabular_html(found: TabularExplanation, level: float) -> str:
    """A table with a row for each of the largest coefficients: condition, value, coefficient, interval, bar."""
    order = np.argsort(-np.abs(found.coefficients), kind="stable")[:ROWS]
    largest = float(np.abs(found.coefficients).max(initial=0.0)) or 1.0
    reach, intervals = found.asked_interval(level), interval_name(found.stopping, level)
    head = _cells("th", "condition", "value", "coefficient", intervals, "")
    rows = [_row(found, int(j), reach[j], largest) for j in order]
    caption = f"{_asked(found)}; largest {len(order)} of {found.d} coefficients, {found.n_evaluations} rows evaluated"
    return f"<div><table><caption>{escape(caption)}</caption>{head}{''.join(rows)}</table></div>"


def _row(found: TabularExplanation, j: int, interval: np.ndarray, largest: float) -> str:
    size = found.coefficients[j]
    numbers = signed(size), ends(*interval)
    width = _WIDTH * abs(size) / largest
    colour = _POSITIVE if size >= 0 else _NEGATIVE
    bar = f'<td><div style="width: {width:.0f}px; height: .8em; background: {colour}"></div></td>'
    cells = _cells("td", found.conditions[j], found.values[j], *numbers)
    return cells.removesuffix("</tr>") + bar + "</tr>"


def _cells(tag: str, *texts: str) -> str:
    return f"<tr>{''.join(f'<{tag}>{escape(shown(text))}</{tag}>' for text in texts)}</tr>"


def _asked(found: TabularExplanation) -> str:
    which = "" if len(found.outputs) == 1 else f" {found.target},"
    return f"output{which} {plain(found.outputs[found.target])} on the row"
