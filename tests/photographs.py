"""Images of every kind for the tests of segmentations, and a composed one with its objects."""

import numpy as np
from skimage import data

NOISE = np.random.default_rng(0).integers(0, 256, (60, 80, 3), np.uint8)
IMAGES = {
    "coffee": data.coffee()[::2, ::2],
    "cat": data.chelsea(),
    "grey": data.camera()[::3, ::3],
    "blank": np.full((40, 50, 3), 0.5),
    "noise": NOISE,
    "pixel": NOISE[:1, :1],
    "row": NOISE[:1, :9],
    "column": NOISE[:5, :1],
    "2 x 2": NOISE[:2, :2],
    "3 x 2": NOISE[:3, :2],
}


def scene() -> tuple[np.ndarray, list[np.ndarray]]:
    """A disc with a square in it, beside a bar, on a plain ground; noisy. The image and its objects."""
    y, x = np.mgrid[:120, :160]
    disc = (y - 60) ** 2 + (x - 50) ** 2 < 40**2
    square = (abs(y - 60) < 15) & (abs(x - 50) < 15)
    bar = (abs(y - 60) < 50) & (abs(x - 125) < 12)
    image = np.full((120, 160, 3), 60.0)
    for mask, colour in [(disc, (200, 60, 40)), (square, (230, 150, 60)), (bar, (40, 90, 220))]:
        image[mask] = colour
    image += np.random.default_rng(1).normal(0, 6, image.shape)
    return np.clip(image, 0, 255).astype(np.uint8), [disc, square, bar]


def overlap(one: np.ndarray, other: np.ndarray) -> float:
    return float((one & other).sum() / (one | other).sum())
