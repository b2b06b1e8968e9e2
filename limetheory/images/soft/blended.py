"""Images between the original and its replacement, pixel by pixel."""

from __future__ import annotations

import numpy as np


def blend(images: np.ndarray, shares: np.ndarray, difference: np.ndarray, replaced: np.ndarray) -> None:
    """Write ξ̄ + m (ξ − ξ̄) into images.

    Args:
        images: to be written, (n, …, channels) float64.
        shares: m, (n, …).
        difference: ξ − ξ̄, (…, channels).
        replaced: ξ̄, (…, channels).

    >>> images = np.empty((1, 2, 1))
    >>> blend(images, np.array([[0.5, 1.0]]), np.array([[1.0], [0.2]]), np.array([[0.0], [0.4]]))
    >>> images.round(12).tolist()
    [[[0.5], [0.6]]]
    """
    for channel in range(images.shape[-1]):  # NumPy is slow along an axis as short as that of the channels
        images[..., channel] = shares
    images *= difference
    images += replaced
