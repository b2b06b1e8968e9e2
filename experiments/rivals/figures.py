"""The figure: error against masks for each limit and number of superpixels."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from experiments.rivals.cells import Cell, cells

LINES = {
    "Shapley": ("limetheory, active", "limetheory, quadrature", "shapiq KernelSHAP, paired",
                "shapiq kADDSHAP, k = 2, paired", "shapiq PolySHAP, k = 3, paired", "shapiq ProxySHAP",
                "shapiq RegressionMSR, trees", "shapiq OddSHAP"),
    "LIME": ("limetheory, active", "limetheory, quadrature", "limetheory, wls", "lime", "GLIME",
             "proxy of boosted trees", "proxy of ridge, orders ≤ 2", "proxy of ridge, orders ≤ 3"),
}  # fmt: skip
"""The contenders that have a line, eight for each limit; a table has all of them."""
COLOURS = ("#D55E00", "#CC79A7", "#000000", "#E69F00", "#56B4E9", "#009E73", "#0072B2", "#882255")
MARKERS, TITLES = "odsv^DPX", {"Shapley": "Shapley values", "LIME": "Image LIME"}
HIGHEST = 3.0
"""Errors above this are cut off: an explanation of zeros has error 1."""


def draw_rivals(rows: list[dict[str, Any]], path: Path) -> None:
    """Draw a panel for each limit and d."""
    from matplotlib.figure import Figure

    found = cells(rows)
    dimensions, families = (
        sorted({cell.d for cell in found}),
        [one for one in LINES if any(cell.family == one for cell in found)],
    )
    figure = Figure(figsize=(4.4 * len(dimensions) + 3, 4.2 * len(families)), layout="constrained")
    panels = figure.subplots(len(families), len(dimensions), squeeze=False, sharey=True)
    for line, family in zip(panels, families, strict=True):
        for panel, d in zip(line, dimensions, strict=True):
            _panel(panel, family, [cell for cell in found if (cell.family, cell.d) == (family, d)])
            panel.set_title(f"{TITLES[family]}, {d} superpixels")
        line[0].set_ylabel("mean relative squared error")
        line[-1].legend(fontsize=8, loc="center left", bbox_to_anchor=(1.02, 0.5))
    for panel in panels[-1]:
        panel.set_xlabel("different masks")
    panels[0, 0].set_ylim(top=HIGHEST)  # behind the last line: the axis is shared, and its end below is that of all
    figure.savefig(path, dpi=130)


def _panel(panel: Any, family: str, found: list[Cell]) -> None:
    for name, colour, marker in zip(LINES[family], COLOURS, MARKERS, strict=True):
        points = [(cell.n, cell.mean(name)) for cell in found if name in cell.results]
        ours = name.startswith("limetheory")
        panel.loglog(*zip(*points, strict=True) if points else ([], []), marker=marker, ms=5, color=colour,
                     lw=2.5 if ours else 1.2, ls="-" if ours else "--", label=name)  # fmt: skip
    panel.axhline(1, color="#999999", lw=0.8)
    ticks = [cell.n for cell in found]
    panel.set_xticks(ticks, [f"{tick:,}" for tick in ticks], fontsize=7, rotation=40)
    panel.minorticks_off()
    panel.grid(alpha=0.3)
