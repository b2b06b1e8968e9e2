"""A masked image: x(z) shows the image on active superpixels and the replacement elsewhere."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from limetheory.arrays import Masks
from limetheory.images.loading import as_image
from limetheory.images.replacement import replacement_image
from limetheory.images.segmentation import compact, segment


class MaskedImage:
    """x(z)_u = z_j ξ_u + (1 − z_j) ξ̄_u for the pixels u of superpixel j (THEORY section 1).

    Args:
        image: ξ, grey (h, w) or colour (h, w, 3), anything that `as_image` takes.
        segments: a method of `segment`, or an (h, w) label map of the user's (relabelled 0..d−1).
        replacement: ξ̄, see `replacement_image`.

    >>> masked = MaskedImage(np.array([[0.0, 0.5, 1.0]]), np.array([[3, 3, 9]]))
    >>> masked.d, masked.compose(np.array([[True, False], [False, True]])).tolist()
    (2, [[[0.0, 0.5, 1.0]], [[0.25, 0.25, 1.0]]])
    """

    def __init__(self, image: Any, segments: Any = "slic", replacement: Any = "mean"):
        self.image = _pixels(image)
        if isinstance(segments, str):
            self.segments = segment(as_image(self.image), segments)
        else:
            self.segments = compact(segments, self.image.shape[:2])
        self.replacement = replacement_image(self.image, self.segments, replacement)

    @property
    def d(self) -> int:
        """Number of superpixels."""
        return int(self.segments.max()) + 1

    def compose(self, masks: Masks) -> np.ndarray:
        """x(z) for each mask: (n, d) bool → (n, h, w[, 3]) float64."""
        keep = np.take(np.asarray(masks, bool), self.owner, axis=1)
        return np.where(keep, self.image, self.replacement)

    @cached_property
    def owner(self) -> np.ndarray:
        """The superpixel of every entry of the image, of the image's shape."""
        segments = self.segments if self.image.ndim == 2 else self.segments[..., None]
        return np.ascontiguousarray(np.broadcast_to(segments, self.image.shape))


def _pixels(image: Any) -> np.ndarray:
    """Keep a grey image two-dimensional; everything else becomes (h, w, 3)."""
    pixels = as_image(image)
    return pixels[..., 0].copy() if np.ndim(image) == 2 else pixels
