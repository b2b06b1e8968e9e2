"""Pictures of the saved rows: the figures of the study, and where LIME and gradients part, in Okabe & Ito's colours."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter, NullLocator

from experiments._frame import Row
from experiments.garreau2021 import cells
from experiments.garreau2021.agreement import TOPS
from experiments.garreau2021.cells import of_rows
from experiments.garreau2021.qualitative import pictures
from experiments.garreau2021.report import STEPS_OF
from experiments.garreau2021.theory import LENGTH, WIDEST, weights
from experiments.lime2016.intervals import mean_of
from limetheory.images.figures.superpixels import superpixel_borders, superpixel_numbers
from limetheory.verification.figures import BLUE, GREEN, ORANGE

TITLES = {WIDEST: "over most superpixels"}
COLOURS = {"lime": BLUE, "limetheory": ORANGE}
STYLES = (
    (BLUE, "o"), (ORANGE, "s"), (GREEN, "^"), ("#CC79A7", "D"), ("#56B4E9", "v"), ("#E69F00", "P"), ("#000000", "X")
)  # fmt: skip


def figure3(rows: list[Row]) -> Figure | None:
    """The digit with the shape on the left, and boxes of the runs with the limit on the right, for every position."""
    rows = [row for row in rows if row["part"] == "figure3"]
    if not rows:
        return None
    figure, panels = plt.subplots(
        len(rows), 2, figsize=(11, 3.3 * len(rows)), width_ratios=[1, 3], squeeze=False, layout="constrained"
    )
    for (left, right), row in zip(panels, rows, strict=True):
        _digit(left, row)
        first, width = row["first"], len(row["pixels"][0])
        left.plot([first % width + step for step in range(LENGTH)], [first // width] * LENGTH, "s", color="#D55E00",
                  ms=3.5)  # fmt: skip
        left.set_title(f"shape: {TITLES.get(row['model'], row['model'])}", fontsize=10)
        _boxes(right, row)
        right.set(ylim=(-0.1, 1.1), ylabel="coefficient")
    panels[0][1].legend(loc="upper right", fontsize=9)
    panels[-1][1].set_xlabel("superpixel")
    return figure


def figure4(rows: list[Row]) -> Figure | None:
    """The weights, the digit, and boxes of the runs with the limit, for every dataset."""
    rows = [row for row in rows if row["part"] == "figure4"]
    if not rows:
        return None
    figure, panels = plt.subplots(
        len(rows), 3, figsize=(13, 3.2 * len(rows)), width_ratios=[1.1, 1, 2.4], squeeze=False, layout="constrained"
    )
    for (heat, left, right), row in zip(panels, rows, strict=True):
        shape = np.array(row["pixels"]).shape
        shown = heat.imshow(weights(shape, row["seed"]), cmap="viridis")
        figure.colorbar(shown, ax=heat, shrink=0.8)
        heat.set_title("weights λ of the pixels", fontsize=10)
        heat.set_axis_off()
        _digit(left, row)
        left.set_title("superpixels", fontsize=10)
        _boxes(right, row)
        right.set(xlabel="superpixel", ylabel="coefficient")
        right.legend(fontsize=9)
    return figure


def _digit(axes: Axes, row: Row) -> None:
    """The digit with its superpixels, numbered from 1 as in the study."""
    segments = np.array(row["segments"]) + 1
    axes.imshow(np.array(row["pixels"]), cmap="gray", vmin=0, vmax=255)
    superpixel_borders(axes, segments, "#56B4E9", 1.0)
    superpixel_numbers(axes, segments, range(1, segments.max() + 1))
    axes.set_axis_off()


def _boxes(axes: Axes, row: Row) -> None:
    """A box for each superpixel and package, and a cross for the limit."""
    d = row["superpixels"]
    for number, (name, runs) in enumerate(row["runs"].items()):
        offset = 0.32 * (number - 0.5)
        boxes = axes.boxplot(
            np.array(runs), positions=np.arange(1, d + 1) + offset, widths=0.26, patch_artist=True, manage_ticks=False,
            boxprops={"facecolor": COLOURS[name], "alpha": 0.5, "edgecolor": COLOURS[name]},
            medianprops={"color": COLOURS[name]}, whiskerprops={"color": COLOURS[name]},
            capprops={"color": COLOURS[name]}, flierprops={"marker": ".", "markeredgecolor": COLOURS[name]},
        )  # fmt: skip
        boxes["boxes"][0].set_label(f"{name}, {len(runs)} runs of {row['masks']:,} masks")
    axes.plot(range(1, d + 1), row["limit"], "x", color="black", ms=9, mew=1.8, ls="", label="limit (theory)", zorder=5)
    axes.set(xlim=(0.5, d + 0.5), xticks=range(1, d + 1))
    axes.grid(axis="y", alpha=0.3)


def parts(rows: list[Row]) -> Figure | None:
    """What each difference between two explanations costs, with intervals, for small and for ImageNet networks."""
    of_study = _of_study(rows)
    groups = [own for part in ("small", "imagenet") if (own := [row for row in of_study if row["part"] == part])]
    if not groups:
        return None
    figure, panels = plt.subplots(
        1, len(groups), figsize=(4.2 + 4.3 * len(groups), 6.2), sharey=True, squeeze=False, layout="constrained"
    )
    for panel, own in zip(panels[0], groups, strict=True):
        _ladder(panel, own)
        panel.set(xlim=(0, 1.02), xlabel=f"Jaccard index of the {TOPS[0]} largest positive coefficients",
                  title="small networks" if own[0]["part"] == "small" else "ImageNet networks")  # fmt: skip
        panel.grid(axis="x", alpha=0.3)
        panel.legend(fontsize=9, loc="upper center", bbox_to_anchor=(0.5, -0.12), ncols=2, title="network (images)")
    panels[0][0].set_yticks(range(len(STEPS_OF)), STEPS_OF)
    panels[0][0].invert_yaxis()
    return figure


def _of_study(rows: Sequence[Row]) -> list[Row]:
    """The rows of networks with the study's superpixels and replacement, where there is something to explain."""
    compared = (row for row in rows if row["part"] in ("small", "imagenet") and row["variant"] == "study")
    return cells.explainable(compared)


