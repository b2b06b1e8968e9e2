"""Curves of the metrics against the number of segments, and composed scenes with their segments."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from skimage.segmentation import mark_boundaries

from experiments._frame import Row
from experiments.segment_quality.photographs import photographs
from experiments.segment_quality.scenes import Scene, composed
from experiments.segment_quality.scores import SEGMENTS, Scores, arrow, scores
from experiments.segment_quality.segmenters import HIERARCHIES, SEGMENTERS
from experiments.segment_quality.settings import KINDS, Settings
from experiments.segment_quality.tuning import chosen
from limetheory.metrics import interval

DRAWN = ("Boundary recall", "Boundary precision", "Achievable segmentation accuracy", "Achievable overlap")
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#999999")
"""The palette of Okabe & Ito (2008)."""
MARKERS = "osDv^<>P"
EXAMPLES, EXAMPLE_COUNT = (0, 1), 16
"""The numbers of the scenes of each kind that are shown, and the number of segments."""


def curves(rows: Sequence[Row]) -> Figure:
    """Draw the mean of each metric against the mean number of segments, for each kind of scene and segmenter."""
    kinds = [kind for kind in KINDS if any(row["kind"] == kind for row in rows)]
    figure = Figure(figsize=(15, 3.9 * len(kinds) + 0.6), layout="constrained")
    grid = figure.subplots(len(kinds), len(DRAWN), squeeze=False)
    for line, kind in zip(grid, kinds, strict=True):
        found = scores(rows, (kind,))
        for axes, metric in zip(line, DRAWN, strict=True):
            _curve(axes, found, metric)
            axes.set_title(f"{arrow(metric)}\n{len(found.scenes)} scenes of {kind}", fontsize=9)
    handles, labels = grid[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=len(labels))
    return figure


def _curve(axes: Axes, found: Scores, metric: str) -> None:
    for place, name in enumerate(found.segmenters):
        means = [
            interval(found.over(metric, name, count), method="percentile", n_resamples=999) for count in found.counts
        ]
        segments = [found.over(SEGMENTS, name, count).mean() for count in found.counts]
        middle, low, high = np.array(means).T
        axes.errorbar(
            segments, middle, np.nan_to_num([middle - low, high - middle]), color=COLOURS[place % len(COLOURS)],
            marker=MARKERS[place % len(MARKERS)], markersize=4, capsize=2, label=name,
            linewidth=2.2 if name in HIERARCHIES else 1.1,
        )  # fmt: skip
    axes.set_xscale("log", base=2)
    axes.set_xticks(found.counts, [str(count) for count in found.counts])
    axes.set_xlabel("segments", fontsize=9)
    axes.grid(alpha=0.3)


def examples(tuning: Sequence[Row]) -> Figure:
    """Draw some scenes of scikit-image's pictures, their true regions, and each segmenter's cut."""
    settings = Settings()
    scenes = [composed(photographs(None), settings, kind, number) for kind in KINDS for number in EXAMPLES]
    columns = [("regions", None), *((name, name) for name in SEGMENTERS)]
    figure = Figure(figsize=(2.1 * len(columns), 1.75 * len(scenes)), layout="constrained")
    grid = figure.subplots(len(scenes), len(columns), squeeze=False)
    for line, scene in zip(grid, scenes, strict=True):
        for axes, (title, name) in zip(line, columns, strict=True):
            labels = scene.truth if name is None else _cut(scene, name, tuning, settings)
            axes.imshow(mark_boundaries(scene.image, labels, color=(1, 1, 0), mode="thick"))
            axes.set_title(f"{title}, {len(np.unique(labels))}", fontsize=9)
            axes.axis("off")
    return figure


def _cut(scene: Scene, name: str, tuning: Sequence[Row], settings: Settings) -> np.ndarray:
    number = chosen(tuning, name, settings.counts)[settings.counts.index(EXAMPLE_COUNT)]
    candidate = SEGMENTERS[name][number]
    cuts = candidate.cut(scene.image, (EXAMPLE_COUNT,), **candidate.settings)
    return cuts[EXAMPLE_COUNT]
