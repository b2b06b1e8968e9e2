"""The image's own colours, at places of chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from limetheory.images.replacements.law import ReplacementLaw
from limetheory.kept import keepable


@dataclass(frozen=True, eq=False)
class Histogram(ReplacementLaw):
    """For each pixel the colour of a pixel of the image, all equally likely: a draw from its histogram of colours.

    Colours are drawn whole, all channels of one pixel together, and without bins. The public code of Pihlgren &
    Främling 2025 draws one colour for all hidden pixels of a mask instead, the median of a bin.

    Attributes:
        image: (h, w) or (h, w, c) float64 in [0, 1].
    """

    image: np.ndarray

    @property
    def shape(self) -> tuple[int, ...]:
        """That of a draw."""
        return self.image.shape

    @property
    def mean(self) -> np.ndarray:
        """The mean colour of the image, everywhere."""
        colour = self.image.mean(axis=(0, 1))
        # what is left of the mean of equal colours is rounding
        colour = colour + (self.image - colour).mean(axis=(0, 1))
        return np.broadcast_to(colour, self.image.shape).copy()

    @property
    def grey(self) -> bool:
        """Whether the image is."""
        return self.image.ndim == 2 or bool((self.image == self.image[..., :1]).all())

    def draw(self, rng: np.random.Generator) -> np.ndarray:
        """An image of colours of the image."""
        size = self.image.shape[0] * self.image.shape[1]
        pixels = self.image.reshape(size, -1)
        drawn: np.ndarray = pixels.take(rng.integers(0, size, size), axis=0)
        return drawn.reshape(self.image.shape)

    def hides(self, image: np.ndarray) -> bool:
        """Whether the image has two colours."""
        return bool((self.image != self.image[0, 0]).any())


keepable(Histogram)
