"""Coefficients of segments compared with the sums of those of their parts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Consistency:
    """Coefficients of coarse segments, and for each the sum of those of the finer segments inside it.

    Attributes:
        coefficients: of the coarse segments, (d,).
        children_sums: of the finer segments inside each, (d,).
    """

    coefficients: np.ndarray
    children_sums: np.ndarray

    @property
    def gaps(self) -> np.ndarray:
        """Coefficient minus the sum of the children's, (d,)."""
        gaps: np.ndarray = self.coefficients - self.children_sums
        return gaps

    @property
    def relative(self) -> float:
        """Σ|gaps| / Σ|coefficients|; 0 when both vanish."""
        gap, scale = np.abs(self.gaps).sum(), np.abs(self.coefficients).sum()
        return float(gap / scale) if scale else (0.0 if gap == 0 else float("inf"))
