"""The two linear models of a set function: with a free intercept, and with the sum of the slopes known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from limetheory.arrays import PerMask, PerSuperpixel, PerSuperpixelOfEach
from limetheory.estimation.methods.least_squares import LeastSquares, Regression, regression
from limetheory.estimation.samples.sample import Sample
from limetheory.mask_bits import sizes_of_bits

Fitted: TypeAlias = tuple[LeastSquares, PerSuperpixelOfEach, Any]
"""The fit, the coefficients (…, d), and the intercept, a number for each function."""


@dataclass(frozen=True, eq=False)
class Free:
    """F(z) ≈ β_0 + zᵀβ.

    Attributes:
        regression: on the masks minus their weighted mean.
        mean_mask: that mean, (d,).
    """

    regression: Regression
    mean_mask: PerSuperpixel

    @classmethod
    def of(cls, sample: Sample, ridge: float = 0.0) -> Free:
        """The model on the masks of a sample."""
        total, mean_mask = sample.mean_mask()

        def centre(masks: np.ndarray) -> np.ndarray:
            masks -= mean_mask
            return masks

        return cls(regression(sample, centre, np.zeros((sample.d, sample.d)), 1 / total, ridge), mean_mask)

    @property
    def parameters(self) -> int:
        """The number of free parameters."""
        return len(self.mean_mask) + 1

    def fit(self, sample: Sample) -> Fitted:
        """The fit to the values of a sample of these masks."""
        mean = sample.mean_value()
        fit = self.regression.fit(sample.values - np.asarray(mean)[..., None])
        return fit, fit.slopes, mean - (fit.slopes[..., None, :] @ self.mean_mask)[..., 0]


@dataclass(frozen=True, eq=False)
class Constrained:
    """F(z) ≈ F(0) + zᵀβ with Σ β_j = F(1) − F(0).

    Attributes:
        regression: on the masks minus the mean of their coordinates.
        sizes: of the masks, (n,).
    """

    regression: Regression
    sizes: PerMask

    @classmethod
    def of(cls, sample: Sample, ridge: float = 0.0) -> Constrained:
        """The model on the masks of a sample."""

        def centre(masks: np.ndarray) -> np.ndarray:
            masks -= masks.sum(axis=1)[:, None] / sample.d
            return masks

        sum_direction = np.full((sample.d, sample.d), sample.weights.sum() / sample.d)
        return cls(regression(sample, centre, sum_direction, 0.0, ridge), sizes_of_bits(sample.bits).astype(float))

    @property
    def parameters(self) -> int:
        """The number of free parameters."""
        return self.regression.sample.d - 1

    def fit(self, sample: Sample) -> Fitted:
        """The fit to the values of a sample of these masks, with its ends."""
        empty, full = (np.asarray(end)[..., None] for end in sample.ends or (0.0, 0.0))
        slope = (full - empty) / sample.d
        fit = self.regression.fit(sample.values - empty - slope * self.sizes)
        return fit, slope + fit.slopes, empty[..., 0]


def linear_model(sample: Sample, ridge: float = 0.0) -> Free | Constrained:
    """The model that the values of a sample are fitted by: with `ends` the one that keeps their difference."""
    return (Constrained if sample.ends else Free).of(sample, ridge)
