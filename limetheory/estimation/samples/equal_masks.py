"""Copies: masks of a sample that are equal."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from limetheory.arrays import PerMask


@dataclass(frozen=True, eq=False)
class Copies:
    """Which masks of a sample are equal, that is copies of the same one among m distinct masks.

    Attributes:
        number: the number of the distinct mask that each mask is, (n,) int.
        first: the index in the sample of the first copy of each distinct mask, (m,) int.
    """

    number: np.ndarray
    first: np.ndarray

    @cached_property
    def counts(self) -> PerMask:
        """The number of copies of each mask in the sample, itself included, (n,)."""
        copies: PerMask = np.bincount(self.number, minlength=len(self.first))[self.number].astype(float)
        return copies

    @property
    def repeated(self) -> bool:
        """Whether some mask occurs more than once."""
        return len(self.first) < len(self.number)

    def total(self, rows: PerMask) -> PerMask:
        """The sum of a quantity over all copies of each mask, (n,) → (n,)."""
        return np.bincount(self.number, rows, len(self.first))[self.number] if self.repeated else rows


def all_different(n: int) -> Copies:
    """No copies among n masks."""
    return Copies(np.arange(n), np.arange(n))


def equal_masks(bits: np.ndarray) -> Copies:
    """Find the copies among n masks that are given as bits, (n, ⌈d/8⌉) uint8."""
    words = np.zeros((len(bits), -(-bits.shape[1] // 8) * 8), np.uint8)
    words[:, : bits.shape[1]] = bits
    words = words.view(np.uint64)
    order = np.lexsort(words.T)
    new = np.ones(len(bits), bool)
    new[1:] = (words[order[1:]] != words[order[:-1]]).any(axis=1)
    number = np.empty(len(bits), int)
    number[order] = np.cumsum(new) - 1
    return Copies(number, order[new])
