"""What Gaussian processes on masks need of a kernel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeAlias

import numpy as np

from limetheory.arrays import Masks, PerMask


class MaskKernel(Protocol):
    """A sum of products over the superpixels, a constant and a linear part, with noise: `Kernel` is one."""

    @property
    def amplitude(self) -> float:
        """The variance of the interactions."""

    @property
    def constant(self) -> float:
        """The variance of the mean of F."""

    @property
    def slope(self) -> float:
        """The variance of each slope."""

    @property
    def noise(self) -> float:
        """The variance of the residual."""

    @property
    def products(self) -> tuple[np.ndarray, np.ndarray]:
        """The amplitude, (k,), and the rates, (k, d), of each product."""

    @property
    def predicting(self) -> type[np.floating[Any]]:
        """The number type of predictions."""

    def __call__(self, one: np.ndarray, other: np.ndarray) -> np.ndarray:
        """Covariances without the noise of signs ±1: (n, d), (m, d) → (n, m)."""

    def interactions(self, one: np.ndarray, other: np.ndarray) -> np.ndarray:
        """Those of the products alone: (n, d), (m, d) → (n, m)."""

    def spectrum(self) -> PerMask:
        """See `Kernel`."""


FitKernel: TypeAlias = Callable[[Masks, PerMask], MaskKernel]
"""(masks, values) → a kernel."""
