"""A masked image with a random replacement, in the form in which `ModelFunction` evaluates images under masks."""

from __future__ import annotations

from copy import copy
from typing import Any

import numpy as np

from limetheory.arguments import mask_rows
from limetheory.arrays import Bools, Masks
from limetheory.images.masked import ReplacedImage
from limetheory.images.replacements.law import ReplacementLaw, numbered_draw

_BITS = 40
"""Of the number of a draw: a million million of them, and more bits than any mask whose values would be kept."""


class NumberedImage(ReplacedImage):
    """x(z) with the draw ξ̄_i, for a mask z and a number i, which the bits of a longer mask name: those of z, then i.

    So the image at a longer mask is always the same, and may be evaluated in any batch, on any device and by any
    worker: a draw depends on the key and its number alone.

    Args:
        masked: the image with its parts; its replacement is the mean of the law.
        law: what ξ̄ is drawn from.
        key: of the draws, see `key_of`.
    """

    def __init__(self, masked: ReplacedImage, law: ReplacementLaw, key: np.ndarray):
        self.image, self.replacement = masked.image, masked.replacement
        self.masked, self.law, self._key = masked, law, key
        # the same parts of a white image on black: under a mask it shows how much of each pixel is shown
        self._shown = copy(masked)
        size = masked.image.shape[:2]
        self._shown.image, self._shown.replacement = np.ones(size), np.zeros(size)

    @property
    def d(self) -> int:
        """Number of bits: of a mask and of a number."""
        return self.masked.d + _BITS

    def coded(self, masks: Bools, numbers: np.ndarray) -> Masks:
        """The longer masks of masks (n, d) and of the numbers of their draws (n,), (n, d + bits) bool."""
        return np.concatenate([masks, (numbers[:, None] >> np.arange(_BITS)) & 1 > 0], axis=1)

    def parts(self, masks: Masks) -> Bools:
        """The masks that longer ones begin with."""
        return masks[:, : self.masked.d]

    def drawn(self, masks: Masks) -> np.ndarray:
        """ξ̄_i of the numbers i that longer masks end with: (n, h, w[, c]) float64."""
        images = np.empty((len(masks), *self.image.shape))
        for image, number in zip(images, masks[:, self.masked.d :] @ (1 << np.arange(_BITS)), strict=True):
            image[:] = numbered_draw(self.law, self._key, int(number))
        return images

    def compose(self, masks: Any) -> np.ndarray:
        """x(z) for each longer mask: (n, d + bits) bool → (n, h, w[, c]) float64."""
        masks = mask_rows(masks, self.d)
        images, shown = self.drawn(masks), self._shown.compose(self.parts(masks))
        for image, one in zip(images, shown, strict=True):
            share = one if self.image.ndim == 2 else one[..., None]
            change = share * (self.image - image)
            change += image
            np.copyto(image, np.where(share == 1, self.image, change))  # and not what rounding makes of it
        return images
