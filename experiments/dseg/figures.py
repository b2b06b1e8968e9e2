"""Figures of the saved rows: means with intervals, and critical differences of ranks."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.dseg.ranks import Ranks, groups, ranks
from experiments.dseg.scores import Scores, better
from experiments.dseg.tables import REFERENCE
from limetheory.metrics import interval

RANKED = ("SRG", "Insertion AUC", "Deletion AUC", "Incremental deletion", "Infidelity", "Expected relative stability")
DRAWN = (
    "Kept-area preservation", "Preservation", "Deletion", "Noise preservation", "Noise deletion", "SRG",
    "Insertion AUC", "Deletion AUC", "Incremental deletion", "Infidelity", "Expected relative stability",
    "Similarity to random",
)  # fmt: skip
HIERARCHY, OTHER = "#0072B2", "#444444"
"""Blue and grey of the palette of Okabe & Ito (2008)."""
_DIRECTIONS = {"↑": "higher is better", "↓": "lower is better", "→0": "nearer to 0 is better"}


def intervals(scores: Scores) -> Figure:
    """Draw the mean of each metric for every segmenter, with 95 % intervals over photographs."""
    figure = Figure(figsize=(12, 10.5), layout="constrained")
    grid = figure.subplots(4, 3, sharey=True).ravel()
    for axes, metric in zip(grid, DRAWN, strict=True):
        _means(axes, scores, metric)
    figure.suptitle(f"LIME on {scores.network}, {len(scores.photographs)} photographs: mean and 95 % interval")
    return figure


def _means(axes: Axes, scores: Scores, metric: str) -> None:
    for place, name in enumerate(scores.conditions):
        values = scores.over(metric, name)
        found = interval(values[np.isfinite(values)])
        colour = HIERARCHY if name.startswith(REFERENCE) or name.startswith("sam") else OTHER
        axes.plot(found.mean, place, "o", color=colour, markersize=6)
        if np.isfinite(found.low):
            axes.plot([found.low, found.high], [place, place], color=colour, linewidth=1.8)
    axes.set_yticks(range(len(scores.conditions)), scores.conditions)
    axes.set_ylim(len(scores.conditions) - 0.5, -0.5)
    axes.set_title(f"{metric} ({_DIRECTIONS[better(metric)]})", fontsize=10)
    axes.grid(axis="x", color="0.9")
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(axis="y", length=0)


def critical_differences(scores: Scores) -> Figure:
    """Draw the average ranks of the segmenters; a bar joins those that do not differ significantly at 5 % (Nemenyi)."""
    figure = Figure(figsize=(11, 9), layout="constrained")
    for axes, metric in zip(figure.subplots(3, 2).ravel(), RANKED, strict=True):
        table = np.stack([scores.over(metric, name) for name in scores.conditions], axis=1)
        table = table[np.isfinite(table).all(axis=1)]
        found = ranks(table, better(metric))
        _ranked(axes, found, scores.conditions)
        axes.set_title(f"{metric}, {len(table)} photographs, Friedman p = {found.p:.2g}", fontsize=10)
    figure.suptitle(
        f"Mean rank of segmenters with LIME on {scores.network} (1 is best); joined by a bar: no difference at 5 %"
    )
    return figure


def _ranked(axes: Axes, found: Ranks, names: list[str]) -> None:
    methods, order = len(names), np.argsort(found.means)
    bars = groups(found.means, found.critical)
    floor = -0.35 * len(bars) - 0.3
    axes.plot([1, methods], [0, 0], color="black", linewidth=1)
    for tick in range(1, methods + 1):
        axes.plot([tick, tick], [0, 0.15], color="black", linewidth=1)
        axes.text(tick, 0.25, str(tick), ha="center", va="bottom", fontsize=8)
    for number, (low, high) in enumerate(bars):
        axes.plot([low - 0.04, high + 0.04], [-0.35 * (number + 1)] * 2, color="black", linewidth=3.5)
    half = (methods + 1) // 2
    for place, method in enumerate(order):
        left = place < half
        depth = floor - 0.55 * (place if left else methods - 1 - place)
        edge, rank = (0.6 if left else methods + 0.4), found.means[method]
        colour = HIERARCHY if names[method].startswith((REFERENCE, "sam")) else OTHER
        axes.plot([rank, rank, edge], [0, depth, depth], color=colour, linewidth=1)
        axes.text(
            edge, depth, f"{names[method]} {rank:.1f} " if left else f" {rank:.1f} {names[method]}",
            ha="right" if left else "left", va="center", fontsize=9, color=colour,
        )  # fmt: skip
    axes.plot([1, 1 + found.critical], [1.0, 1.0], color="black", linewidth=1.5, marker="|")
    axes.text(1 + found.critical + 0.1, 1.0, f"critical difference {found.critical:.2f}", va="center", fontsize=8)
    axes.set_xlim(-2.2, methods + 3.2)
    axes.set_ylim(floor - 0.55 * half, 1.4)
    axes.axis("off")
