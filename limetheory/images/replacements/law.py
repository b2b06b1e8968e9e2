"""Random replacements: a law from which an image is drawn for each mask."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import numpy as np

from limetheory.arguments import generator
from limetheory.explaining.nothing_hidden import warn_of_nothing_hidden


class ReplacementLaw(ABC):
    """What the replacement ξ̄ of a mask is drawn from, independently of the mask and of those of other masks.

    So F(z) = E[f(x(z)) | z] is the mean over ξ̄, and each evaluation is a draw of it.
    """

    @property
    @abstractmethod
    def shape(self) -> tuple[int, ...]:
        """That of the image, and of a draw."""

    @property
    @abstractmethod
    def mean(self) -> np.ndarray:
        """E[ξ̄], of the image's shape: all that a linear model of pixels sees of the law."""

    @property
    @abstractmethod
    def grey(self) -> bool:
        """Whether the first channel of a draw may stand for all, in a model of one channel."""

    @abstractmethod
    def draw(self, rng: np.random.Generator) -> np.ndarray:
        """One ξ̄, float64 in [0, 1] of the image's shape."""

    def hides(self, image: np.ndarray) -> bool:
        """Whether ξ̄ ever differs from the image."""
        return True


def warn_unless_it_hides(law: ReplacementLaw, image: np.ndarray) -> None:
    """Warn where ξ̄ always equals the image, so that every coefficient is 0."""
    if not law.hides(image):
        warn_of_nothing_hidden("the replacement of a masked image", "another one, such as replacement='noise'")


def key_of(rng: Any) -> np.ndarray:
    """The key of draws that a seed stands for, (2,) uint64, which no other draw from the seed depends on.

    >>> bool((key_of(0) == key_of(0)).all()), bool((key_of(0) == key_of(1)).any())
    (True, False)
    """
    return generator(rng).spawn(1)[0].integers(0, 1 << 64, 2, np.uint64)


def numbered_draw(law: ReplacementLaw, key: np.ndarray, number: int) -> np.ndarray:
    """The draw of a number: it depends on the law, the key and the number alone, not on the draws before it.

    Each number has a stream of its own, seeded by the key and the number as by the children of a `SeedSequence`.
    """
    return law.draw(np.random.default_rng(np.random.SeedSequence(key.tolist(), spawn_key=(number,))))
