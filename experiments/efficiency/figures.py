"""Figures of the error against evaluations, and of the gain of the methods with surrogates on each table."""

from __future__ import annotations

from itertools import cycle
from pathlib import Path
from typing import Any

import numpy as np

from experiments.efficiency.errors import BAND, compared, curve
from experiments.efficiency.methods import ADJUSTED, PLAIN, QUADRATURE
from experiments.efficiency.report import gains, grouped

COLOURS, MARKERS, DASHES = ("#E69F00", "#56B4E9", "#009E73", "#882255", "#999999"), "sv^DPX*<>hd", ("--", ":", "-.")
OURS = {PLAIN: "#000000", "limetheory, unbiased": "#0072B2", ADJUSTED: "#D55E00", QUADRATURE: "#CC79A7"}
OURS_MARKERS = {ADJUSTED: "o", QUADRATURE: "d"}
LEAST_BANDS = {PLAIN, ADJUSTED}
SHOWN = {
    "LIME": (*OURS, "lime", "Captum Lime", "GLIME", "S-LIME"),
    "Shapley": (*OURS, "shap KernelExplainer", "Captum KernelShap", "shapiq KernelSHAP", "shapiq PermutationSampling"),
}
"""The methods that have a line, at most 8 of a family: ours, and one of each library; a table has all of them."""


def draw_efficiency(rows: list[dict[str, Any]], path: Path) -> None:
    """Draw the relative error against evaluations in a panel for each limit, at the d that has most rows."""
    from matplotlib.figure import Figure

    rows = compared(rows)
    figure = Figure(figsize=(13, 7.4), layout="constrained")
    for panel, family in zip(figure.subplots(1, 2, sharey=True), ("LIME", "Shapley"), strict=True):
        shown = [row for row in rows if row["family"] == family and row["method"] in SHOWN[family]]
        _efficiency_panel(panel, shown)
        panel.set_title("Image LIME" if family == "LIME" else "Shapley value")
        panel.set_xlabel("evaluations of the network")
    figure.axes[0].set_ylabel("root mean squared error / root mean square of the limit")
    tables, d = len({row["table"] for row in rows}), rows[0]["superpixels"]
    figure.suptitle(
        f"Error against the exact limit of each method, {d} superpixels: median of {tables} set functions, bands from "
        f"the {BAND[0]:.0%} to the {BAND[1]:.0%} quantile"
    )
    figure.savefig(path, dpi=130)


def _efficiency_panel(panel: Any, rows: list[dict[str, Any]]) -> None:
    others = zip(cycle(COLOURS), cycle(MARKERS), (dash for dash in DASHES for _ in COLOURS), strict=False)
    for name in sorted({row["method"] for row in rows}, key=lambda name: (name not in OURS, name.lower())):
        ours = name in OURS
        colour, marker, dash = (OURS[name], OURS_MARKERS.get(name, "o"), "-") if ours else next(others)
        own = [row for row in rows if row["method"] == name]
        evaluations, middle, low, high = curve(own)
        panel.loglog(evaluations, middle, marker=marker, ms=5, color=colour, lw=2.5 if ours else 1.2,
                     ls=dash, label=name)  # fmt: skip
        if name in LEAST_BANDS and len(evaluations) > 1:
            panel.fill_between(evaluations, low, high, color=colour, alpha=0.15, lw=0)
        elif len(evaluations) == 1:
            panel.vlines(evaluations, low, high, color=colour, lw=1.2)
    ticks = sorted({row["n"] for row in rows})
    most = round(max(row["evaluations"] for row in rows))
    ticks += [most] if most > 1.5 * ticks[-1] else []
    panel.set_xticks(ticks, [f"{tick:,}" for tick in ticks])
    panel.minorticks_off()
    panel.grid(alpha=0.3)
    panel.legend(fontsize=8, loc="upper center", bbox_to_anchor=(0.5, -0.11), ncols=2)


def draw_gain(rows: list[dict[str, Any]], path: Path) -> None:
    """Draw the gain over plain least squares, a dot for each table, with medians and quartiles."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 5.6), layout="constrained")
    panels = figure.subplots(1, 2, sharey=True)
    for panel, family in zip(panels, ("LIME", "Shapley"), strict=True):
        _gain_panel(panel, [row for row in rows if row["family"] == family])
        panel.set_title("Image LIME" if family == "LIME" else "Shapley value")
    panels[0].set_ylabel("mean squared error of plain least squares / of the method")
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=5, fontsize=9)
    figure.suptitle("Gain at equal evaluations: a dot for each network and photograph, bars for median and quartiles")
    figure.savefig(path, dpi=130)


def _gain_panel(panel: Any, rows: list[dict[str, Any]]) -> None:
    groups = list(grouped(gains(rows)))
    for method, shift in ((ADJUSTED, -0.2), (QUADRATURE, 0.2)):
        found = {(d, n): group for d, n, group in grouped(gains(rows, method))}
        for place, (d, n, _) in enumerate(groups):
            ratios = np.array([one.ratio for one in found.get((d, n), [])])
            spread = np.linspace(-0.14, 0.14, len(ratios)) if len(ratios) > 1 else np.zeros(len(ratios))
            panel.plot(
                place + shift + spread, ratios, OURS_MARKERS[method], color=OURS[method], ms=4, alpha=0.7, zorder=3
            )
            if len(ratios):
                low, middle, high = np.quantile(ratios, [0.25, 0.5, 0.75])
                panel.hlines(middle, place + shift - 0.18, place + shift + 0.18, color="#000000", lw=2, zorder=4)
                panel.vlines(place + shift, low, high, color="#000000", lw=1, zorder=4)
        panel.plot([], [], OURS_MARKERS[method], color=OURS[method], label=method)
    panel.axhline(1, color="#999999", lw=1)
    panel.plot([], [], color="#999999", label="as good as plain")
    panel.set_yscale("log")
    panel.set_xticks(range(len(groups)), [f"{d}, {n:,}" for d, n, _ in groups], fontsize=9, rotation=50)
    panel.set_xlabel("superpixels, evaluations")
    panel.grid(alpha=0.3, axis="y")
