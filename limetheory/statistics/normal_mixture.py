"""Asymptotic confidence sequences: no bounds, valid in the limit of many terms."""

from __future__ import annotations

from typing import Any

import numpy as np

from limetheory.arrays import PerSuperpixel
from limetheory.statistics.confidence_sequence import CAUTION, ConfidenceSequence

_LEAST_DEVIATION = 1e-6  # of the tolerance: a round number that prevents infinite weights


class NormalMixtureSequence(ConfidenceSequence):
    """Unbounded terms: intervals that cover all means at all times with probability → level as the tolerance → 0.

    Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas, "Time-uniform central limit theory and asymptotic confidence
    sequences" (Annals of Statistics 52, 2024), their Theorem 2.5 for weighted terms: with S = Σ θ (term − β),
    V = Σ θ² (term − centre)² and α = (1 − level)/m,

        |S| ≤ √((V ρ² + 1)/ρ² · 2 log(√(V ρ² + 1)/α)),

    Robbins' boundary of a Gaussian random walk. With θ = tolerance / variance, forecast from the past, V is about the
    same number whenever the tolerance is reached, and ρ is optimal for it. The first batch serves for that forecast
    only. ``bounds`` of a batch are optional and need not hold: the forecast includes a fraction of a term of that size.

    There is no guarantee for few terms: large ones may be too rare to have occurred.
    """

    SUMS = (*ConfidenceSequence.SUMS, "_sum")

    def __init__(self, m: int, tolerance: float, level: float = 0.95, horizon: int = 100_000):
        super().__init__(m, tolerance, level, horizon)
        self._sum = np.zeros(self.m)
        spent = 2 * np.log(1 / self._share(None))
        self._at_stop = spent + np.log1p(spent)  # ρ² V there
        self._stop = (1 + 1 / self._at_stop) * (np.log1p(self._at_stop) + spent)  # V at which |S| attains the boundary

    @property
    def _rho_squared(self) -> float:
        return float(self._at_stop / self._stop)

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
        scaled = cost * self._rho_squared + 1
        boundary = np.sqrt(2 * scaled / self._rho_squared * np.log(np.sqrt(scaled) / share))
        known = weight > 0
        return np.where(known, boundary / np.where(known, weight, 1.0), np.inf)

    def _rates(self, bounds: Any) -> tuple[np.ndarray, np.ndarray]:
        theta = self._weights(bounds)
        return theta, theta**2 * self._variance
