"""What a superpixel looks like, in a few numbers."""

from __future__ import annotations

import numpy as np

from limetheory.arguments import flag, instance
from limetheory.images import ImageExplanation


def superpixel_features(explanation: ImageExplanation, position: bool = False) -> np.ndarray:
    """Colour, spread of colour and size of each superpixel of an explained image: (d, 7), with the position (d, 9).

    Columns: mean red, green and blue; their standard deviations over the superpixel's pixels; its share of the image's
    pixels; with ``position`` the mean row and column of its pixels, from 0 to 1. All are in [0, 1].

    >>> import limetheory as lt
    >>> image = np.zeros((2, 4, 3)); image[:, 2:, 0] = 1.0
    >>> red = lambda images: images[..., 0].mean(axis=(1, 2))
    >>> halves = np.repeat([[0, 0, 1, 1]], 2, axis=0)
    >>> answer = lt.explain_image(red, image, segments=halves, replacement=0.5, n=10, rng=0)
    >>> superpixel_features(answer, position=True).round(2).tolist()
    [[0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.5, 0.5, 0.25], [1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.5, 0.5, 0.75]]
    """
    instance("explanation", explanation, ImageExplanation, "give what explain_image returns")
    position = flag("position", position)
    labels, pixels = explanation.segments.ravel(), explanation.masked.colours.reshape(-1, 3)
    sizes = np.bincount(labels)
    means = _means(labels, pixels, sizes)
    spreads = np.sqrt(_means(labels, (pixels - means[labels]) ** 2, sizes))
    columns = [means, spreads, sizes[:, None] / len(labels)]
    if position:
        shape = explanation.segments.shape
        places = (np.indices(shape).reshape(2, -1).T + 0.5) / np.array(shape)
        columns.append(_means(labels, places, sizes))
    return np.hstack(columns)


def _means(labels: np.ndarray, values: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """The mean of each column over each superpixel, (d, columns)."""
    sums = np.stack([np.bincount(labels, column) for column in values.T], axis=1)
    return np.asarray(sums / sizes[:, None])
