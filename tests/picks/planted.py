"""Images of planted colours, each a concept, and their explanations."""

import numpy as np

import limetheory as lt

COLOURS = np.array([[0.9, 0.1, 0.1], [0.1, 0.8, 0.2], [0.1, 0.2, 0.9]])
WEIGHTS = np.array([0.7, -0.4, 0.0])
"""Of a model that looks at the colours red, green and blue."""


def model(images):
    return images.mean(axis=(1, 2)) @ WEIGHTS


def planted(seed, order, noise=0.02, **options):
    """An image of columns of these colours, each a superpixel of 6 × 3 pixels, and its explanation."""
    rng = np.random.default_rng(seed)
    image = np.repeat(COLOURS[list(order)], 3, axis=0)[None].repeat(6, axis=0)
    segments = (np.arange(3 * len(order)) // 3)[None].repeat(6, axis=0)
    noisy = np.clip(image + rng.normal(0, noise, image.shape), 0, 1)
    return lt.explain_image(model, noisy, segments=segments, replacement=0.5, n=60, rng=seed, **options)


ORDERS = [(0, 1, 0, 2), (2, 2, 1), (1, 0, 0, 0, 2), (2, 1, 1)]
