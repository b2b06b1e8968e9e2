"""Noise: a level of its own for each pixel and channel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from limetheory.images.replacements.law import ReplacementLaw
from limetheory.kept import keepable


@dataclass(frozen=True, eq=False)
class Noise(ReplacementLaw):
    """Independent levels, uniform on [0, 1), for each pixel and channel.

    The law of largest entropy on the levels that an image may have, so that nothing is assumed of what is hidden. Its
    mean is the grey level 0.5.

    Attributes:
        image_shape: (h, w) or (h, w, c).
    """

    image_shape: tuple[int, ...]

    @property
    def shape(self) -> tuple[int, ...]:
        """That of a draw."""
        return self.image_shape

    @property
    def mean(self) -> np.ndarray:
        """0.5 everywhere."""
        return np.full(self.shape, 0.5)

    @property
    def grey(self) -> bool:
        """True: one channel of noise is noise of one channel."""
        return True

    def draw(self, rng: np.random.Generator) -> np.ndarray:
        """One image of noise."""
        return rng.random(self.shape)


def noise(image: np.ndarray) -> Noise:
    """The noise of an image's shape."""
    return Noise(image.shape)


keepable(Noise)
