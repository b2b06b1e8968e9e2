"""Segments to look at: photographs at the depths that are found in them, beside those of colours and of slic."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.dseg.partitions import drawer, matched, reduced
from experiments.tables.store import photographs
from limetheory.images.figures.superpixels import superpixel_borders
from limetheory.images.generators.dino.masks import dino_tree
from limetheory.images.generators.higra.masks import higra_tree
from limetheory.pictures import as_image, load_image

DEPTHS = 3
SIDE = 320
"""Longest side, in pixels, of a photograph on the sheet."""

_TINTS = np.array(
    [[0.90, 0.62, 0.0], [0.34, 0.71, 0.91], [0.0, 0.62, 0.45], [0.94, 0.89, 0.26], [0.0, 0.45, 0.70],
     [0.84, 0.37, 0.0], [0.80, 0.47, 0.65], [0.45, 0.45, 0.45]]
)  # fmt: skip
"""The palette of Okabe & Ito (2008), grey for its black."""


def packaged() -> dict[str, np.ndarray]:
    """Photographs that scikit-image and scikit-learn carry, by name."""
    from skimage import data
    from sklearn.datasets import load_sample_image

    found = {
        "astronaut": data.astronaut(), "coffee": data.coffee(), "cat": data.chelsea(), "rocket": data.rocket(),
        "motorcycle": data.stereo_motorcycle()[0], "palace": load_sample_image("china.jpg"),
        "flower": load_sample_image("flower.jpg"),
    }  # fmt: skip
    return {name: as_image(pixels) for name, pixels in found.items()}


def of_folder(folder: Path, limit: int = 10) -> dict[str, np.ndarray]:
    """Photographs of a folder, spread evenly over the order of their names."""
    files = photographs(folder, None)
    chosen = np.unique(np.linspace(0, len(files) - 1, min(limit, len(files))).round().astype(int))
    return {files[one].stem: reduced(load_image(files[one]), SIDE) for one in chosen}


def contact_sheet(photos: Mapping[str, np.ndarray]) -> Figure:
    """Draw a row for each photograph: itself, and its segments by "dino", "higra" and slic, alike in number.

    Args:
        photos: by name, (h, w, 3) in [0, 1].
    """
    figure = Figure(figsize=(2.2 * (1 + 3 * DEPTHS), 1.8 * len(photos)), layout="constrained")
    for row, (name, photo) in zip(
        figure.subplots(len(photos), 1 + 3 * DEPTHS, squeeze=False), photos.items(), strict=True
    ):
        small = reduced(photo, SIDE)
        row[0].imshow(small)
        row[0].set_title(name, fontsize=8)
        for axes, (title, labels) in zip(row[1:], _segments(small), strict=True):
            _draw(axes, small, labels, title)
        for axes in row:
            axes.set_axis_off()
    return figure


def write(folder: Path, photos: Mapping[str, np.ndarray]) -> Path:
    """Draw `contact_sheet` as segments.png in a folder, in few colours, which are enough to look at it."""
    from PIL import Image

    file = folder / "segments.png"
    contact_sheet(photos).savefig(file, dpi=72)
    with Image.open(file) as drawn:
        drawn.convert("RGB").quantize(256).save(file, optimize=True)
    return file


def _segments(photo: np.ndarray) -> list[tuple[str, np.ndarray]]:
    tree = dino_tree(photo)
    by_depth = [tree.partition(depth) for depth in range(1, DEPTHS + 1)]
    counts = [int(labels.max()) + 1 for labels in by_depth]
    colours = higra_tree(photo, tuple(counts))
    return [
        *((f"dino, depth {depth}", labels) for depth, labels in enumerate(by_depth, start=1)),
        *((f"higra, depth {depth}", colours.partition(depth)) for depth in range(1, DEPTHS + 1)),
        *(("slic", _slic(photo, count)) for count in counts),
    ]


def _slic(photo: np.ndarray, count: int) -> np.ndarray:
    draw = drawer(photo, "slic")
    return draw(matched(lambda value: len(np.unique(draw(value))), "slic", count))


def _draw(axes: Axes, photo: np.ndarray, labels: np.ndarray, title: str) -> None:
    axes.imshow(0.55 * photo + 0.45 * _TINTS[labels * 5 % len(_TINTS)])
    superpixel_borders(axes, labels, "white", 0.8)
    axes.set_title(f"{title}: {labels.max() + 1}", fontsize=8)
