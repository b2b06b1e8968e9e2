"""The share of the variance of each axis, in a figure."""

from __future__ import annotations

from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

from experiments.perturbation_grid.report import RANDOM, WORDS, decomposed
from limetheory.verification.figures import BLUE, ORANGE

SHOWN = 10
"""Terms of the fixed effects that are drawn, the largest ones; a convention."""


def drawn(folder: Path) -> list[Path]:
    """Draw the figure beside the folder of the rows, and return its path."""
    found = decomposed(folder)
    fixed = sorted((name for name in found if name not in RANDOM), key=lambda name: found[name].share)[-SHOWN:]
    names = [*reversed(RANDOM), *fixed]
    share = np.array([(found[name].share, found[name].low, found[name].high) for name in names]) * 100
    figure, panel = plt.subplots(figsize=(9, 0.38 * len(names) + 1), layout="constrained")
    colours = [ORANGE if name in RANDOM else BLUE for name in names]
    panel.barh(range(len(names)), share[:, 0], color=colours)
    panel.hlines(range(len(names)), share[:, 1], share[:, 2], color="black")
    labels = [
        " × ".join(WORDS[part] for part in name.split(" × ")) if name not in WORDS else WORDS[name] for name in names
    ]
    panel.set_yticks(range(len(names)), labels)
    panel.set_xlabel("share of the variance of SRG in %\nwith 95 % interval; orange: random effects")
    file = folder.with_name("shares.png")
    figure.savefig(file, dpi=120)
    plt.close(figure)
    return [file]
