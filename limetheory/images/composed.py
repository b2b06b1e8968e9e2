"""Masked images of any number type: runs of hidden pixels are copied as blocks of memory."""

from __future__ import annotations

import numpy as np

from limetheory.arrays import Masks


def composed(original: np.ndarray, replaced: np.ndarray, segments: np.ndarray, masks: Masks) -> np.ndarray:
    """x(z) for each mask: the original where its superpixel is shown, the replacement elsewhere, value for value.

    A pixel with all its channels is one block of bytes, and neighbours that are hidden together are copied together.

    Args:
        original: ξ, (h, w) or (h, w, c), of any number type.
        replaced: ξ̄, of the same shape and type.
        segments: the superpixel of each pixel, (h, w) integers 0..d−1.
        masks: (n, d) bool.

    Returns:
        A new array (n, h, w) or (n, h, w, c) of the original's type.

    >>> pixels = np.array([[1, 2, 3]], np.uint8)
    >>> composed(pixels, 0 * pixels, np.array([[0, 0, 1]]), np.array([[True, False], [False, True]])).tolist()
    [[[1, 2, 0]], [[0, 0, 3]]]
    """
    channels = original.shape[2] if original.ndim == 3 else 1
    pixel = np.dtype((np.void, original.dtype.itemsize * channels))
    shown, hidden = (np.ascontiguousarray(one).view(pixel).reshape(-1) for one in (original, replaced))
    images = np.empty((len(masks), len(shown)), pixel)
    # image by image, so that it is still in the cache when its hidden pixels are written
    for image, outside in zip(images, np.take(~masks, segments.reshape(-1), axis=1), strict=True):
        image[:] = shown
        np.copyto(image, hidden, where=outside)
    return images.view(original.dtype).reshape(len(masks), *original.shape)
