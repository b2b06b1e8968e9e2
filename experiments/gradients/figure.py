"""The figure of the saved rows, in the colours of Okabe & Ito (2008)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.gradients.rows import PARTS, Row
from limetheory.verification.figures import BLUE, GREEN, GREY, ORANGE

STYLES = ((BLUE, "o"), (ORANGE, "s"), (GREEN, "^"), ("#CC79A7", "D"))
SMALLEST_SHARE = 1e-8


def draw(rows: Sequence[Row]) -> Figure:
    """Draw the predicted against the observed gap, the parts of the gap, and the Walsh energy by order and network."""
    figure = Figure(figsize=(14, 4.8), layout="constrained")
    scatter, parts, spectrum = figure.subplots(1, 3, width_ratios=[1.1, 1.1, 1])
    by_network: dict[str, list[Row]] = {}
    for row in rows:
        by_network.setdefault(row["network"], []).append(row)
    for number, (network, own) in enumerate(by_network.items()):
        color, marker = STYLES[number % len(STYLES)]
        style = {"color": color, "marker": marker, "label": f"{network} ({len(own)})"}
        _scatter(scatter, own, style)
        _parts(parts, own, style, (number + 0.5) / len(by_network) - 0.5)
        _spectrum(spectrum, own, style)
    _finish_scatter(scatter)
    _finish_parts(parts)
    _finish_spectrum(spectrum, rows[0]["superpixels"])
    handles, labels = spectrum.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=len(labels), title="network (photographs)")
    return figure


def _scatter(axes: Axes, rows: Sequence[Row], style: dict[str, Any]) -> None:
    lime, shapley, gradients = (_values(rows, name) for name in ("LIME", "Shapley", "IG"))
    axes.plot(lime - shapley, lime - gradients, ls="", ms=4, alpha=0.6, mew=0, **style)


def _values(rows: Sequence[Row], name: str) -> np.ndarray:
    return np.concatenate([row["explanations"][name] for row in rows])


def _finish_scatter(axes: Axes) -> None:
    axes.axhline(0, color=GREY, lw=0.6)
    line = axes.axline((0, 0), slope=1, color="black", ls="--", lw=1.2, label="observed = predicted")
    axes.legend(handles=[line], fontsize=9, loc="upper left")
    axes.set(xlabel="predicted gap, LIME − Shapley (probability)", ylabel="observed gap, LIME − IG (probability)")
    axes.set_title("every superpixel", fontsize=10)


def _parts(axes: Axes, rows: Sequence[Row], style: dict[str, Any], offset: float) -> None:
    for place, part in enumerate(PARTS):
        lengths = np.array([row["lengths"][part] for row in rows])
        spread = np.linspace(-0.08, 0.08, len(lengths)) if len(lengths) > 1 else np.zeros(1)
        centre = place + 0.75 * offset
        axes.plot(centre + spread, lengths, ls="", ms=4, alpha=0.6, mew=0, **style)
        axes.hlines(np.median(lengths), centre - 0.11, centre + 0.11, color=style["color"], lw=3)


def _finish_parts(axes: Axes) -> None:
    axes.axhline(1, color=GREY, ls="--", lw=1)
    axes.set_xticks(range(len(PARTS)), ("finite bandwidth\nLIME − Banzhaf", "orders ≥ 3\nBanzhaf − Shapley",
                                        "path against cube\nShapley − IG"), fontsize=9)  # fmt: skip
    axes.set(ylabel="length of the part / length of LIME − IG", ylim=(0, None), xlim=(-0.5, 2.5))
    axes.set_title("parts of the gap of every photograph, with medians", fontsize=10)


def _spectrum(axes: Axes, rows: Sequence[Row], style: dict[str, Any]) -> None:
    energy = np.array([row["walsh"][1:] for row in rows])
    share = np.median(energy / energy.sum(axis=1, keepdims=True), axis=0)
    axes.semilogy(np.arange(1, len(share) + 1), share, lw=1.2, ms=5, **style)


def _finish_spectrum(axes: Axes, d: int) -> None:
    axes.set(xlabel="order of interaction", ylabel="share of the variance over masks (Walsh)")
    axes.set(xticks=range(1, d + 1), ylim=(SMALLEST_SHARE, 1.5))
    axes.set_title("energy by order, medians", fontsize=10)
    axes.grid(alpha=0.3)
