"""Coverage against the number of masks for each parameter, for every method."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from experiments.coverage.reasons import GOAL, Row, is_below, is_impossible, label
from experiments.coverage.report import methods
from experiments.coverage.settings import LEVEL

GREY = "#595959"
_LARGEST_MISS, _SMALLEST_MISS, _SPREAD = 1.0, 0.002, 0.12
_TICKS = (*(1 - covered for covered in (0.0, 0.5, 0.8, 0.9, GOAL, LEVEL, 0.98, 0.99, 0.995)), _SMALLEST_MISS)
"""The shares of intervals that miss, at which the axis has ticks."""


def picture(rows: Sequence[Row]) -> Figure:
    """Draw a panel for each method, in which every point is a cell."""
    names = methods(rows)
    figure, panels = plt.subplots(
        1,
        len(names),
        figsize=(3.1 * len(names) + 1, 4.6),
        sharex=True,
        sharey=True,
        layout="constrained",
        squeeze=False,
    )
    for panel, name in zip(panels[0], names, strict=True):
        points = _panel(panel, [row for row in rows if label(row) == name], name)
    panels[0, 0].set_ylabel(f"coefficients whose {100 * LEVEL:.0f} % interval holds the limit (%)")
    panels[0, 0].legend(loc="lower right", fontsize=8)
    figure.colorbar(points, ax=panels, label="runs that say ∞ (%)", pad=0.01)
    return figure


def _panel(panel: Axes, rows: Sequence[Row], name: str) -> PathCollection:
    """Draw cells that must cover too little as crosses, and the others coloured by the share of infinite intervals."""
    must, rest = ([row for row in rows if is_impossible(row) == wanted] for wanted in (True, False))
    panel.axhspan(_LARGEST_MISS, 1 - GOAL, color="#D55E00", alpha=0.07, lw=0)
    panel.axhline(1 - GOAL, color=GREY, lw=1, ls="--", label=f"{100 * GOAL:.0f} %")
    panel.scatter(*_places(must), s=18, marker="x", lw=0.8, color=GREY, label="rare values not shown")
    points = panel.scatter(
        *_places(rest), s=16, c=[100 * row["infinite"] for row in rest], cmap="viridis", vmin=0, vmax=100, lw=0.3,
        edgecolor="white",
    )  # fmt: skip
    good = np.mean([not is_below(row) for row in rows])
    panel.set_title(f"{name}\n{100 * good:.1f} % of {len(rows):,} cells ≥ {100 * GOAL:.0f} %", fontsize=10)
    panel.set(
        xscale="log", yscale="log", ylim=(_LARGEST_MISS, _SMALLEST_MISS / 1.3), xlabel="masks a parameter, n / (d + 1)"
    )
    panel.yaxis.set(
        major_locator=FixedLocator(_TICKS), minor_locator=NullLocator(),
        major_formatter=FuncFormatter(_percent),
    )  # fmt: skip
    panel.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    return points


def _places(rows: Sequence[Row]) -> tuple[np.ndarray, np.ndarray]:
    """Masks for each parameter, moved a little so that points do not coincide, and the clipped share of misses."""
    spread = np.random.default_rng(0).uniform(-_SPREAD, _SPREAD, len(rows))
    times = np.array([row["n"] / (row["d"] + 1) for row in rows])
    return times * np.exp(spread), np.array([max(1 - row["coverage"], _SMALLEST_MISS) for row in rows])


def _percent(miss: float, place: int | None = None) -> str:
    return f"{100 * (1 - miss):g}{'+' if miss == _SMALLEST_MISS else ''}"
