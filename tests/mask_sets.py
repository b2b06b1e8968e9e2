"""Sets of overlapping masks for the tests of hierarchies."""

import numpy as np
from skimage import draw


def rows(*stops: int, width: int = 100, height: int = 10) -> np.ndarray:
    column = np.arange(width)[None].repeat(height, axis=0)
    return np.stack([column < stop for stop in stops])


def ellipses(m: int, size: int, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    masks = np.zeros((m, size, size), bool)
    for mask in masks:
        radius, stretch = size * np.exp(rng.uniform(np.log(0.02), np.log(0.3))), rng.uniform(0.5, 2)
        mask[draw.ellipse(*rng.uniform(0, size, 2), radius * stretch, radius / stretch, mask.shape)] = True
    return masks
