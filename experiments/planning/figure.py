"""The figure of bound, central limit theorem and simulation against n, with a panel for each number of superpixels."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

import limetheory as lt
from limetheory.statistics import Bound

COLOURS = ("#009E73", "#E69F00", "#0072B2", "#CC79A7")
MARKERS = ("o", "s", "^", "D")
GUARANTEED, UNBIASED = "#D55E00", "#000000"
GRID = np.unique(np.geomspace(256, 2**20, 60).astype(int))


def draw(rows: list[dict[str, Any]], path: Path) -> None:
    """Draw the figure and save it."""
    from matplotlib.figure import Figure

    dimensions = sorted({row["superpixels"] for row in rows})
    figure = Figure(figsize=(11, 8.2), layout="constrained")
    panels = figure.subplots(2, -(-len(dimensions) // 2), sharex=True, sharey=True, squeeze=False).ravel()
    for panel, d in zip(panels, dimensions, strict=False):
        _panel(panel, d, [row for row in rows if row["superpixels"] == d])
    for panel in panels[len(dimensions) :]:
        panel.set_visible(False)
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=2, fontsize=9)
    level = rows[0]["level"]
    figure.suptitle(
        f"With probability {level:g} no coefficient is farther from its limit than this:\noutput of a model in [0, 1], "
        f"masks of image LIME, bandwidth {rows[0]['bandwidth']:g}"
    )
    figure.savefig(path, dpi=130)


def _panel(panel: Any, d: int, rows: list[dict[str, Any]]) -> None:
    bound, odds = Bound(lt.ImageDesign(d)), 1 - rows[0]["level"]
    panel.loglog(GRID, [bound.wls(int(n), odds) for n in GRID], color=GUARANTEED, lw=2,
                 label="guaranteed beforehand, weighted least squares")  # fmt: skip
    panel.loglog(GRID, [bound.unbiased(int(n), odds) for n in GRID], color=UNBIASED, lw=2, ls="--",
                 label="guaranteed beforehand, mean of unbiased terms")  # fmt: skip
    names = dict.fromkeys(row["function"] for row in rows)
    for name, colour, marker in zip(names, COLOURS, MARKERS, strict=False):
        own = sorted((row for row in rows if row["function"] == name), key=lambda row: row["n"])
        sizes = [row["n"] for row in own]
        panel.loglog(sizes, [row["simulated"]["least squares"] for row in own], marker, color=colour, ms=5,
                     label=f"{name}: simulated")  # fmt: skip
        after = [row["guaranteed"]["after the draw"] or np.nan for row in own]
        panel.loglog(sizes, after, marker, color=colour, ms=5, mfc="none", ls=":", lw=1,
                     label=f"{name}: guaranteed after the draw")  # fmt: skip
        first = own[0]
        panel.loglog(GRID, first["central limit theorem"] * np.sqrt(first["n"] / GRID), color=colour, lw=1,
                     label=f"{name}: central limit theorem, from a pilot")  # fmt: skip
    panel.set_title(f"{d} superpixels")
    panel.set_xlabel("evaluations of the model")
    panel.set_ylabel("error of a coefficient (output)")
    panel.set_ylim(5e-4, 5)
    panel.grid(alpha=0.3)
