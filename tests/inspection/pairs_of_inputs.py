"""Pairs of inputs before and after an edit, models of them that count what they see, and naive twins of `change`."""

from itertools import product

import numpy as np

import limetheory as lt

D = 6
LABELS = np.repeat([np.arange(2 * D) // 2], 6, axis=0)
PLAIN = np.random.default_rng(0).random((6, 2 * D, 3))


def edited(strength=0.3, columns=slice(2, 6)):
    """The image with other levels in the superpixels of some columns."""
    after = PLAIN.copy()
    after[:, columns] = (1 - strength) * after[:, columns] + strength * (1 - after[:, columns])
    return after


class Interacting:
    """Two classes of a smooth function of the mean levels of the columns, with interactions; counts what it sees."""

    def __init__(self, scale=6.0, seed=1):
        drawn = np.random.default_rng(seed)
        self.weights, self.products = drawn.normal(size=2 * D), drawn.normal(size=(2 * D, 2 * D))
        self.scale, self.seen = scale, []

    def __call__(self, images):
        self.seen += [image.tobytes() for image in images]
        levels = images.mean(axis=(1, 3)) - 0.4
        score = self.scale * (levels @ self.weights + ((levels @ self.products) * levels).sum(axis=1))
        chance = 1 / (1 + np.exp(-score))
        return np.stack([chance, 1 - chance], axis=1)


def composed(image, mask):
    """x(z) of an image with black superpixels, pixel by pixel."""
    shown = image.copy()
    for row, column in product(range(image.shape[0]), range(image.shape[1])):
        if not mask[LABELS[row, column]]:
            shown[row, column] = 0.0
    return shown


def values_at(model, image, masks, target=0):
    """F on each mask, one image at a time."""
    return np.array([model(composed(image, mask)[None])[0, target] for mask in masks])


def naive_limit(model, before, after, target=0):
    """The minimiser of Σ_z π(z) (F_after − F_before − β_0 − β·z)² over all masks, by normal equations."""
    masks = np.array(list(product([False, True], repeat=D)))
    shown = masks.mean(axis=1)
    weights = np.exp(-((1 - np.sqrt(shown)) ** 2) / (2 * 0.25**2))
    gaps = values_at(model, after, masks, target) - values_at(model, before, masks, target)
    rows = np.column_stack([np.ones(len(masks)), masks])
    return np.linalg.solve(rows.T @ (weights[:, None] * rows), rows.T @ (weights * gaps))[1:]


MASKED = lt.MaskedImage(PLAIN, LABELS, 0.0), lt.MaskedImage(edited(), LABELS, 0.0)
