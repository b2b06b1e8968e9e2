"""The photographs whose parts fill the regions of composed scenes."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np

from experiments.dseg.partitions import reduced
from experiments.tables.store import photographs as photographs_in
from limetheory.images import as_image, load_image

SHIPPED = (
    "astronaut", "brick", "chelsea", "coffee", "grass", "gravel", "hubble_deep_field", "immunohistochemistry", "retina",
    "rocket",
)  # fmt: skip
"""Pictures that scikit-image brings along, so that nothing is downloaded."""

SIDE = 640
"""Longest side, in pixels, of the copy that parts are cut from."""


def source(folder: Path | None) -> str:
    """What rows call the photographs: the name of their folder."""
    return "scikit-image" if folder is None else folder.resolve().name


@lru_cache(maxsize=2)
def photographs(folder: Path | None) -> dict[str, np.ndarray]:
    """The photographs of a folder, or those of scikit-image, by name: (h, w, 3) in [0, 1], at most `SIDE` a side."""
    if folder is None:
        return {name: reduced(_shipped(name), SIDE) for name in SHIPPED}
    return {file.name: reduced(load_image(file), SIDE) for file in photographs_in(folder, None)}


def _shipped(name: str) -> np.ndarray:
    from skimage import data

    return as_image(getattr(data, name)())
