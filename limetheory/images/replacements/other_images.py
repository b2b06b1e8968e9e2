"""Other images, one of which is drawn for each mask."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from limetheory.images.replacements.law import ReplacementLaw
from limetheory.kept import keepable


@dataclass(frozen=True, eq=False)
class OtherImages(ReplacementLaw):
    """One of m images, all equally likely; all hidden pixels of a mask are of the same one.

    Attributes:
        images: (m, h, w) or (m, h, w, c) float64 in [0, 1], m ≥ 2.
    """

    images: np.ndarray

    @property
    def shape(self) -> tuple[int, ...]:
        """That of a draw."""
        return self.images.shape[1:]

    @property
    def mean(self) -> np.ndarray:
        """The mean of the images."""
        found: np.ndarray = np.clip(self.images.mean(axis=0), 0, 1)
        return found

    @property
    def grey(self) -> bool:
        """Whether all of them are."""
        return self.images.ndim == 3 or bool((self.images == self.images[..., :1]).all())

    def draw(self, rng: np.random.Generator) -> np.ndarray:
        """One of the images."""
        found: np.ndarray = self.images[rng.integers(len(self.images))]
        return found

    def hides(self, image: np.ndarray) -> bool:
        """Whether one of them differs from the image."""
        return bool((self.images != image).any())


keepable(OtherImages)