def _ladder(axes: Axes, rows: Sequence[Row]) -> None:
    names = sorted({row["model"] for row in rows})
    for number, name in enumerate(names):
        own = [row for row in rows if row["model"] == name]
        colour, marker = STYLES[number % len(STYLES)]
        axes.plot([], [], marker, color=colour, label=f"{name} ({len(own)})")
        for place, of in enumerate(STEPS_OF.values()):
            if values := of_rows(own, of, TOPS[0]):
                mean, low, high = mean_of(values)
                height = place + 0.16 * (number - (len(names) - 1) / 2)
                axes.plot([low, high], [height, height], color=colour, lw=1.4)
                axes.plot(mean, height, marker, color=colour, ms=4.5)


def bandwidth(rows: list[Row]) -> Figure | None:
    """How the index of LIME's limit with gradients depends on the bandwidth."""
    rows = _of_study(rows)
    if not rows:
        return None
    figure, axes = plt.subplots(figsize=(7.5, 4.2), layout="constrained")
    widths = list(rows[0]["bandwidths"])
    names = list(dict.fromkeys(row["model"] for row in rows))
    for number, name in enumerate(names):
        own = [row for row in rows if row["model"] == name]
        found = [mean_of([cells.at_bandwidth(width)(row, TOPS[0]) for row in own]) for width in widths]
        colour, marker = STYLES[number % len(STYLES)]
        places = np.arange(len(widths)) + 0.08 * (number - (len(names) - 1) / 2)
        means, lows, highs = np.transpose(found)
        axes.errorbar(places, means, [means - lows, highs - means], fmt=marker, ls="-", lw=1, color=colour, ms=5,
                      label=f"{name} ({len(own)})")  # fmt: skip
    axes.set_xticks(range(len(widths)), [width.replace("inf", "∞") for width in widths])
    axes.set(xlabel="bandwidth ν", ylabel="Jaccard index, LIME's limit with gradients", ylim=(0, 1.02))
    axes.grid(alpha=0.3)
    axes.legend(fontsize=9, loc="center left", bbox_to_anchor=(1, 0.5), title="network (images)")
    return figure


