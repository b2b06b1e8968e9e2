"""Bars of the largest coefficients with their intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from limetheory.explanation.rendering import figure_of
from limetheory.explanation.result import Explanation
from limetheory.figure_text import drawable, fitted

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BARS = 15
"""How many coefficients are drawn, those of largest absolute value; a convention."""

HEAT_COLOURS = "PuOr_r"
"""matplotlib's colours of a heat map: purple below 0, white at 0, orange above."""

UNIT = "output"
"""What coefficients are measured in where nothing more is known of the model: its output."""

_POSITIVE, _NEGATIVE = "#B35806", "#542788"
_TOLERANCE = "#009E73"
_TICKS = 5  # numbers at the axis at most, so that long ones have room; a convention
_FILLED = 0.92  # of a panel's width by its title's lines; a convention
_LONGEST = 40  # characters of a name at an axis; a convention
_SIZE, _TITLE = (6.0, 4.6), 5.0  # inches: of the figure, and of a line of a panel's title


@figure_of.register(Explanation)
def bar_figure(found: Explanation, level: float) -> Figure:
    """The bars alone, for parts of any kind."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=_SIZE, layout="constrained")
    coefficient_bars(figure.subplots(), found, level, "part")
    return figure


def coefficient_bars(axes: Axes, found: Explanation, level: float, part: str, unit: str = UNIT) -> None:
    """Draw the coefficients of largest absolute value as bars, each with its `asked_interval` at ``level``.

    A coefficient that is exact has no interval. A green band shows the tolerance that was asked for; ``part`` is what a
    coefficient belongs to, ``unit`` what it is measured in.
    """
    order = np.argsort(-np.abs(found.coefficients))[:BARS][::-1]
    half_widths = (found.asked_interval(level)[:, 1] - found.coefficients)[order]
    coefficients, known = found.coefficients[order], np.isfinite(half_widths)
    uncertain = known & (half_widths > 0)
    colours = np.where(known, np.where(coefficients >= 0, _POSITIVE, _NEGATIVE), "none")
    axes.barh(range(len(order)), coefficients, color=colours, edgecolor=np.where(known, "none", "black"))
    axes.errorbar(coefficients[uncertain], np.flatnonzero(uncertain), xerr=half_widths[uncertain], fmt="none",
                  ecolor="black", capsize=2, lw=1)  # fmt: skip
    _tolerance(axes, found, coefficients, uncertain)
    axes.axvline(0, color="black", lw=0.8)
    axes.locator_params(axis="x", nbins=_TICKS)
    axes.tick_params(axis="x", labelsize=9)
    names = found.names or ()
    axes.set_yticks(range(len(order)), [_label(names[j]) for j in order], fontsize=8, parse_math=False)
    axes.set(xlabel=f"coefficient ({unit}){_interval(found, level, known, uncertain)}", ylabel=part)
    panel_title(axes, f"{counted(found)}{_stopped(found)}", _TITLE)


def counted(found: Explanation) -> str:
    """Which coefficients are drawn, and how many evaluations they rest on.

    >>> counted(Explanation(np.zeros(40), 0.0, np.zeros(40), 1006))
    'largest 15 of 40 coefficients, 1006 evaluations'
    """
    shown = f"largest {BARS} of {found.d}" if found.d > BARS else f"all {found.d}"
    return f"{shown} coefficients, {found.n_evaluations} evaluations"


def panel_title(axes: Axes, text: str, inches: float, points: float = 10.0) -> None:
    """Give a panel a title in lines that are as wide as it at most."""
    axes.set_title(fitted(text, _FILLED * inches, points), fontsize=points, parse_math=False)


def _tolerance(axes: Axes, found: Explanation, coefficients: np.ndarray, uncertain: np.ndarray) -> None:
    """A band about each coefficient that is as wide as the tolerance, if there was one."""
    if found.stopping is None or not uncertain.any():
        return
    tolerance = found.stopping.tolerance
    axes.errorbar(coefficients[uncertain], np.flatnonzero(uncertain), xerr=tolerance, fmt="none", ecolor=_TOLERANCE,
                  lw=5, alpha=0.45, zorder=1.5, label=f"±{tolerance:g}")  # fmt: skip
    axes.legend(loc="lower right", fontsize=8)


def _interval(found: Explanation, level: float, known: np.ndarray, uncertain: np.ndarray) -> str:
    """What the lines about the bars are, and what has none."""
    if known.all() and not uncertain.any():
        return ", exact"
    together = "" if found.stopping is None else "simultaneous "
    said = "" if known.all() else "\n(hollow: not determined by the masks)"
    exact = "" if uncertain[known].all() else "\n(without a line: exact)"
    return f" with {together}{100 * level:g} % interval{said}{exact}"


def _label(name: str) -> str:
    """A name as an axis has it: cut, so that the bars keep their place."""
    words = drawable(name)
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST]}…"


def _stopped(found: Explanation) -> str:
    """Whether the tolerance was reached, as a second line."""
    stop = found.stopping
    if stop is None:
        return ""
    asked = f"every one within ±{stop.tolerance:g} at {100 * stop.level:g} %"
    if stop.sequence is None:
        return "\nall masks, so exact"
    return f"\n{asked}" if stop.reached else f"\nnot reached: {asked}"
