"""Asymptotic confidence sequences: no bounds, valid in the limit of many terms."""

from __future__ import annotations

from typing import Any

import numpy as np

from limetheory.arrays import PerSuperpixel
from limetheory.statistics.confidence_sequence import CAUTION, ConfidenceSequence

_LEAST_DEVIATION = 1e-6


class NormalMixtureSequence(ConfidenceSequence):
    """Unbounded terms: coverage of all means at all times with probability → level as the tolerance shrinks.

    Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas, "Time-uniform central limit theory and asymptotic confidence
    sequences" (Annals of Statistics 52, 2024), their Theorem 2.5 for weighted terms: with S = Σ θ (term − β),
    V = Σ θ² (term − centre)² and α = (1 − level)/m,

        |S| ≤ √((V ρ² + 1)/ρ² · 2 log(√(V ρ² + 1)/α)),

    Robbins' boundary of a Gaussian random walk. θ = tolerance / variance, the variance forecast from the past, makes
    V the same number at every stop, for which ρ is chosen. The first batch only makes that forecast. ``bounds`` of a
    batch are optional and need not hold: a term of that size is imagined in the forecast.

    With few terms nothing is guaranteed: rare large terms may not have been seen yet.
    """

    SUMS = (*ConfidenceSequence.SUMS, "_sum")

    def __init__(self, m: int, tolerance: float, level: float = 0.95, horizon: int = 100_000):
        super().__init__(m, tolerance, level, horizon)
        self._sum = np.zeros(self.m)
        spent = 2 * np.log(1 / self._share(None))
        self._odds = spent + np.log1p(spent)
        self._stop = (1 + 1 / self._odds) * (np.log1p(self._odds) + spent)  # V where |S| reaches it

    @property
    def _rho_squared(self) -> float:
        return float(self._odds / self._stop)

    def _weights(self, bounds: Any) -> PerSuperpixel:
        if not self._seen:
            return np.zeros(self.m)
        variance = self._variance + CAUTION * np.square(0.0 if bounds is None else bounds) / (self.n + 1)
        aim = np.maximum(self.tolerance, np.sqrt(self._stop * variance / self.horizon))
        weights: PerSuperpixel = aim / np.maximum(variance, (_LEAST_DEVIATION * self.tolerance) ** 2)
        return weights

    def _add(self, deviations: np.ndarray, weights: np.ndarray, centres: np.ndarray) -> None:
        self._sum += weights * (deviations + centres).sum(axis=0)

    def _middle(self) -> PerSuperpixel:
        return self._sum

    def _cost(self) -> PerSuperpixel:
        return self._squares

    def _half_widths(self, weight: np.ndarray, cost: np.ndarray, share: float) -> PerSuperpixel:
        odds = cost * self._rho_squared + 1
        reach = np.sqrt(2 * odds / self._rho_squared * np.log(np.sqrt(odds) / share))
        known = weight > 0
        return np.where(known, reach / np.where(known, weight, 1.0), np.inf)

    def _rates(self, bounds: Any) -> tuple[np.ndarray, np.ndarray]:
        theta = self._weights(bounds)
        return theta, theta**2 * self._variance
