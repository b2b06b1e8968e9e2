"""The one result type of closed forms and of sampling."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from limetheory.arguments import real
from limetheory.arrays import Intervals, PerSuperpixel


@dataclass(frozen=True, eq=False)
class Explanation:
    """A weighted linear model of a set function: F(z) ≈ intercept + Σ coefficients_j z_j.

    The limit of a design and an estimate from samples are both of this type, so that every check is a
    comparison of two of them. A limit has standard errors zero.

    Attributes:
        coefficients: β_j of each superpixel, shape (d,).
        intercept: β_0.
        standard_errors: of the coefficients, shape (d,); ∞ where the masks do not determine a coefficient.
        n_evaluations: how many values of F were used.
        degrees_of_freedom: of Student's t in `interval`; ∞ means the normal distribution.

    >>> import numpy as np
    >>> Explanation(np.array([0.5]), 0.1, np.array([0.1]), 100).interval(0.95).round(3).tolist()
    [[0.304, 0.696]]
    """

    coefficients: PerSuperpixel
    intercept: float
    standard_errors: PerSuperpixel
    n_evaluations: int
    degrees_of_freedom: float = np.inf

    @property
    def d(self) -> int:
        """Number of superpixels."""
        return len(self.coefficients)

    def interval(self, level: float = 0.95) -> Intervals:
        """Confidence interval of each coefficient at ``level`` in (0, 1), shape (d, 2)."""
        from scipy.special import ndtri, stdtrit

        level = real("level", level, above=0, below=1, remedy="write 0.95 for 95 %")
        tail = (1 + level) / 2
        finite = np.isfinite(self.degrees_of_freedom)
        quantile = stdtrit(self.degrees_of_freedom, tail) if finite else ndtri(tail)
        half_width = quantile * self.standard_errors
        return np.stack([self.coefficients - half_width, self.coefficients + half_width], axis=1)
