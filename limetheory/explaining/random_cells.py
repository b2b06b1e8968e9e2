"""Inputs whose parts are random given the mask, and independent of each other: F(z) = E[f(x) | z] factorises."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

import numpy as np

from limetheory.explaining.masked_input import MaskedInput


class CellLaws(Protocol):
    """The laws of d numbers x_j that are independent given the mask, each by z_j alone.

    Every answer has two rows, for z_j = 0 and for z_j = 1.
    """

    @property
    def d(self) -> int:
        """How many numbers."""
        ...

    def means(self) -> np.ndarray:
        """E[x_j | z_j], (2, d)."""
        ...

    def interval(self, column: int, low: np.ndarray, high: np.ndarray) -> np.ndarray:
        """P(low ≤ x_j ≤ high | z_j) for m intervals, (m,) and (m,) → (2, m)."""
        ...

    def log_gaussian(self, column: int, centre: np.ndarray, precision: np.ndarray) -> np.ndarray:
        """log E[exp(−precision (x_j − centre)²) | z_j] for m kernels, (m,) and (m,) → (2, m)."""
        ...


@runtime_checkable
class RandomCells(MaskedInput, Protocol):
    """A masked input whose parts are drawn anew, and independently of each other, for every mask."""

    @property
    def laws(self) -> CellLaws:
        """What its parts are drawn from."""
        ...
