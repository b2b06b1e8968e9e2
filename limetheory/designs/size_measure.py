"""The size K of an exchangeable design's masks: its mass by size and the moments of it."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from limetheory.arguments import floats, integer
from limetheory.arrays import Gram, PerSize
from limetheory.designs.binomial import log_sum_exp

_ROUNDING = 1e-6  # how far probabilities may be from a sum of 1; a convention


class SizeMeasure:
    """The law and the weight of the size K, with the moments of K under the two together (lem:count).

    Args:
        d: number of superpixels, at least 1.
        log_law: log P(K = k) under the sampling law for k = 0..d, shape (d+1,); −∞ for sizes that are never drawn.
        log_weight: log π(k) for k = 0..d, shape (d+1,); −∞ for sizes without weight.

    Raises:
        ValueError: numbers of another shape, NaN or ∞, or a law whose probabilities do not sum to 1.
    """

    def __init__(self, d: int, log_law: Any, log_weight: Any):
        self.d = d = integer("d", d, 1)
        self.log_law = _log_law(log_law, d)
        self.log_weight = logs_by_size("log_weight", log_weight, d)

    @cached_property
    def log_mass(self) -> PerSize:
        """log m_k of the size law m_k = C(d, k) w(k), shape (d+1,)."""
        return self.log_law + self.log_weight

    @cached_property
    def _log_total_mass(self) -> float:
        return log_sum_exp(self.log_mass)

    @property
    def total_mass(self) -> float:
        """The total mass of the weighted law, α_0 = E[π]."""
        return float(np.exp(self._log_total_mass))

    @cached_property
    def size_law(self) -> PerSize:
        """P_μ(K = k) = m_k / α_0, shape (d+1,)."""
        shares = np.exp(self.log_mass - self.log_mass.max())
        law: PerSize = shares / shares.sum()
        return law

    @cached_property
    def size_deviations(self) -> PerSize:
        """k − κ, shape (d+1,), to full relative precision also where κ is within rounding of an integer."""
        anchored = np.arange(self.d + 1.0) - np.argmax(self.size_law)
        return anchored - self.size_law @ anchored

    @cached_property
    def mean_size(self) -> float:
        """The mean size of a mask, κ = E_μ[K]."""
        return float(self.size_law @ np.arange(self.d + 1.0))

    @cached_property
    def size_variance(self) -> float:
        """The variance of the size of a mask, V = Var_μ(K)."""
        return float(self.size_law @ self.size_deviations**2)

    @cached_property
    def contrast(self) -> float:
        """Δ / α_0 = E_μ[K (d − K)] / (d (d − 1)), the variance of z within a size; 0 for d = 1."""
        k = np.arange(self.d + 1.0)
        return float(self.size_law @ (k * (self.d - k))) / max(self.d * (self.d - 1), 1)

    def covariance(self) -> Gram:
        """Cov_μ(z, z) = (Δ/α_0) (I − J/d) + (V/d²) J, J all ones, without cancellation: shape (d, d)."""
        beside = (self.size_variance / self.d - self.contrast) / self.d
        return np.full((self.d, self.d), beside) + self.contrast * np.eye(self.d)

    @property
    def delta(self) -> float:
        """The difference of moments Δ = α_1 − α_2, by which deviations of coefficients are divided (thm:limit)."""
        return self.total_mass * self.contrast

    @property
    def c_d(self) -> float:
        """c_d = (d−1) α_0 α_2 − d α_1² + α_0 α_1 = α_0² V / d (lem:count)."""
        return self.total_mass**2 * self.size_variance / self.d

    @cached_property
    def keep(self) -> float:
        """κ / d, the probability P_μ(z_j = 1)."""
        return self.mean_size / self.d

    @cached_property
    def drop(self) -> float:
        """1 − κ / d, to full relative precision."""
        return float(self.size_law @ np.arange(self.d, -1.0, -1.0)) / self.d

    @cached_property
    def overdispersion(self) -> float:
        """d V − κ (d − κ): zero for independent coordinates, and d² (d−1) times their covariance.

        Several forms of it are equal; the one whose terms are smallest loses the fewest digits.
        """
        gained, lost = min(self._overdispersion_forms(), key=sum)
        return gained - lost

    def _overdispersion_forms(self) -> list[tuple[float, float]]:
        """Pairs (a, b) of non-negative terms with d V − κ (d − κ) = a − b: about the mean, 0 and d."""
        d, k = self.d, np.arange(self.d + 1.0)
        return [
            (d * self.size_variance, d * d * self.keep * self.drop),
            (d * float(self.size_law @ (k * (k - 1))), (d - 1) * (d * self.keep) ** 2),
            (d * float(self.size_law @ ((d - k) * (d - k - 1))), (d - 1) * (d * self.drop) ** 2),
        ]

    @cached_property
    def shares(self) -> np.ndarray:
        """1 − k/d and k/d for k = 0..d, shape (2, d+1): how far z_j = 1 and z_j = 0 are from the share of a size."""
        k = np.arange(self.d + 1.0)
        return np.stack([self.d - k, k]) / self.d


def _log_law(values: Any, d: int) -> PerSize:
    found = logs_by_size("log_law", values, d)
    total = log_sum_exp(found) if np.isfinite(found).any() else -np.inf
    if not abs(total) <= _ROUNDING:
        raise ValueError(
            f"log_law must be the logarithms of probabilities that sum to 1, got a sum of {np.exp(total):g}; "
            "subtract the logarithm of their sum"
        )
    return found


def logs_by_size(name: str, values: Any, d: int) -> PerSize:
    """A number for each size 0..d, a logarithm that may be −∞, as a checked array of shape (d+1,)."""
    found = floats(name, values)
    if found.shape != (d + 1,):
        raise ValueError(f"{name} must have one number for each size 0..{d}, shape ({d + 1},), got {found.shape}")
    if np.isnan(found).any() or (found == np.inf).any():
        raise ValueError(f"{name} must be logarithms, got NaN or ∞; write −inf, np.log(0), for a size that has none")
    return found
