"""Recall of every explainer beside the paper's, and the curve of section 5.4."""

from __future__ import annotations

from collections.abc import Callable

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments._frame import Row
from experiments.lime2016.intervals import mean_of
from experiments.lime2016.published import RECALL, recalled
from experiments.lime2016.report import NAMES, document_of, of_place, places, pooled

COLOURS = {
    "random": "#999999", "parzen": "#CC79A7", "greedy": "#E69F00", "lime": "#0072B2", "limit": "#000000",
    "no intercept": "#D55E00", "no intercept, limit": "#7F3300",
    "tenth": "#56B4E9", "adjusted": "#009E73",
}  # fmt: skip
LINES = {"submodular": "-", "random pick": ":"}


def faithfulness(rows: list[Row]) -> Figure:
    """A panel for each corpus and classifier, with a point for each explainer and a cross for the paper."""
    rows = [row for row in rows if row["part"] == "faithfulness"]
    shown = places(rows)
    figure, panels = plt.subplots(
        1, len(shown), figsize=(1.6 + 2.9 * len(shown), 3.4), sharey=True, squeeze=False, layout="constrained"
    )
    for panel, (data, model) in zip(panels[0], shown, strict=True):
        some = of_place(rows, data, model)
        for place, name in enumerate(NAMES):
            if all(name in row["recall"] for row in some):
                mean, low, high = (100 * number for number in mean_of(*pooled(some, "recall", name, document_of)))
                panel.plot([low, high], [place, place], color=COLOURS[name], lw=2)
                panel.plot(mean, place, "o", color=COLOURS[name])
            if (paper := recalled(RECALL, data, model, name)) is not None:
                panel.plot(paper, place, "x", color="black")
        panel.set(xlim=(0, 103), title=f"{data}, {model}", xlabel="recall (%); × paper, recalled")
        panel.grid(axis="x", alpha=0.3)
    panels[0][0].set_yticks(range(len(NAMES)), [name.replace("`", "") for name in NAMES.values()])
    panels[0][0].invert_yaxis()
    return figure


def choice(rows: list[Row]) -> Figure:
    """A panel for each corpus: how often the better forest is chosen, against the number of documents shown."""
    rows = [row for row in rows if row["part"] == "choice"]
    shown = sorted({row["data"] for row in rows})
    figure, panels = plt.subplots(
        1, len(shown), figsize=(2.6 + 4.2 * len(shown), 4.0), sharey=True, squeeze=False, layout="constrained"
    )
    for panel, data in zip(panels[0], shown, strict=True):
        _curves(panel, [row for row in rows if row["data"] == data])
        number = len({row["seed"] for row in rows if row["data"] == data})
        panel.set(title=f"{data}, pairs of forests: {number}", xlabel="documents shown")
        panel.grid(alpha=0.3)
    panels[0][0].set_ylabel("better forest chosen (%)")
    panels[0][-1].legend(fontsize=7, loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure


def _curves(panel: Axes, rows: list[Row]) -> None:
    """A curve for each explainer and pick, without explainers that were asked about half of the pairs or fewer."""
    pairs = len({row["seed"] for row in rows})
    for name in NAMES:
        found = [row["right"][name] for row in rows if name in row["right"]]
        found = found if 2 * len(found) > pairs else []
        for how, line in LINES.items() if found else ():
            curve = 100 * np.mean([one[how] for one in found], axis=0)
            label = f"{NAMES[name].replace('`', '')}, {how}"
            panel.plot(range(1, len(curve) + 1), curve, line, color=COLOURS[name], label=label)


FIGURES: dict[str, Callable[[list[Row]], Figure]] = {"faithfulness": faithfulness, "choice": choice}
