"""Confidence sequences by betting: bounded terms, valid at every n."""

from __future__ import annotations

from typing import Any

import numpy as np

from limetheory.arrays import PerSuperpixel
from limetheory.statistics.confidence_sequence import CAUTION, ConfidenceSequence

# A fixed grid of λ: its choice affects the widths, not the coverage.
_BETS = np.concatenate([np.geomspace(1e-4, 0.5, 80), np.linspace(0.51, 0.99, 49)])[:, None]
_ROUNDING = 1e-9  # by what share terms may exceed their bounds through rounding; a convention


class BettingSequence(ConfidenceSequence):
    r"""Bounded terms: intervals that cover all means at all times with probability ≥ level, at every n.

    Waudby-Smith & Ramdas, "Estimating means of bounded random variables by betting" (JRSS-B 86, 2024), with ranges
    that change from batch to batch and a bet that does not depend on the mean in question. Let \|term − centre\| ≤ c
    with centre and c fixed beforehand, x = term − centre, and θ = λ/c with λ in [0, 1) fixed beforehand too. Then
    1 + θx > 0 and, since the mean of x given the past is β − centre,

        E[1 + θx | past] = 1 + θ(β − centre) ≤ exp(θ(β − centre)),

    so exp(Σ log(1 + θx) − Σ θ(β − centre)) is a supermartingale that starts at 1. It exceeds 2m/(1 − level) at some
    time with probability at most (1 − level)/(2m) (Ville). Except with that probability, therefore, at all times

        β ≥ (Σ θ centre + Σ log(1 + θx) − log(2m/(1 − level))) / Σ θ,

    and the same for −x gives the upper end; a union bound over both ends and m coordinates makes them simultaneous.
    It takes four running sums a coordinate. Two alternatives from the same paper: log(1 + θx) ≥ θx − (x/c)²
    (−log(1−λ) − λ) gives the empirical-Bernstein interval (Theorem 2), which is wider at the same bets. The hedged
    capital (Theorem 3) needs all terms, to solve 1 ± θ(term − β) for β. It avoids the step 1 + u ≤ exp(u) above, which
    loses little: u² is the variance of a fitted centre. `experiments/stopping/rows.jsonl` has the widths of the three.

    λ maximises the expected gain of a term: tolerance·θ + E[log(1 + θx) + log(1 − θx)]/2.

    >>> rng = np.random.default_rng(0)
    >>> sequence = BettingSequence(1, tolerance=0.05)
    >>> while sequence.half_widths()[0] > 0.05:
    ...     sequence.update(rng.random((50, 1)), centres=np.array([0.5]), bounds=np.array([0.5]))
    >>> sequence.n, sequence.interval().round(3).tolist()
    (400, [[0.483, 0.58]])
    """

    SUMS = (*ConfidenceSequence.SUMS, "_up", "_down", "_centred", "_bounds")

    def __init__(self, m: int, tolerance: float, level: float = 0.95, horizon: int = 100_000):
        super().__init__(m, tolerance, level, horizon)
        self._up, self._down, self._centred = np.zeros(self.m), np.zeros(self.m), np.zeros(self.m)
        self._bounds = np.full(self.m, np.inf)

    def _weights(self, bounds: Any) -> PerSuperpixel:
        if bounds is None:
            raise ValueError("a betting sequence needs the bounds of its terms, got none; use NormalMixtureSequence")
        self._bounds = np.broadcast_to(np.asarray(bounds, float), (self.m,))
        if not ((self._bounds > 0) & np.isfinite(self._bounds)).all():
            raise ValueError(f"bounds must be positive and finite, got {self._bounds.min():g}; give larger ones")
        weights: PerSuperpixel = self._bets(self._bounds) / self._bounds
        return weights

    def _bets(self, bounds: np.ndarray) -> PerSuperpixel:
        """λ of the next terms: the best of a fixed grid."""
        inverse = 1 / bounds
        second, fourth = self._variance * inverse**2, self._fourth / max(self._seen, 1.0) * inverse**4
        aim = np.maximum(self.tolerance, self._within_horizon(second, bounds)) / bounds
        gain = aim * _BETS - second * _BETS**2 / 2 - fourth * _BETS**4 / 4
        gain += CAUTION / (2 * (self.n + 1)) * np.log1p(-(_BETS**2))
        best: PerSuperpixel = _BETS[gain.argmax(axis=0), 0]
        return best

    def _within_horizon(self, second: np.ndarray, bounds: np.ndarray) -> PerSuperpixel:
        """The half-width that is expected after ``horizon`` terms: bets for a smaller one would not be optimal."""
        logarithm = np.log(2 / self._share(None))
        second = second + CAUTION / (self.n + 1)
        allowed: PerSuperpixel = bounds * (np.sqrt(2 * logarithm * second / self.horizon) + logarithm / self.horizon)
        return allowed

    def _add(self, deviations: np.ndarray, weights: np.ndarray, centres: np.ndarray) -> None:
        farthest = np.abs(deviations).max(axis=0, initial=0.0)
        beyond = np.flatnonzero(farthest > self._bounds * (1 + _ROUNDING))
        if len(beyond):
            j = beyond[0]
            raise ValueError(
                f"terms must lie within their bounds, got {farthest[j]:g} beside ±{self._bounds[j]:g} in coordinate "
                f"{j}; give wider bounds"
            )
        self._up += np.log1p(deviations * weights).sum(axis=0)
        self._down += np.log1p(-deviations * weights).sum(axis=0)
        self._centred += len(deviations) * weights * centres

    def _middle(self) -> PerSuperpixel:
        return self._centred + (self._up - self._down) / 2

    def _cost(self) -> PerSuperpixel:
        return -(self._up + self._down) / 2

    def _half_widths(self, weight: np.ndarray, cost: np.ndarray, share: float) -> PerSuperpixel:
        known = weight > 0
        return np.where(known, (np.log(2 / share) + cost) / np.where(known, weight, 1.0), np.inf)

    def _rates(self, bounds: Any) -> tuple[np.ndarray, np.ndarray]:
        theta = self._weights(self._bounds if bounds is None else bounds)
        fourth = self._fourth / max(self._seen, 1.0)
        return theta, theta**2 * self._variance / 2 + theta**4 * fourth / 4