def convergence(rows: list[Row]) -> Figure | None:
    """Errors against N and d beside thm:clt, and the largest error beside thm:bound."""
    rows = sorted((row for row in rows if row["part"] == "convergence"), key=lambda row: row["superpixels"])
    if not rows:
        return None
    figure, (by_n, by_d, limits) = plt.subplots(1, 3, figsize=(14, 4.8), layout="constrained")
    sizes = sorted({size for row in rows for size in row["sizes"]})
    _against_masks(by_n, rows, sizes)
    _against_superpixels(by_d, rows, sizes)
    d = [row["superpixels"] for row in rows]
    limits.semilogx(d, [row["limit"][0] for row in rows], "o-", color=BLUE, label="in the shape")
    limits.semilogx(d, [row["limit"][1] for row in rows], "s-", color=ORANGE, label="elsewhere")
    limits.set(xlabel="superpixels d", ylabel="limit of the coefficient", ylim=(-0.05, 1))
    for axes, places in ((by_n, sizes), (by_d, d), (limits, d)):
        axes.xaxis.set_minor_locator(NullLocator())
        axes.set_xticks(places, [f"{place:,}" for place in places])
        axes.grid(alpha=0.3)
        axes.legend(fontsize=8, loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=4)
    return figure


def _against_masks(axes: Axes, rows: Sequence[Row], sizes: Sequence[int]) -> None:
    """The largest error of any coefficient, and its guarantee where there is one."""
    for number, row in enumerate(rows):
        colour, marker = STYLES[number]
        axes.loglog(row["sizes"], row["largest"], marker, color=colour, ls="-", lw=1, ms=5,
                    label=f"d = {row['superpixels']}")  # fmt: skip
        guarantee = np.array(row["bound"])
        axes.loglog(row["sizes"], np.where(np.isfinite(guarantee), guarantee, np.nan), color=colour, ls=":", lw=1.4)
    axes.plot([], [], color="black", ls=":", label="guarantee")
    axes.set(xlabel="masks N", ylabel="largest error of any coefficient, 95 % quantile", 
             xlim=(sizes[0] / 1.2, sizes[-1] * 1.2))  # fmt: skip


def _against_superpixels(axes: Axes, rows: Sequence[Row], sizes: Sequence[int]) -> None:
    """The root mean squared error, and what thm:clt predicts."""
    for number, n in enumerate(sizes):
        found = [(row, row["sizes"].index(n)) for row in rows if n in row["sizes"]]
        d, (colour, marker) = [row["superpixels"] for row, _ in found], STYLES[number]
        axes.loglog(d, [row["rmse"][i] for row, i in found], marker, color=colour, ms=6, ls="", label=f"N = {n:,}")
        axes.loglog(d, [row["predicted"][i] for row, i in found], color=colour, lw=1)
    axes.plot([], [], color="black", lw=1, label="thm:clt")
    axes.set(xlabel="superpixels d", ylabel="root mean squared error", ylim=(0.005, 0.06))
    axes.set_yticks([0.005, 0.01, 0.02, 0.04], ["0.005", "0.01", "0.02", "0.04"])
    axes.yaxis.set_minor_formatter(NullFormatter())


FIGURES: dict[str, Callable[[list[Row]], Figure | None]] = {
    "figure3": figure3, "figure4": figure4, "parts": parts, "bandwidth": bandwidth, "convergence": convergence,
    "qualitative": pictures,
}  # fmt: skip
