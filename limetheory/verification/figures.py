"""The figures of the verification report, drawn from its numbers in the colours of Okabe & Ito (2008)."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from limetheory.images import MaskedImage
from limetheory.images.figures.superpixels import superpixel_borders, superpixel_numbers
from limetheory.verification.bandwidth import Sweep
from limetheory.verification.digits import DigitResult
from limetheory.verification.network import LEVEL, NetworkResult

BLUE, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#666666"


def digits_figure(comparisons: list[DigitResult]) -> Figure:
    """Draw a row for each model: the digit with its superpixels, and beside it the estimates and the limit."""
    figure = Figure(figsize=(11, 3.1 * len(comparisons)), layout="constrained")
    rows = figure.subplots(len(comparisons), 2, width_ratios=[1, 3.4], squeeze=False)
    for (picture, plot), found in zip(rows, comparisons, strict=True):
        _superpixels(picture, found.masked, np.abs(found.limit).argsort()[::-1][:5])
        picture.set_title(f"digit, {found.masked.d} superpixels", fontsize=10)
        shown = np.argsort(-np.abs(found.limit))[:25]
        plot.boxplot(found.estimates[:, shown], positions=range(len(shown)), widths=0.6,
                     flierprops={"markersize": 2}, medianprops={"color": BLUE})  # fmt: skip
        plot.plot(
            range(len(shown)),
            found.limit[shown],
            "D",
            color=ORANGE,
            ms=5,
            label="limit (closed form)",
            zorder=3,
        )
        plot.set_xticks(range(len(shown)), shown, fontsize=8)
        plot.axhline(0, color=GREY, lw=0.6)
        plot.set(xlabel="superpixel, by size of its coefficient", ylabel="coefficient (output of the model)")
        plot.set_title(f"{found.name}: boxes of {len(found.estimates)} estimates", fontsize=10)
        plot.legend(loc="upper right", fontsize=9)
    return figure


def convergence_figure(results: list[NetworkResult]) -> Figure:
    """Draw error and coverage against the number of masks, with a column for each photograph."""
    figure = Figure(figsize=(4.6 * len(results), 6.4), layout="constrained")
    columns = figure.subplots(2, len(results), sharex=True, height_ratios=[1.6, 1], squeeze=False).T
    for (error, coverage), result in zip(columns, results, strict=True):
        found = result.convergence
        error.loglog(found.sizes, found.errors, "o", color=BLUE, label="measured")
        error.loglog(found.sizes, found.predicted, "-", color=ORANGE, label="predicted (thm:clt)")
        error.set(ylabel="root mean squared error (probability)")
        error.set_title(f"{result.name}, d = {result.masked.d}\nfitted rate {found.rate:.3f}", fontsize=10)
        error.legend(fontsize=9)
        coverage.semilogx(found.sizes, 100 * found.coverage, "o-", color=GREEN)
        coverage.axhline(100 * LEVEL, color=GREY, ls="--", lw=1)
        coverage.set(xlabel="number of masks N", ylabel="coverage of 95 %\nintervals (%)", ylim=(85, 100.5))
        for axes in (error, coverage):
            axes.set_xscale("log", base=2)
            axes.grid(alpha=0.3)
    return figure


def gradients_figure(result: NetworkResult) -> Figure:
    """Draw the photograph, heatmaps of LIME's limit and of integrated gradients, and a scatter plot of the two."""
    figure = Figure(figsize=(14, 3.6), layout="constrained")
    photo, lime, gradients, scatter = figure.subplots(1, 4, width_ratios=[1, 1.15, 1.15, 1.2])
    _superpixels(photo, result.masked, range(result.masked.d))
    photo.set_title(
        f"{result.photograph}: {result.target}, p = {result.probability:.2f}", fontsize=10, parse_math=False
    )
    for axes, values, title in (
        (lime, result.limit, "limit of LIME"),
        (gradients, result.gradients, "integrated gradients, summed"),
    ):
        bound = np.abs(values).max()
        shown = axes.imshow(values[result.masked.segments], cmap="PuOr_r", vmin=-bound, vmax=bound)
        axes.set_title(title, fontsize=10)
        axes.set_axis_off()
        figure.colorbar(shown, ax=axes, shrink=0.85, label="probability")
    scatter.axhline(0, color=GREY, lw=0.6)
    scatter.axvline(0, color=GREY, lw=0.6)
    scatter.plot(result.limit, result.gradients, "o", color=BLUE, ms=4)
    points = np.column_stack([result.limit, result.gradients])
    for j in _apart(points):
        scatter.annotate(str(j), points[j], xytext=(3, 3), textcoords="offset points", fontsize=8)
    scatter.set(xlabel="limit of LIME (probability)", ylabel="integrated gradients (probability)")
    scatter.set_title(
        f"correlation {result.correlation:.2f}, top-{result.top} Jaccard {result.jaccard:.2f}", fontsize=10
    )
    return figure


def _apart(points: np.ndarray, gap: float = 0.05) -> np.ndarray:
    """Which points, (d, 2), have room for a label: no other point lies within a share of the range on both axes."""
    places = points / np.maximum(np.ptp(points, axis=0), np.finfo(float).tiny)
    apart = np.abs(places[:, None] - places).max(axis=2)
    np.fill_diagonal(apart, np.inf)
    return np.flatnonzero(apart.min(axis=1) > gap)


def bandwidth_figure(found: Sweep) -> Figure:
    """Draw every coefficient against the bandwidth, and the gap to the unweighted limit."""
    figure = Figure(figsize=(11, 4), layout="constrained")
    curves, gaps = figure.subplots(1, 2)
    for j, values in enumerate(found.limits.T):
        curves.semilogx(found.bandwidths, values, color=BLUE, lw=1, label="limit at ν" if j == 0 else None)
        curves.plot(
            found.bandwidths[-1] * 1.6, found.unweighted[j], "<", color=ORANGE, ms=6,
            label="difference of means (ν = ∞)" if j == 0 else None,
        )  # fmt: skip
    curves.axvline(0.25, color=GREY, ls=":", label="lime's default 0.25")
    curves.axhline(0, color=GREY, lw=0.6)
    curves.set(xlabel="bandwidth ν", ylabel="limit coefficient of each\nsuperpixel (probability)")
    curves.set_title(found.photograph, fontsize=10)
    figure.legend(*curves.get_legend_handles_labels(), loc="outside lower left", ncols=3, fontsize=9)
    gaps.loglog(found.bandwidths, found.gaps, "o", color=BLUE, ms=4, label="largest gap to ν = ∞")
    reference = found.gaps[-1] * (found.bandwidths / found.bandwidths[-1]) ** -2.0
    far = found.bandwidths >= 1
    gaps.loglog(found.bandwidths[far], reference[far], "-", color=ORANGE, label="slope −2")
    gaps.set(xlabel="bandwidth ν", ylabel="largest |limit at ν − limit at ∞|\n(probability)")
    gaps.set_title(f"fitted order {found.order:.3f}", fontsize=10)
    gaps.legend(fontsize=9)
    for axes in (curves, gaps):
        axes.grid(alpha=0.3)
    return figure


def _superpixels(axes: Axes, masked: MaskedImage, named: Iterable[int]) -> None:
    """Draw the image with the borders of its superpixels and the numbers of some of them."""
    axes.imshow(masked.image, cmap="gray", vmin=0, vmax=1)
    superpixel_borders(axes, masked.segments, "#F0E442", 1.0)
    superpixel_numbers(axes, masked.segments, named)
    axes.set_axis_off()
