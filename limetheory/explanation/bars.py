"""Bars of the largest coefficients with their intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from limetheory.explanation.rendering import figure_of
from limetheory.explanation.result import Explanation

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BARS = 15
"""How many coefficients are drawn, those of largest absolute value; a convention."""

HEAT_COLOURS = "PuOr_r"
"""matplotlib's colours of a heat map: purple below 0, white at 0, orange above."""

_POSITIVE, _NEGATIVE = "#B35806", "#542788"
_TOLERANCE = "#009E73"


@figure_of.register(Explanation)
def bar_figure(found: Explanation, level: float) -> Figure:
    """The bars alone, for parts of any kind."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 4.6), layout="constrained")
    coefficient_bars(figure.subplots(), found, level, "part")
    return figure


def coefficient_bars(axes: Axes, found: Explanation, level: float, part: str) -> None:
    """Draw the coefficients of largest absolute value as bars, each with its `asked_interval` at ``level``.

    A green band shows the tolerance that was asked for; ``part`` is what a coefficient belongs to.
    """
    order = np.argsort(-np.abs(found.coefficients))[:BARS][::-1]
    coefficients, half_widths = (
        found.coefficients[order],
        found.asked_interval(level)[order, 1] - found.coefficients[order],
    )
    known = np.isfinite(half_widths)
    colours = np.where(known, np.where(coefficients >= 0, _POSITIVE, _NEGATIVE), "none")
    axes.barh(range(len(order)), coefficients, color=colours, edgecolor=np.where(known, "none", "black"))
    axes.errorbar(coefficients[known], np.flatnonzero(known), xerr=half_widths[known], fmt="none",
                  ecolor="black", capsize=2, lw=1)  # fmt: skip
    if found.stopping is not None:
        tolerance = found.stopping.tolerance
        axes.errorbar(coefficients[known], np.flatnonzero(known), xerr=tolerance, fmt="none", ecolor=_TOLERANCE,
                      lw=5, alpha=0.45, zorder=1.5, label=f"±{tolerance:g}")  # fmt: skip
        axes.legend(loc="lower right", fontsize=8)
    axes.axvline(0, color="black", lw=0.8)
    axes.locator_params(axis="x", nbins=6)
    names = found.names or ()
    axes.set_yticks(range(len(order)), [names[j] for j in order], fontsize=8, parse_math=False)
    unknown = "" if known.all() else " (hollow: not determined by the masks)"
    together = "" if found.stopping is None else "simultaneous "
    axes.set(xlabel=f"coefficient with {together}{100 * level:g} % interval{unknown}", ylabel=part)
    title = f"largest {len(order)} of {found.d} in size, {found.n_evaluations} evaluations"
    axes.set_title(title + _stopped(found), fontsize=10)


def _stopped(found: Explanation) -> str:
    """Whether the tolerance was reached, as a second line."""
    stop = found.stopping
    if stop is None:
        return ""
    asked = f"every one within ±{stop.tolerance:g} at {100 * stop.level:g} %"
    if stop.sequence is None:
        return "\nall masks, so exact"
    return f"\n{asked}" if stop.reached else f"\nnot reached: {asked}"
