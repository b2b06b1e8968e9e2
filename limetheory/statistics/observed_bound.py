"""thm:bound after the draw: half-widths from the sample's own moments, which hold at its own size."""

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
"""Shares of the error probability: LEAD for w·s; OTHERS each for its variance, for ‖s‖ and for that of its terms.

Round numbers that add up to 1; most is for w·s, which dominates for large n.
"""

# The largest number of steps, and the relative gain at which they end; conventions, since the bound holds at each.
_STEPS, _GAIN = 50, 1e-6


@dataclass(frozen=True)
class LineBounds:
    """Bounds on the limit's line: its root mean square is in [low, high], and E[π r²] is at most the budget."""

    low: float
    high: float
    budget: float


@dataclass(frozen=True, eq=False)
class ObservedBound:
    """Half-widths of weighted least squares from one sample, for |F − c| ≤ 1; the proof is in paper/bound.md.

    With s the mean score and r the residual of the limit, ‖Σ^{1/2} (β̂ − β)‖ ≤ ‖s‖ / λ_min(M̂). A bound δ of the left
    side bounds the moments of r by those of the sample's residuals r̂, these bound ‖s‖, and so we get a smaller δ; this
    is iterated. The events that may fail concern the moments of r alone, so that iterating costs no probability.

    Args:
        residual: the worst case of the design.
        sample: the sample.
        eta: the error probability η of all bounds together.
        comparisons: the number of coefficients.
    """

    residual: WorstResidual
    sample: WhitenedSample
    eta: float
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
        widths: PerSuperpixel = np.minimum(self._lead(distance) + gap * score, length * score)
        return widths

    def distance(self) -> float:
        """A bound of ‖Σ^{1/2} (β̂ − β)‖, the root mean square of the error of the fitted line."""
        distance = math.inf
        for _ in range(_STEPS):
            found = self._score(distance) / self.sample.smallest_eigenvalue
            if not found < distance * (1 - _GAIN):
                break
            distance = found
        return distance

    def line_bounds(self, distance: float) -> LineBounds:
        """Bounds on the limit's line if β̂ is within a distance of β."""
        fitted = float(np.linalg.norm(self.sample.line))
        high, low = min(fitted + distance, 1.0), min(max(fitted - distance, 0.0), 1.0)
        return LineBounds(low, high, float(self.residual.budget(np.array(low))))

    def _score(self, distance: float) -> float:
        """The bound of the norm ‖s‖ of the score."""
        line, n = self.line_bounds(distance), len(self.sample.masks)
        price = self.residual.classes.log_leverage
        trace = min(self._worst(line, price), self._observed_trace(distance, line, price))
        norm, largest = min(trace, self.residual.score_norm(line.high)), self.residual.largest_score(line.high)
        return float(vector_deviation(trace, norm, largest, n, OTHERS * self.eta))

    def _observed_trace(self, distance: float, line: LineBounds, price: np.ndarray) -> float:
        """Bound of E[π r² ℓ] from the sample."""
        observed, largest_moment = self._trace_moments
        missing = shortfall(self._worst_square(line, price), len(self.sample.masks), -math.log(OTHERS * self.eta))
        return float((observed**0.5 + _product(distance, largest_moment**0.5)) ** 2 + missing)

    def _lead(self, distance: float) -> np.ndarray:
        """Bound of |w·s| for every superpixel."""
        line, n, m = self.line_bounds(distance), len(self.sample.masks), self.comparisons
        price = self.residual.classes.log_density + self.residual.classes.log_slope
        observed, largest_moments = self._lead_moments
        missing = shortfall(self._worst_square(line, price), n, math.log(m / (OTHERS * self.eta)))
        of_sample = (observed**0.5 + distance * largest_moments**0.5) ** 2 + missing
        variance = np.minimum(of_sample, self._worst(line, price))
        largest = self.residual.largest_influence(line.high)
        bound: np.ndarray = bernstein_deviation(variance, largest, n, math.log(2 * m / (LEAD * self.eta)))
        return bound

    def _worst(self, line: LineBounds, log_price: np.ndarray) -> float:
        """The largest E[π r² × price] over residuals."""
        program = ResidualProgram(self.residual.classes, log_price)
        return float(program.value(np.array([line.high]), np.array([line.budget]))[0])

    def _worst_square(self, line: LineBounds, log_price: np.ndarray) -> float:
        """The largest E[(π r² × price)²], by π r² ≤ (√π + √(L ℓ))²."""
        classes = self.residual.classes
        with np.errstate(divide="ignore"):
            most = 2 * np.logaddexp(classes.log_density / 2, np.log(line.high) + classes.log_leverage / 2)
        return self._worst(line, most + 2 * log_price)

    @cached_property
    def _trace_moments(self) -> tuple[float, float]:
        """Mean of π r̂² ℓ, and the largest mean of ℓ (u·θ)²."""
        lengths = (self.sample.rows**2).sum(axis=1)
        return float(self.sample.residual_mean_square(lengths)), self.sample.largest_mean_square(lengths)

    @cached_property
    def _lead_moments(self) -> tuple[np.ndarray, np.ndarray]:
        """Mean of π² a² r̂², and the largest mean of π a² (u·θ)², for every superpixel."""
        squares = self.sample.projections**2
        largest = [self.sample.largest_mean_square(column) for column in squares.T]
        return self.sample.residual_mean_square(squares), np.array(largest)


def _product(distance: float, factor: float) -> float:
    """The product, but 0 × ∞ is ∞: before the first round there is no bound."""
    return distance * factor if math.isfinite(distance) else math.inf
