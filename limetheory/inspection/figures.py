"""The pictures of changes, sweeps and bias checks."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from limetheory.explanation.bars import BARS, UNIT, coefficient_bars
from limetheory.figure_text import drawable, fitted
from limetheory.images.figures.heat import heatmap
from limetheory.inspection.bias import BiasCheck
from limetheory.inspection.changed import Change
from limetheory.inspection.sweeps import Sweep
from limetheory.shown_numbers import ends, plain, signed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_BEFORE, _AFTER = "#0072B2", "#D55E00"
_CURVES = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
"""Colours that stay apart for colour-blind readers (Okabe & Ito)."""
_STYLES = ("-", "--", "-.", ":")
_BINS = 24
_LETTERS = 60  # of a line of a title


def bars_figure(found: Change, level: float) -> Figure:
    """Both explanations as points with intervals, and the largest changes as bars, in the same order."""
    figure = Figure(figsize=(12, 4.8), layout="constrained")
    sides, bars = figure.subplots(1, 2, width_ratios=[1, 1.1])
    _sides(sides, found, level)
    coefficient_bars(bars, found.difference, level, "part")
    _titled(figure, bars, found)
    return figure


def maps_figure(found: Change, level: float) -> Figure:
    """The heat maps before and after on one scale, that of the difference on its own, and the largest changes."""
    figure = Figure(figsize=(17, 4.6), layout="constrained")
    before, after, difference, bars = figure.subplots(1, 4, width_ratios=[1, 1, 1, 1.1])
    shared = max(float(np.abs(one.coefficients).max()) for one in (found.before, found.after)) or 1.0
    own = float(np.abs(found.difference.coefficients).max()) or 1.0
    rows = (before, found.before, "before", shared), (after, found.after, "after", shared)
    for axes, one, title, bound in (*rows, (difference, found.difference, "after − before", own)):
        shown = heatmap(axes, one, Normalize(-bound, bound), BARS)  # type: ignore[arg-type]
        axes.set_title(title, fontsize=10)
        axes.set_axis_off()
        if axes is not before:
            figure.colorbar(shown, ax=axes, shrink=0.7, label=f"coefficient ({UNIT})")
    coefficient_bars(bars, found.difference, level, "superpixel")
    _titled(figure, bars, found)
    return figure


def _sides(axes: Axes, found: Change, level: float) -> None:
    order = np.argsort(-np.abs(found.difference.coefficients))[:BARS][::-1]
    rows = np.arange(len(order))
    for one, name, colour, shift in (
        (found.before, "before", _BEFORE, 0.12), (found.after, "after", _AFTER, -0.12),
    ):  # fmt: skip
        half = one.asked_interval(level)[order, 1] - one.coefficients[order]
        half = np.where(np.isfinite(half), half, 0.0)
        axes.errorbar(one.coefficients[order], rows + shift, xerr=half, fmt="o", ms=4, capsize=2, lw=1, color=colour,
                      label=name)  # fmt: skip
    axes.axvline(0, color="black", lw=0.8)
    axes.set_yticks(rows, [drawable((found.difference.names or ())[j]) for j in order], fontsize=8, parse_math=False)
    axes.locator_params(axis="x", nbins=6)
    axes.set(xlabel=f"coefficient ({UNIT}) with {100 * level:g} % interval", ylabel="part")
    axes.set_title("before and after", fontsize=10)
    axes.legend(fontsize=8)


def _titled(figure: Figure, bars: Axes, found: Change) -> None:
    shown = f"largest {BARS} of {found.d}" if found.d > BARS else f"all {found.d}"
    bars.set_title(f"{shown} changes, {found.n_evaluations} evaluations", fontsize=10)
    bars.set_xlabel(f"change of the coefficient{bars.get_xlabel().removeprefix('coefficient')}")
    said = found.prediction
    title = f"class {said.name}: {plain(said.before)} before, {plain(said.after)} after ({signed(said.change)})"
    figure.suptitle(fitted(title, figure.get_figwidth() - 0.4), parse_math=False)


def curves_figure(found: Sweep) -> Figure:
    """A curve for each class shown; dotted lines where another class becomes the largest."""
    figure = Figure(figsize=(7.5, 4.6), layout="constrained")
    axes = figure.subplots()
    order = np.argsort(found.values, kind="stable")
    for place, (name, curve) in enumerate(zip(found.names, found.curves.T, strict=True)):
        style = _STYLES[place // len(_CURVES) % len(_STYLES)]
        axes.plot(found.values[order], curve[order], style, marker="o", ms=3, color=_CURVES[place % len(_CURVES)],
                  label=drawable(name).replace("$", r"\$"))  # fmt: skip
    values, top = found.values[order], found.top[order]
    for k in np.flatnonzero(top[1:] != top[:-1]):
        axes.axvline((values[k] + values[k + 1]) / 2, color="grey", lw=0.8, ls=":")
    axes.set_xlabel(drawable(found.parameter), parse_math=False)
    axes.set_ylabel(f"model's answer ({UNIT})")
    axes.set_title(f"{len(values)} values, {found.n_evaluations} evaluations", fontsize=10)
    axes.legend(fontsize=8)
    axes.spines[["top", "right"]].set_visible(False)
    return figure


def bias_figure(found: BiasCheck) -> Figure:
    """Before against after with the line of no change, and a histogram of the changes with their mean."""
    figure = Figure(figsize=(10.5, 4.6), layout="constrained")
    points, counts = figure.subplots(1, 2)
    both = np.concatenate([found.before, found.after])
    low, high = float(both.min()), float(both.max())
    points.plot([low, high], [low, high], color="grey", lw=0.8)
    points.plot(found.before, found.after, "o", ms=4, color=_BEFORE, alpha=0.7)
    points.set(
        xlabel=f"answer before ({UNIT})",
        ylabel=f"answer after ({UNIT})",
        title=f"{len(found.names)} inputs; grey: no change",
    )
    _changes(counts, found)
    figure.suptitle(fitted(f"class {found.class_name}", figure.get_figwidth() - 0.4), parse_math=False)
    return figure


def _changes(axes: Axes, found: BiasCheck) -> None:
    axes.hist(found.changes, bins=min(_BINS, max(5, len(found.names) // 3)), color="#bbbbbb")
    axes.axvline(0, color="grey", lw=0.8)
    axes.axvline(found.interval.mean, color=_AFTER)
    title = f"mean change {signed(found.interval.mean)}"
    if np.isfinite(found.interval.low):
        axes.axvspan(found.interval.low, found.interval.high, color=_AFTER, alpha=0.25)
        title += f", {100 * found.level:g} % interval {ends(found.interval.low, found.interval.high)}"
    axes.set(xlabel=f"change ({UNIT})", ylabel="number of inputs")
    axes.set_title(title + (f"\n{fill(found.remark, _LETTERS)}" if found.remark else ""), fontsize=10)
