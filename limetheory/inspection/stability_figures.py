"""The picture of a stability test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from limetheory.explanation.bars import BARS, UNIT
from limetheory.figure_text import drawable
from limetheory.inspection.repeated import StabilityTest

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from limetheory.inspection.agreement import Agreement

_SEEDS, _NOISE, _FORECAST = "#0072B2", "#D55E00", "#000000"
_INDICES = (("variables", "VSI"), ("coefficients", "CSI"), ("ranks", "ranks"))


def stability_figure(found: StabilityTest) -> Figure:
    """The coefficients of every seed, those of the first with its intervals, and the indices of agreement."""
    figure = Figure(figsize=(12, 4.8), layout="constrained")
    coefficients, indices = figure.subplots(1, 2, width_ratios=[1.3, 1])
    _coefficients(coefficients, found)
    _indices(indices, found)
    counted = f"{found.seeds.runs} seeds, {found.plan.n} masks each, {found.n_evaluations} evaluations"
    figure.suptitle(f"{counted}; {found.k} parts selected")
    return figure


def _coefficients(axes: Axes, found: StabilityTest) -> None:
    first = found.explanations[0]
    order = np.argsort(-np.abs(first.coefficients))[:BARS][::-1]
    rows = np.arange(len(order))
    for other in found.explanations[1:]:
        axes.plot(other.coefficients[order], rows, "|", ms=9, color=_SEEDS, alpha=0.6)
    half = first.asked_interval(found.level)[order, 1] - first.coefficients[order]
    axes.errorbar(first.coefficients[order], rows, xerr=np.where(np.isfinite(half), half, 0.0), fmt="o", ms=4,
                  color=_FORECAST, capsize=2, lw=1)  # fmt: skip
    axes.axvline(0, color="grey", lw=0.8)
    axes.set_yticks(rows, [drawable((first.names or ())[j]) for j in order], fontsize=8, parse_math=False)
    said = f"coefficient ({UNIT}); black: the first seed with its {100 * found.level:g} % interval, blue: the others"
    axes.set(xlabel=said, ylabel="part")
    axes.set_title(f"largest coefficients, {len(order)} of {first.d} parts", fontsize=10)


def _indices(axes: Axes, found: StabilityTest) -> None:
    _points(axes, found.seeds, "seeds", _SEEDS, 0.15)
    if found.noise is not None:
        _points(axes, found.noise, "noise", _NOISE, -0.15)
    if found.forecast is not None:
        known = [found.forecast.variables_index, found.forecast.coefficients_index]
        axes.plot(known, [2, 1], "D", mfc="none", color=_FORECAST, label="forecast from the first seed alone")
    axes.set_yticks([2, 1, 0], [name for _, name in _INDICES])
    axes.set(xlabel=f"agreement, from 0 to 1, with {100 * found.level:g} % interval", ylim=(-0.6, 2.6))
    axes.set_xlim(right=1.03)
    axes.set_title("agreement", fontsize=10)
    axes.legend(fontsize=8, loc="best")


def _points(axes: Axes, found: Agreement, label: str, colour: str, shift: float) -> None:
    ends = [getattr(found, field) for field, _ in _INDICES]
    means = np.array([one.mean for one in ends])
    reach = np.nan_to_num([[one.mean - one.low for one in ends], [one.high - one.mean for one in ends]])
    axes.errorbar(means, np.array([2, 1, 0]) + shift, xerr=np.maximum(reach, 0), fmt="o", ms=5, capsize=3,
                  color=colour, label=label)  # fmt: skip
