"""Confidence sequences: intervals for means that are valid at every stopping time.

| class | file | needs | coverage holds | source |
|---|---|---|---|---|
| `BettingSequence` | betting.py | a bound on every term | at every n | Waudby-Smith & Ramdas 2024 |
| `PartwiseBettingSequence` | partwise_betting.py | a bound on every part of a term | at every n | the same |
| `NormalMixtureSequence` | normal_mixture.py | finite variances | in the limit | Waudby-Smith et al. 2024 |

All keep a few running sums for each mean, whatever the number of terms.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import numpy as np

from limetheory.arguments import accepted_error, integer, real
from limetheory.arrays import Intervals, PerMaskAndSuperpixel, PerSuperpixel
from limetheory.kept import keepable

# Round numbers, which affect how soon a tolerance is reached but not the coverage; experiments/stopping/rows.jsonl has
# the evaluations with them.
_RECENT = 2.0  # forecasts give term i the weight i², since later surrogates leave less variance
_FARTHEST, _FORECAST = 1e12, 0.02  # forecasts end at so many terms, and are accurate to 2 %
CAUTION = 0.1
"""Weight, in the forecasts of moments, of one additional term at its bound: so bets are small while terms are few."""


def _checked(level: float) -> float:
    return real("level", level, above=0, below=1, remedy="write 0.95 for 95 %")


class ConfidenceSequence(ABC):
    """Intervals for m means, updated batch by batch, that cover all means at all times with probability ``level``.

    Term i of coordinate j has the conditional mean β_j given the past: Σ (term − β) is a martingale. Before a batch is
    drawn each coordinate has a guess of its mean (`centres`), and the batch gets weights θ_j; both depend on the past
    only. The weights are chosen so that all half-widths reach ``tolerance`` soon (or what ``horizon`` terms allow);
    coverage does not depend on that choice.

    Args:
        m: number of means.
        tolerance: the half-width for which the weights are optimised, positive.
        level: probability that all m intervals cover their means at all times, in (0, 1).
        horizon: the largest number of terms.
    """

    SUMS: tuple[str, ...] = ("_weight", "_squares", "_seen", "_second", "_fourth")
    """The attributes that change with every term."""

    def __init__(self, m: int, tolerance: float, level: float = 0.95, horizon: int = 100_000):
        self.m = integer("m", m, 1)
        self.tolerance = accepted_error("tolerance", tolerance)
        self.level = _checked(level)
        self.horizon = integer("horizon", horizon, 1)
        self.n = 0
        self._weight = np.zeros(self.m)
        self._squares = np.zeros(self.m)
        self._seen = 0.0
        self._second, self._fourth = np.zeros(self.m), np.zeros(self.m)

    def update(self, terms: PerMaskAndSuperpixel, centres: PerSuperpixel, bounds: Any = None) -> None:
        """Take a batch of terms, (b, m), with the centres (m,) and bounds (m,) that were fixed before it was drawn.

        Raises:
            ValueError: a term farther from its centre than its bound.
        """
        deviations = np.asarray(terms, float) - centres
        weights = self._weights(bounds)
        self._weight += len(deviations) * weights
        self._squares += weights**2 * (deviations**2).sum(axis=0)
        self._add(deviations, weights, np.asarray(centres, float))
        self._remember(deviations)

    def interval(self, level: float | None = None) -> Intervals:
        """The current intervals, shape (m, 2), (−∞, ∞) before the first weights; None is the sequence's level."""
        if not self._weight.all():
            return np.tile([-np.inf, np.inf], (self.m, 1))
        middle, half = self._middle() / self._weight, self.half_widths(level)
        return np.stack([middle - half, middle + half], axis=1)

    @property
    def means(self) -> PerSuperpixel:
        """The midpoint of each interval, shape (m,); zeros before the first weights."""
        return self._middle() / np.where(self._weight > 0, self._weight, 1.0)

    @property
    def standard_errors(self) -> PerSuperpixel:
        """√(Σ θ² (term − centre)²) / Σ θ, shape (m,)."""
        known = self._weight > 0
        return np.where(known, np.sqrt(self._squares) / np.where(known, self._weight, 1.0), np.inf)

    def half_widths(self, level: float | None = None) -> PerSuperpixel:
        """Half of each interval's width, shape (m,)."""
        return self._half_widths(self._weight, self._cost(), self._share(level))

    def half_widths_of_each(self, level: float) -> PerSuperpixel:
        """Half-widths that hold each mean at all times with probability ``level``, but not all means at once, (m,)."""
        level = _checked(level)
        return self._half_widths(self._weight, self._cost(), 1 - level)

    def remaining(self, bounds: Any = None) -> float:
        """The expected number of further terms until every half-width is at most the tolerance; ∞ if none suffices."""
        if not self._weight.all():
            return np.inf
        gained, spent = self._rates(bounds)
        share, low, high = self._share(None), 0.0, self.n / 2

        def enough(more: float) -> bool:
            found = self._half_widths(self._weight + more * gained, self._cost() + more * spent, share)
            return bool((found <= self.tolerance).all())

        if enough(low):
            return 0.0
        while not enough(high):
            low, high = high, 2 * high
            if high > _FARTHEST:
                return np.inf
        while high - low > _FORECAST * high:
            middle = (low + high) / 2
            low, high = (low, middle) if enough(middle) else (middle, high)
        return high

    def __init_subclass__(cls) -> None:
        """Let it be kept with the explanation that it stopped."""
        keepable(cls, "m", "tolerance", "level", "horizon", "n", *cls.SUMS, build=cls.restored)

    @classmethod
    def restored(cls, m: int, tolerance: float, level: float, horizon: int, n: int, **sums: Any) -> ConfidenceSequence:
        """The sequence of a question, m to horizon, after n terms, with its running sums.

        Raises:
            ValueError: sums of another shape.
        """
        sequence = cls(m, tolerance, level, horizon)
        shapes = {name: np.shape(getattr(sequence, name)) for name in cls.SUMS}
        if shapes != {name: np.shape(value) for name, value in sums.items()}:
            raise ValueError(f"the sums of a confidence sequence must have the shapes {shapes}, got others")
        vars(sequence).update(sums, n=integer("n", n, 0))
        return sequence

    def _share(self, level: float | None) -> float:
        """The error probability of one of the means (Bonferroni)."""
        level = self.level if level is None else _checked(level)
        return (1 - level) / self.m

    def _remember(self, deviations: np.ndarray) -> None:
        count = (self.n + 1.0 + np.arange(len(deviations))) ** _RECENT
        self._second += count @ deviations**2
        self._fourth += count @ deviations**4
        self._seen += count.sum()
        self.n += len(deviations)

    @property
    def _variance(self) -> PerSuperpixel:
        """Forecast of the squared deviation of the next terms."""
        return self._second / max(self._seen, 1.0)

    @abstractmethod
    def _weights(self, bounds: Any) -> PerSuperpixel: ...

    @abstractmethod
    def _add(self, deviations: np.ndarray, weights: np.ndarray, centres: np.ndarray) -> None: ...

    @abstractmethod
    def _middle(self) -> PerSuperpixel:
        """The midpoint of the interval times the sum of the weights θ."""

    @abstractmethod
    def _cost(self) -> PerSuperpixel:
        """The contribution of the terms' variance to half-width × Σ θ."""

    @abstractmethod
    def _half_widths(self, weight: np.ndarray, cost: np.ndarray, share: float) -> PerSuperpixel: ...

    @abstractmethod
    def _rates(self, bounds: Any) -> tuple[np.ndarray, np.ndarray]:
        """The expected increase of Σ θ and of the cost by one more term."""
