"""thm:bound after the draw: half-widths from the moments that a sample shows, guaranteed at its own size."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from limetheory.arrays import PerSuperpixel
from limetheory.statistics.concentration import bernstein_deviation, shortfall, vector_deviation
from limetheory.statistics.residual_program import ResidualProgram
from limetheory.statistics.whitened_sample import WhitenedSample
from limetheory.statistics.worst_residual import WorstResidual

LEAD, OTHERS = 0.7, 0.1
"""Shares of the error probability: of w·s, and of its variance, of ‖s‖ and of the mean square of its terms."""

_STEPS, _GAIN = 50, 1e-6


@dataclass(frozen=True)
class Known:
    """What holds of the fitted line: its root mean square is in [low, high], and E[π r²] at most the budget."""

    low: float
    high: float
    budget: float


@dataclass(frozen=True, eq=False)
class ObservedBound:
    """Half-widths of weighted least squares from one sample, for |F − c| ≤ 1; the proof is in paper/bound.md.

    All events are about the true moments of the residual r. On them, a bound δ of ‖Σ^{1/2} (β̂ − β)‖ bounds these
    moments by those of r̂, which bound ‖s‖, which bounds δ ≤ ‖s‖ / λ_min(M̂): each round starts from the last.

    Args:
        residual: the worst case of the design.
        sample: the sample.
        odds: the error probability of all of it.
        comparisons: how many coefficients it is for.
    """

    residual: WorstResidual
    sample: WhitenedSample
    odds: float
    comparisons: int

    def half_widths(self) -> PerSuperpixel:
        """For every superpixel; ∞ where M̂ is singular."""
        sample = self.sample
        if sample.smallest_eigenvalue == 0:
            return np.full(sample.design.d, math.inf)
        distance = self.distance()
        score = distance * sample.smallest_eigenvalue
        gap = np.linalg.norm(sample.solved_axes - sample.axes, axis=1)
        length = np.linalg.norm(sample.solved_axes, axis=1)
        return np.minimum(self._lead(distance) + gap * score, length * score)

    def distance(self) -> float:
        """A bound of ‖Σ^{1/2} (β̂ − β)‖, the root mean square of the error of the fitted line."""
        distance = math.inf
        for _ in range(_STEPS):
            found = self._score(distance) / self.sample.smallest_eigenvalue
            if not found < distance * (1 - _GAIN):
                break
            distance = found
        return distance

    def known(self, distance: float) -> Known:
        """What β̂ within a distance of β says of the fitted line."""
        fitted = float(np.linalg.norm(self.sample.line))
        high, low = min(fitted + distance, 1.0), min(max(fitted - distance, 0.0), 1.0)
        return Known(low, high, float(self.residual.budget(np.array(low))))

    def _score(self, distance: float) -> float:
        """Bound of ‖s‖."""
        known, n = self.known(distance), len(self.sample.masks)
        price = self.residual.classes.log_leverage
        trace = min(self._worst(known, price), self._observed_trace(distance, known, price))
        norm, largest = min(trace, self.residual.score_norm(known.high)), self.residual.largest_score(known.high)
        return float(vector_deviation(trace, norm, largest, n, OTHERS * self.odds))

    def _observed_trace(self, distance: float, known: Known, price: np.ndarray) -> float:
        """Bound of E[π r² ℓ] from the sample."""
        observed, reach = self._trace_moments
        missing = shortfall(self._worst_square(known, price), len(self.sample.masks), -math.log(OTHERS * self.odds))
        return float((observed**0.5 + _product(distance, reach**0.5)) ** 2 + missing)

    def _lead(self, distance: float) -> np.ndarray:
        """Bound of |w·s| for every superpixel."""
        known, n, m = self.known(distance), len(self.sample.masks), self.comparisons
        price = self.residual.classes.log_density + self.residual.classes.log_slope
        observed, reach = self._lead_moments
        missing = shortfall(self._worst_square(known, price), n, math.log(m / (OTHERS * self.odds)))
        variance = np.minimum((observed**0.5 + distance * reach**0.5) ** 2 + missing, self._worst(known, price))
        largest = self.residual.largest_influence(known.high)
        return bernstein_deviation(variance, largest, n, math.log(2 * m / (LEAD * self.odds)))

    def _worst(self, known: Known, log_price: np.ndarray) -> float:
        """The largest E[π r² × price]."""
        program = ResidualProgram(self.residual.classes, log_price)
        return float(program.value(np.array([known.high]), np.array([known.budget]))[0])

    def _worst_square(self, known: Known, log_price: np.ndarray) -> float:
        """The largest E[(π r² × price)²], by π r² ≤ (√π + √(L ℓ))²."""
        classes = self.residual.classes
        with np.errstate(divide="ignore"):
            most = 2 * np.logaddexp(classes.log_density / 2, np.log(known.high) + classes.log_leverage / 2)
        return self._worst(known, most + 2 * log_price)

    @cached_property
    def _trace_moments(self) -> tuple[float, float]:
        """Mean of π r̂² ℓ, and the largest mean of ℓ (u·θ)²."""
        lengths = (self.sample.rows**2).sum(axis=1)
        return float(self.sample.residual_mean_square(lengths)), self.sample.largest_mean_square(lengths)

    @cached_property
    def _lead_moments(self) -> tuple[np.ndarray, np.ndarray]:
        """Mean of π² a² r̂², and the largest mean of π a² (u·θ)², for every superpixel."""
        squares = self.sample.levers**2
        reach = [self.sample.largest_mean_square(column) for column in squares.T]
        return self.sample.residual_mean_square(squares), np.array(reach)


def _product(distance: float, factor: float) -> float:
    """0 × ∞ is ∞ here: nothing is known before the first round."""
    return distance * factor if math.isfinite(distance) else math.inf
