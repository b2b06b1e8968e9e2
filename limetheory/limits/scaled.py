"""Arrays of numbers value × 2^exponent: products of thousands of factors neither overflow nor underflow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

_OF_ZERO = -(1 << 48)
"""The exponent of 0: far below that of every other product, yet thousands of it add up within an int64."""
_BEYOND_FLOAT = 1 << 14
"""float64 is 0 or infinite at exponents beyond ± this."""


@dataclass(frozen=True, eq=False)
class Scaled:
    """Numbers value × 2^exponent: float64 of at most 1 in size, and int64, of one shape."""

    value: np.ndarray
    exponent: np.ndarray

    @staticmethod
    def from_log(logs: np.ndarray) -> Scaled:
        """e^logs; −∞ gives 0."""
        finite = np.isfinite(logs)
        exponent = np.where(finite, np.floor(np.where(finite, logs, 0) / np.log(2)), 0)
        value = np.exp(np.where(finite, logs - exponent * np.log(2), -np.inf))
        return scaled(value, exponent.astype(np.int64))

    @staticmethod
    def side_by_side(parts: Sequence[Scaled]) -> Scaled:
        """Joined along the last of two axes."""
        return Scaled(np.hstack([part.value for part in parts]), np.hstack([part.exponent for part in parts]))

    def __getitem__(self, index: Any) -> Scaled:
        """Entries by a NumPy index."""
        return Scaled(self.value[index], self.exponent[index])

    def __mul__(self, other: Scaled) -> Scaled:
        """Entry by entry; the mantissas are not brought back to [½, 1)."""
        return Scaled(self.value * other.value, self.exponent + other.exponent)

    def share(self, factor: np.ndarray | float) -> Scaled:
        """Multiply by numbers in [−1, 1]; the mantissas are not brought back to [½, 1)."""
        return Scaled(self.value * factor, self.exponent)

    def __add__(self, other: Scaled) -> Scaled:
        """Entry by entry, each pair at its larger exponent."""
        top = np.maximum(self.exponent, other.exponent)
        return scaled(self.at(top) + other.at(top), top)

    def at(self, exponent: np.ndarray) -> np.ndarray:
        """The numbers divided by 2^exponent, as float64."""
        return _shifted(self.value, self.exponent - exponent)

    def sum(self) -> Scaled:
        """Sum over the last axis."""
        top = self.exponent.max(axis=-1)
        return scaled(self.at(top[..., None]).sum(axis=-1), top)

    def reciprocal(self) -> Scaled:
        """1 over each number."""
        return Scaled(1 / self.value, -self.exponent)

    def float(self) -> np.ndarray:
        """As float64, infinite or 0 where out of range."""
        with np.errstate(over="ignore", under="ignore"):
            return _shifted(self.value, self.exponent)


def _shifted(value: np.ndarray, exponent: np.ndarray) -> np.ndarray:
    """value × 2^exponent, whose exponents C takes as int."""
    shifted: np.ndarray = np.ldexp(value, np.clip(exponent, -_BEYOND_FLOAT, _BEYOND_FLOAT).astype(np.intc))
    return shifted


def scaled(values: Any, exponent: Any = 0) -> Scaled:
    """values × 2^exponent with mantissas in ±[½, 1), or 0 with an exponent below all others.

    >>> tiny = scaled(np.full(3, 1e-200))
    >>> (tiny[0] * tiny[1] * tiny[2]).exponent.item()
    -1992
    """
    value, shift = np.frexp(values)
    return Scaled(value, np.where(value == 0, np.int64(_OF_ZERO), shift + np.asarray(exponent, np.int64)))


def products(factors: Scaled) -> Scaled:
    """Products of the first 0, 1, …, d factors along the last axis: (m, d) → (m, d+1)."""
    m, d = factors.value.shape
    result = Scaled(np.ones((m, d + 1)), np.zeros((m, d + 1), np.int64))
    for j in range(d):
        step = result[:, j] * factors[:, j]
        after = scaled(step.value, step.exponent)
        result.value[:, j + 1], result.exponent[:, j + 1] = after.value, after.exponent
    return result
