"""Pictures of noise, and their normalisation written once more."""

import numpy as np


def pictures(n, height, width, seed=0):
    """Images (n, h, w, 3) in [0, 1]."""
    return np.random.default_rng(seed).random((n, height, width, 3))


def normalised(images):
    """Images (n, h, w, 3) in [0, 1] → (n, 3, h, w) float32, by the mean and deviation of ImageNet's channels."""
    shifted = (images - np.array([0.485, 0.456, 0.406])) / np.array([0.229, 0.224, 0.225])
    return shifted.transpose(0, 3, 1, 2).astype(np.float32)


def relative_gap(found, expected):
    """The largest difference, in units of the largest number."""
    return np.abs(found - expected).max() / np.abs(expected).max()
