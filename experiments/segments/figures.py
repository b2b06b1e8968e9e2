"""The curves of the measures over the number of segments."""

from __future__ import annotations

from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from experiments.segments.scores import MEASURES, Measure, Scores, scores
from experiments.segments.settings import REFERENCES
from limetheory.metrics import interval

COLOURS = {
    "dino": "#D55E00", "higra": "#0072B2", "slic": "#009E73", "quickshift": "#CC79A7", "felzenszwalb": "#E69F00",
    "watershed": "#56B4E9", "grid": "#444444",
}  # fmt: skip
"""Of the palette of Okabe & Ito (2008)."""
MARKERS = dict(zip(COLOURS, "os^vDPx", strict=True))
PANELS = tuple(one for one in MEASURES if one.title != "SRG of 256 masks")
APART = 0.07
"""Between the bars of two segmenters, where 1 is the distance of two counts."""


def drawn(folder: Path) -> Path:
    """Draw the figure beside the folder of the rows, and return its path."""
    found = scores(folder)
    figure, panels = plt.subplots(2, 3, figsize=(13, 7.6), layout="constrained")
    for panel, measure in zip(panels.ravel(), PANELS, strict=True):
        _curves(panel, found, measure)
    handles, names = panels[0, 0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside lower center", ncols=len(names), frameon=False)
    figure.suptitle(f"{len(found.photographs)} photographs: mean and 95 % interval by wanted number of segments")
    file = folder.with_name("curves.png")
    figure.savefig(file, dpi=110)
    plt.close(figure)
    return file


def _curves(panel: Axes, found: Scores, measure: Measure) -> None:
    for place, name in enumerate(found.segmenters):
        x = np.arange(len(found.counts)) + APART * (place - (len(found.segmenters) - 1) / 2)
        values = [found.over(measure.column, measure.answer, name, count) for count in found.counts]
        bold = name in REFERENCES
        panel.plot(
            x, [np.nanmean(one) for one in values], label=name, color=COLOURS[name], marker=MARKERS[name],
            linewidth=2.2 if bold else 1.1, markersize=5, zorder=3 if bold else 2,
        )  # fmt: skip
        for at, one in zip(x, values, strict=True):
            _bar(panel, at, one[np.isfinite(one)], COLOURS[name])
    better = "higher" if measure.better == "↑" else "lower"
    panel.set_title(f"{measure.title} ({better} is better)", fontsize=10)
    panel.set_xticks(range(len(found.counts)), [f"≈ {count}" for count in found.counts])
    panel.grid(axis="y", color="0.9")
    panel.spines[["top", "right"]].set_visible(False)


def _bar(panel: Axes, x: float, values: np.ndarray, colour: str) -> None:
    if len(values) > 1 and np.ptp(values) > 0:
        ends = interval(values)
        panel.plot([x, x], [ends.low, ends.high], color=colour, linewidth=0.9, alpha=0.6)
