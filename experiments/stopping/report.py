"""The table and the figure of the saved rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.stats import beta

from experiments.stopping.rules import LEVEL, RULES
from experiments.stopping.run import ROWS, TOLERANCES, rows
from experiments.stopping.widths import SEQUENCES

LABELS = {
    "bounded": "betting, linear surrogates", "asymptotic": "asymptotic, linear surrogates",
    "bounded process": "betting, chosen surrogates", "asymptotic process": "asymptotic, chosen surrogates",
    "peeked": "one-n intervals, peeked at", "fixed": "fixed 1000 masks", "slime": "S-LIME's rule",
    "bounded, worst": "betting, worst time",
    "asymptotic, worst": "asymptotic, worst time", "peeked, worst": "one-n intervals, worst time",
}  # fmt: skip
COLOURS = dict(zip(RULES, ("#0072B2", "#009E73", "#D55E00", "#000000", "#CC79A7", "#56B4E9", "#E69F00"), strict=False))
MARKERS = dict(zip(RULES, "osv^DPX", strict=False))


def cells(saved: list[dict[str, Any]]) -> dict[tuple[str, float], dict[str, Any]]:
    """The runs, misses and masks for each rule and tolerance."""
    found = {}
    for rule in RULES:
        for tolerance in TOLERANCES:
            part = [row for row in saved if (row["rule"], row["tolerance"]) == (rule, tolerance)]
            if part:
                errors = np.concatenate([row["errors"] for row in part])
                found[rule, tolerance] = {
                    **{name: sum(row[name] for row in part) for name in ("runs", "missed", "reached")},
                    "masks": np.concatenate([row["masks"] for row in part]),
                    "beyond": float((errors > tolerance).mean()),
                }
    return found


def clopper_pearson(missed: int, runs: int) -> tuple[float, float]:
    """The exact 95 % interval of a probability (Clopper & Pearson 1934)."""
    low = beta.ppf(0.025, missed, runs - missed + 1) if missed else 0.0
    high = beta.ppf(0.975, missed + 1, runs - missed) if missed < runs else 1.0
    return float(low), float(high)


def summary(file: Path = ROWS) -> str:
    """The misses and the evaluations when sampling stops, for each rule and tolerance."""
    saved = rows(file)
    tables = saved[0]["settings"]["tables"]
    lines = ["| stop | tolerance | runs | missed at the stop | error above the tolerance | masks, median | reached |",
             "|---|---|---|---|---|---|---|"]  # fmt: skip
    for (rule, tolerance), cell in cells(saved).items():
        low, high = clopper_pearson(cell["missed"], cell["runs"])
        lines.append(
            f"| {LABELS[rule]} | ±{tolerance:g} | {cell['runs']:,} | {100 * cell['missed'] / cell['runs']:.1f} % "
            f"({100 * low:.1f}–{100 * high:.1f}) | {100 * cell['beyond']:.1f} % | {np.median(cell['masks']):,.0f} "
            f"| {100 * cell['reached'] / cell['runs']:.0f} % |"
        )
    return (
        f"Intervals for all 12 coefficients at {100 * LEVEL:g} % at the stop, on {len(tables)} tables of a network "
        "(image LIME's design; missed: some interval without its limit):\n\n" + "\n".join(lines)
    )


def draw(file: Path = ROWS) -> Figure:
    """Draw the misses and the masks when sampling stops, and the half-widths of the sequences."""
    saved = rows(file)
    figure = Figure(figsize=(15, 4.4), layout="constrained")
    misses, masks, narrow = figure.subplots(1, 3)
    _misses(misses, cells(saved))
    _masks(masks, cells(saved))
    _half_widths(narrow, saved)
    return figure


def _misses(axes: Axes, found: dict[tuple[str, float], dict[str, Any]]) -> None:
    """Draw the share of misses when sampling stops at each tolerance, and at the worst of all checks."""
    places = [*TOLERANCES, "worst"]
    for (rule, tolerance), cell in found.items():
        kind, _, worst = rule.partition(", ")
        place = places.index("worst" if worst else tolerance)
        share = cell["missed"] / cell["runs"]
        low, high = clopper_pearson(cell["missed"], cell["runs"])
        axes.errorbar(place + 0.1 * (list(COLOURS).index(kind) - 3), 100 * share,
                      yerr=[[100 * (share - low)], [100 * (high - share)]], fmt=MARKERS[kind], color=COLOURS[kind],
                      capsize=3, label=LABELS[kind] if place == 0 else None)  # fmt: skip
    axes.axhline(100 * (1 - LEVEL), color="grey", ls="--", lw=1)
    names = [f"stop at ±{tolerance:g}" for tolerance in TOLERANCES]
    axes.set_xticks(range(len(places)), [*names, "stop at the worst\nof all looks"])
    axes.set(ylabel="runs that miss some coefficient (%)", ylim=(0, None))
    axes.set_title("misses, nominal 5 % dashed", fontsize=10)
    axes.legend(fontsize=8, loc="upper left")


def _masks(axes: Axes, found: dict[tuple[str, float], dict[str, Any]]) -> None:
    for rule in COLOURS:
        at = [tolerance for tolerance in TOLERANCES if (rule, tolerance) in found]
        if not at:
            continue
        low, middle, high = np.array([np.quantile(found[rule, one]["masks"], [0.1, 0.5, 0.9]) for one in at]).T
        axes.plot(at, middle, MARKERS[rule] + "-", color=COLOURS[rule], label=LABELS[rule])
        axes.fill_between(at, low, high, color=COLOURS[rule], alpha=0.15, lw=0)
    axes.set(xscale="log", yscale="log", xlabel="tolerance (probability)", ylabel="masks drawn")
    axes.set_xticks(TOLERANCES, [f"±{tolerance:g}" for tolerance in TOLERANCES])
    axes.minorticks_off()
    axes.set_title("masks at the stop: median, 10 % to 90 %", fontsize=10)


def _half_widths(axes: Axes, saved: list[dict[str, Any]]) -> None:
    found = [row for row in saved if row["rule"] == "widths"]
    colours, styles = ("#0072B2", "#E69F00", "#000000", "#009E73"), ("-", "--", ":", "-.")
    for row in found:
        for name, colour, style in zip(SEQUENCES, colours, styles, strict=True):
            axes.plot(row["sizes"], row["half_widths"][name], style, color=colour, marker="o", ms=3, label=name)
        axes.axhline(row["tolerance"], color="grey", lw=0.8)
    axes.set(xscale="log", yscale="log", xlabel="masks", ylabel="largest half-width (probability)")
    axes.set_title("the same masks and bets, tolerance grey", fontsize=10)
    axes.legend(fontsize=8)
