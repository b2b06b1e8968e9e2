"""Arrays of float64 with the operations of `Scaled` that sums over sizes need, about four times as fast."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from limetheory.limits.scaled import Scaled, scaled

_SAFE_BITS = 1000  # products whose exponents add up to less stay within float64, whose exponents end at 1022


@dataclass(frozen=True, eq=False)
class Plain:
    """Numbers whose products all lie within float64's range."""

    value: np.ndarray

    @staticmethod
    def from_log(logs: np.ndarray) -> Plain:
        """e^logs; −∞ gives 0."""
        return Plain(np.exp(logs))

    @staticmethod
    def side_by_side(parts: Sequence[Plain]) -> Plain:
        """Joined along the last of two axes."""
        return Plain(np.hstack([part.value for part in parts]))

    def __getitem__(self, index: Any) -> Plain:
        """Entries by a NumPy index."""
        return Plain(self.value[index])

    def __mul__(self, other: Plain) -> Plain:
        """The product, entry by entry."""
        return Plain(self.value * other.value)

    def share(self, factor: np.ndarray | float) -> Plain:
        """Multiply by numbers in [−1, 1]."""
        return Plain(self.value * factor)

    def __add__(self, other: Plain) -> Plain:
        """The sum, entry by entry."""
        return Plain(self.value + other.value)

    def sum(self) -> Plain:
        """The sum over the last axis."""
        return Plain(self.value.sum(axis=-1))

    def reciprocal(self) -> Plain:
        """The reciprocals of the numbers."""
        return Plain(1 / self.value)

    def scaled(self) -> Scaled:
        """The same numbers, free to leave the range."""
        return scaled(self.value)


def in_range(on: np.ndarray, off: np.ndarray, log_mass: np.ndarray, least: np.ndarray | None = None) -> bool:
    """Whether no product of a factor for each superpixel, a mass and a chance can overflow or underflow.

    Args:
        on, off: factors of products over the superpixels, (m, d).
        log_mass: of the sizes of masks, (d+1,); −∞ where there are none.
        least: a lower bound for the chances of each superpixel's two values, (d,); none means 1/2.
    """
    factors = np.maximum(_bits(on), _bits(off)).sum(axis=1).max()
    masses = np.ptp(log_mass[np.isfinite(log_mass)]) / np.log(2)
    chances = on.shape[1] if least is None else -np.log2(least).sum()
    return bool(factors + masses + chances < _SAFE_BITS)


def _bits(factors: np.ndarray) -> np.ndarray:
    return np.abs(np.log2(np.abs(np.where(factors == 0, 1.0, factors))))
