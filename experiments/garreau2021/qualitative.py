"""The qualitative pictures of the study: superpixels that LIME and that gradients put first, on shipped photographs."""

from __future__ import annotations

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from skimage.segmentation import mark_boundaries

import limetheory as lt
from experiments._frame import Row
from experiments.garreau2021.agreement import TOPS, index, largest
from experiments.garreau2021.cells import averaged
from experiments.garreau2021.rules import STUDY
from experiments.tables.store import NETWORKS

PALE = 0.35
"""How much is left of the contrast of superpixels that are not among the first."""


def pictures(rows: list[Row]) -> Figure | None:
    """A row for each photograph that scikit-image ships: superpixels, LIME's first five, and those of gradients."""
    rows = [row for row in rows if row["part"] == "imagenet" and row["data"] == "scikit-image"
            and (row["model"], row["variant"]) == (NETWORKS[0], "study")]  # fmt: skip
    if not rows:
        return None
    figure, panels = plt.subplots(len(rows), 3, figsize=(8.4, 2.9 * len(rows)), squeeze=False, layout="constrained")
    for line, row in zip(panels, rows, strict=True):
        _photograph(line, row)
    return figure


def _photograph(panels: np.ndarray, row: Row) -> None:
    from experiments.garreau2021.scenes import scene_of

    masked = scene_of(row["model"], row["image"])
    lime, gradients = averaged(row), np.asarray(row["gradients"][STUDY])
    _shown(panels[0], mark_boundaries(masked.image, masked.segments, color=(1, 1, 0)),
           f"{row['target_name']}, probability {row['probability']:.2f}")  # fmt: skip
    for panel, name, values in zip(panels[1:], ("LIME", "gradients"), (lime, gradients), strict=True):
        _shown(panel, first_superpixels(masked, largest(values, TOPS[0])), f"{name}, first {TOPS[0]}")
    panels[2].set_title(f"gradients, first {TOPS[0]}: index {index(lime, gradients, TOPS[0]):.2f}", fontsize=9)


def first_superpixels(masked: lt.MaskedImage, chosen: set[int]) -> np.ndarray:
    """The image with all but some superpixels in pale grey, (h, w, 3)."""
    kept, grey = np.isin(masked.segments, list(chosen))[..., None], masked.image.mean(axis=2, keepdims=True)
    shown: np.ndarray = np.where(kept, masked.image, 1 - PALE * (1 - grey))
    return shown


def _shown(axes: Axes, image: np.ndarray, title: str) -> None:
    axes.imshow(image)
    axes.set_title(title, fontsize=9)
    axes.set_axis_off()
