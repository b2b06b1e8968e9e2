"""Neighbouring superpixels merged until few enough are left."""

from __future__ import annotations

import numpy as np

from limetheory.images.segmentation.label_map import renumbered


def merged(labels: np.ndarray, image: np.ndarray, wanted: int) -> np.ndarray:
    """Merge neighbours, those first whose union adds least to the squared deviation from the mean colours.

    That is Ward's criterion on the graph of neighbours: two regions of a and b pixels whose mean colours are apart by
    the vector c add a b / (a + b) · |c|². Of equal additions the first pair in the order of labels is taken.

    Args:
        labels: (h, w), labels 0..d−1.
        image: (h, w, 3).
        wanted: how many are to be left, at least 1.

    Returns:
        (h, w), labels 0..k−1; k is ``wanted``, or d where that is less.

    >>> image = np.array([0.0, 0.1, 1.0])[None, :, None] * np.ones(3)
    >>> merged(np.array([[0, 1, 2]]), image, 2).tolist()
    [[0, 0, 1]]
    """
    d = int(labels.max()) + 1
    if d <= wanted:
        return labels
    sizes = np.bincount(labels.ravel(), minlength=d).astype(float)
    sums = np.stack([np.bincount(labels.ravel(), image[..., c].ravel(), d) for c in range(image.shape[2])], axis=1)
    near, owner = _neighbours(labels, d), np.arange(d)
    for _ in range(d - wanted):
        i, j = _cheapest(near, sizes, sums)
        sizes[i], sums[i] = sizes[i] + sizes[j], sums[i] + sums[j]
        near[i] |= near[j]
        near[:, i] |= near[:, j]
        near[j] = near[:, j] = near[i, i] = False
        owner[owner == j] = i
    return renumbered(owner[labels])


def _neighbours(labels: np.ndarray, d: int) -> np.ndarray:
    """(d, d) bool, symmetric: whether two regions have a common edge."""
    near = np.zeros((d, d), bool)
    near[labels[1:], labels[:-1]] = near[labels[:, 1:], labels[:, :-1]] = True
    np.fill_diagonal(near, False)
    return near | near.T


def _cheapest(near: np.ndarray, sizes: np.ndarray, sums: np.ndarray) -> tuple[int, int]:
    """The pair (i, j) of neighbours, i < j, whose union costs least."""
    first, second = np.nonzero(np.triu(near))
    apart = ((sums[first] / sizes[first, None] - sums[second] / sizes[second, None]) ** 2).sum(axis=1)
    best = int(np.argmin(sizes[first] * sizes[second] / (sizes[first] + sizes[second]) * apart))
    return int(first[best]), int(second[best])
