"""Figures of coverage for each table, calibration of the forecasts, and observed against forecast VSI."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.inference.measure import LEVEL
from experiments.inference.report import binned, mean_each, sizes, values_of_n

BLUE, ORANGE, GREEN, GREY = "#0072B2", "#E69F00", "#009E73", "#595959"
KINDS = (
    ("each coefficient", mean_each, BLUE, "o"),
    ("all by simultaneous", lambda row: row["all_by_simultaneous"], GREEN, "s"),
    ("all by pointwise", lambda row: row["all_by_pointwise"], ORANGE, "^"),
)


def picture(rows: Sequence[dict[str, Any]]) -> Figure:
    """Draw the three panels."""
    figure, panels = plt.subplots(1, 3, figsize=(14, 4.4), layout="constrained")
    _coverage(panels[0], rows)
    _calibration(panels[1], rows)
    _agreement(panels[2], rows)
    return figure


def _coverage(panel: Axes, rows: Sequence[dict[str, Any]]) -> None:
    """Draw a point for each table, and the mean as a bar beside them."""
    for group, n in enumerate(values_of_n(rows)):
        for place, (name, share, colour, marker) in enumerate(KINDS):
            found = np.array([share(row) for row in rows if row["n"] == n])
            at = group + 0.25 * (place - 1)
            spread = at + 0.06 * np.linspace(-1, 1, len(found)) if len(found) > 1 else [at]
            label = name if group == 0 else None
            panel.scatter(spread, 100 * np.sort(found), s=16, color=colour, marker=marker, alpha=0.6, label=label)
            panel.plot([at - 0.1, at + 0.1], [100 * found.mean()] * 2, color=colour, lw=2.5)
    panel.axhline(100 * LEVEL, color=GREY, lw=1, ls="--")
    panel.set_xticks(range(len(values_of_n(rows))), [f"n = {n}" for n in values_of_n(rows)])
    panel.set(
        ylabel="runs that cover the exact limit (%)", title=f"Coverage of {100 * LEVEL:.0f} % intervals, by table"
    )
    panel.legend(loc="center right", fontsize=8)


def _calibration(panel: Axes, rows: Sequence[dict[str, Any]]) -> None:
    for k, colour, marker in zip(sizes(rows), (BLUE, ORANGE, GREEN), ("o", "s", "^"), strict=False):
        count, forecast, seen = binned(rows, k)
        kept = count >= 50
        panel.plot(100 * forecast[kept], 100 * seen[kept], marker=marker, color=colour, label=f"top {k}")
    panel.plot([0, 100], [0, 100], color=GREY, lw=1, ls="--", label="calibrated")
    panel.set(
        xlabel="forecast: the set changes (%)", ylabel="next run has another set (%)", title="Stability forecasts"
    )
    panel.legend(fontsize=8)


def _agreement(panel: Axes, rows: Sequence[dict[str, Any]]) -> None:
    for k, colour, marker in zip(sizes(rows), (BLUE, ORANGE, GREEN), ("o", "s", "^"), strict=False):
        pairs = np.array([[row["stability"][k][key] for key in ("vsi_forecast", "vsi_seen")] for row in rows])
        forecast, seen = 100 * pairs.T
        panel.scatter(forecast, seen, s=18, color=colour, marker=marker, alpha=0.7, label=f"top {k}")
    low = panel.get_xlim()[0]
    panel.plot([low, 100], [low, 100], color=GREY, lw=1, ls="--", label="equal")
    panel.set(
        xlabel="VSI forecast from one run (%)", ylabel="VSI of repeated runs (%)", title="Overlap of selected sets"
    )
    panel.legend(fontsize=8)
