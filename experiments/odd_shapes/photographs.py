"""Photographs of odd shapes, cut out of those that scikit-image and scikit-learn carry."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from limetheory.pictures import as_image


class Case(NamedTuple):
    """A photograph's name as a user gives it, its source, and its height and width as a ratio."""

    name: str
    source: str
    shape: tuple[int, int]


LONG = "holiday in the mountains, second week, before breakfast and after the rain, scanned from the negative"

CASES = (
    Case("coffee.png", "coffee", (1, 15)),
    Case("写真🦊.jpg", "astronaut", (8, 1)),
    Case("rocket.png", "rocket", (3, 2)),
    Case(f"{LONG}.jpg", "china", (1, 8)),
    Case("flower.jpg", "flower", (15, 1)),
    Case(f"{'x' * 200}.png", "cat", (2, 3)),
    Case("cost $5.png", "coffee", (4, 1)),
    Case("écran ж.png", "china", (9, 16)),
    Case("square.png", "astronaut", (1, 1)),
    Case("panorama.png", "china", (1, 3)),
    Case("<b>&.png", "flower", (1, 2)),
    Case("portrait.png", "cat", (2, 1)),
)
"""Twelve shapes between 1:15 and 15:1, with names of every kind."""


def photograph(case: Case) -> np.ndarray:
    """The largest part about the middle of the source that has the shape, (h, w, 3) in [0, 1]."""
    pixels = _source(case.source)
    height, width = pixels.shape[:2]
    side = min(height / case.shape[0], width / case.shape[1])
    rows, columns = (max(1, int(side * one)) for one in case.shape)
    top, left = (height - rows) // 2, (width - columns) // 2
    return pixels[top : top + rows, left : left + columns]


def _source(name: str) -> np.ndarray:
    from skimage import data
    from sklearn.datasets import load_sample_image

    sources: dict[str, Any] = {
        "coffee": data.coffee, "astronaut": data.astronaut, "rocket": data.rocket, "cat": data.chelsea,
        "china": lambda: load_sample_image("china.jpg"), "flower": lambda: load_sample_image("flower.jpg"),
    }  # fmt: skip
    return as_image(sources[name]())
