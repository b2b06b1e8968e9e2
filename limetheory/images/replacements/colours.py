"""Replacements that are blurred copies of the image: its mean colours, and the image without its details."""

from __future__ import annotations

import numpy as np

BLUR_FRACTION = 1 / 20
"""The standard deviation of the blur divided by the longest side; a convention, wide enough to erase a superpixel."""


def mean_colours(image: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """The mean colour of each superpixel."""
    flat, channels = labels.ravel(), image.reshape(labels.size, -1)
    sizes = np.bincount(flat)
    sums = [np.bincount(flat, weights=channel) for channel in channels.T]
    means = (np.stack(sums, axis=1) / sizes[:, None])[flat]
    # the mean of what is left makes the mean of equal colours that very colour: such a superpixel is a dummy
    rest = [np.bincount(flat, weights=channel) for channel in (channels - means).T]
    means += (np.stack(rest, axis=1) / sizes[:, None])[flat]
    colours: np.ndarray = np.clip(means, 0, 1, out=means).reshape(image.shape)
    return colours


def blurred(image: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """The image, blurred by a Gaussian that is mirrored at the borders."""
    from scipy.ndimage import gaussian_filter

    sigma = BLUR_FRACTION * max(labels.shape)
    found = gaussian_filter(image, sigma, mode="reflect", axes=(0, 1))
    # The kernel sums to 1 only up to rounding.
    clipped: np.ndarray = np.clip(found, 0, 1, out=found)
    return clipped
