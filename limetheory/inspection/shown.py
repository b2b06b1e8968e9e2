"""How changes, sweeps, stability tests and bias checks are printed, and what notebooks show of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from limetheory.explaining.budget import LEVEL
from limetheory.explanation.headings import interval_name
from limetheory.explanation.rendering import figure_of, html_of
from limetheory.explanation.result import ROWS
from limetheory.explanation.table import html
from limetheory.inspection.bias import BiasCheck
from limetheory.inspection.changed import Change
from limetheory.inspection.rendering import text_of
from limetheory.inspection.repeated import StabilityTest
from limetheory.inspection.sweeps import Sweep
from limetheory.metrics import Interval
from limetheory.shown_numbers import ends, signed

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_PREDICTIONS = ("class", "before", "after", "change")


@text_of.register(Change)
def change_lines(found: Change) -> str:
    """The predictions and the largest changes of a change as text."""
    parts = ("part", "before", "after", "change", _interval_heading(found, LEVEL))
    return "\n".join(
        [_change_heading(found), "", *columns(_PREDICTIONS, _prediction_rows(found)), "", _parts_heading(found),
         *columns(parts, _part_rows(found, LEVEL))]
    )  # fmt: skip


@html_of.register(Change)
def change_html(found: Change, level: float) -> str:
    """Both tables of a change as HTML."""
    heading = f"<p>{escape(_change_heading(found))}</p>"
    parts = ("part", "before", "after", "change", _interval_heading(found, level))
    predictions = html("predictions", _PREDICTIONS, _prediction_rows(found))
    return f"<div>{heading}{predictions}{html(_parts_heading(found), parts, _part_rows(found, level))}</div>"


def columns(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A table as lines of text, its first column to the left and the others to the right.

    Characters that cannot be printed are escaped.

    >>> columns(("class", "p"), [("cup", "0.9"), ("espresso", "0.05")])
    ['class        p', 'cup        0.9', 'espresso  0.05']
    """
    table = [list(headings), *(list(map(_printable, row)) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return ["  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]).rstrip() for row in table]


def _printable(text: str) -> str:
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in text)


def _change_heading(found: Change) -> str:
    said = found.prediction
    return f"class {said.name}: {said.before:.4g} before, {said.after:.4g} after, change {signed(said.change)}"


def _parts_heading(found: Change) -> str:
    return f"largest {min(found.d, ROWS)} of {found.d} changes of coefficients, {found.n_evaluations} evaluations"


def _interval_heading(found: Change, level: float) -> str:
    return interval_name(found.difference.stopping, level)


def _prediction_rows(found: Change) -> list[tuple[str, ...]]:
    return [(one.name, f"{one.before:.4g}", f"{one.after:.4g}", signed(one.change)) for one in found.predictions()]


def _part_rows(found: Change, level: float) -> list[tuple[str, ...]]:
    order = np.argsort(-np.abs(found.difference.coefficients), kind="stable")[:ROWS]
    names, reach = found.difference.names or (), found.intervals(level)
    return [
        (names[j], signed(found.before.coefficients[j]), signed(found.after.coefficients[j]),
         signed(found.difference.coefficients[j]), ends(*reach[j]))
        for j in map(int, order)
    ]  # fmt: skip


@text_of.register(Sweep)
def sweep_lines(found: Sweep) -> str:
    """The answers at each value as text."""
    return "\n".join([_sweep_heading(found), *columns((found.parameter, *found.names), _sweep_rows(found))])


@html_of.register(Sweep)
def sweep_html(found: Sweep, level: float) -> str:
    """The answers at each value as a table in HTML."""
    return html(_sweep_heading(found), (found.parameter, *found.names), _sweep_rows(found))


def _sweep_heading(found: Sweep) -> str:
    return f"{len(found.values)} values of {found.parameter}, {found.n_evaluations} evaluations"


def _sweep_rows(found: Sweep) -> list[tuple[str, ...]]:
    return [
        (f"{value:.6g}", *(f"{one:.4g}" for one in row))
        for value, row in zip(found.values.tolist(), found.curves, strict=True)
    ]


@text_of.register(StabilityTest)
def stability_lines(found: StabilityTest) -> str:
    """The indices of a stability test as text."""
    lines = [_stability_heading(found), *columns(_indices_headings(found), _index_rows(found))]
    return "\n".join([*lines, *(["", *columns(_COUNTS, _count_rows(found))] if found.counts else [])])


@html_of.register(StabilityTest)
def stability_html(found: StabilityTest, level: float) -> str:
    """The indices of a stability test as tables in HTML."""
    counts = html("other numbers of superpixels", _COUNTS, _count_rows(found)) if found.counts else ""
    return f"<div>{html(_stability_heading(found), _indices_headings(found), _index_rows(found))}{counts}</div>"


_COUNTS = ("superpixels", "area in common", "rank correlation of maps")


def _stability_heading(found: StabilityTest) -> str:
    return (
        f"{found.seeds.runs} seeds, {found.plan.n} masks each, {found.n_evaluations} evaluations; {found.k} of "
        f"{found.explanations[0].d} parts selected"
    )


def _indices_headings(found: StabilityTest) -> tuple[str, ...]:
    noise = () if found.noise is None else ("under noise", f"{100 * found.level:g} % interval")
    return ("agreement", "of seeds", f"{100 * found.level:g} % interval", "forecast", *noise)


def _index_rows(found: StabilityTest) -> list[tuple[str, ...]]:
    forecast = found.forecast
    rows = (
        ("selected parts (VSI)", "variables", forecast and forecast.variables_index),
        ("overlapping intervals (CSI)", "coefficients", forecast and forecast.coefficients_index),
        ("rank correlation", "ranks", None),
    )
    return [
        (name, *_index(getattr(found.seeds, field)), "" if known is None else f"{known:.3f}",
         *(() if found.noise is None else _index(getattr(found.noise, field))))
        for name, field, known in rows
    ]  # fmt: skip


def _index(found: Interval) -> tuple[str, str]:
    return f"{found.mean:.3f}", f"{found.low:.3f} … {found.high:.3f}" if np.isfinite(found.low) else "not known"


def _count_rows(found: StabilityTest) -> list[tuple[str, ...]]:
    return [(str(one.d), f"{one.overlap:.3f}", f"{one.ranks:.3f}") for one in found.counts]


@text_of.register(BiasCheck)
def bias_lines(found: BiasCheck) -> str:
    """The mean change of a bias check and the largest changes as text."""
    lines = [_bias_heading(found), *filter(None, [found.remark]), "", _largest_heading(found)]
    return "\n".join([*lines, *columns(_CHANGES, _bias_rows(found))])


@html_of.register(BiasCheck)
def bias_html(found: BiasCheck, level: float) -> str:
    """The mean change of a bias check and the largest changes as HTML."""
    remark = f"<p>{escape(found.remark)}</p>" if found.remark else ""
    table = html(_largest_heading(found), _CHANGES, _bias_rows(found))
    return f"<div><p>{escape(_bias_heading(found))}</p>{remark}{table}</div>"


_CHANGES = ("input", "before", "after", "change")


def _bias_heading(found: BiasCheck) -> str:
    low, high = found.interval.low, found.interval.high
    reach = f", {100 * found.level:g} % interval {ends(low, high)}" if np.isfinite(low) else ""
    return f"class {found.class_name}: mean change {signed(found.interval.mean)}{reach}, {len(found.names)} inputs"


def _largest_heading(found: BiasCheck) -> str:
    return f"largest {min(len(found.names), ROWS)} changes of {len(found.names)}"


def _bias_rows(found: BiasCheck) -> list[tuple[str, ...]]:
    order = np.argsort(-np.abs(found.changes), kind="stable")[:ROWS].tolist()
    return [
        (found.names[i], f"{found.before[i]:.4g}", f"{found.after[i]:.4g}", signed(found.changes[i])) for i in order
    ]


@figure_of.register(Change)
def _(found: Change, level: float) -> Figure:
    from limetheory.inspection.figures import bars_figure, maps_figure

    return maps_figure(found, level) if hasattr(found.difference, "heatmap") else bars_figure(found, level)


@figure_of.register(Sweep)
def _(found: Sweep, level: float) -> Figure:
    from limetheory.inspection.figures import curves_figure

    return curves_figure(found)


@figure_of.register(BiasCheck)
def _(found: BiasCheck, level: float) -> Figure:
    from limetheory.inspection.figures import bias_figure

    return bias_figure(found)


@figure_of.register(StabilityTest)
def _(found: StabilityTest, level: float) -> Figure:
    from limetheory.inspection.stability_figures import stability_figure

    return stability_figure(found)
