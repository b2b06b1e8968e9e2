"""thm:bound: how far weighted least squares is from its limit at most, with explicit constants, at every n.

The proof is paper/bound.md. For F with values in [lo, hi], every coefficient at once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from limetheory.arguments import accepted_error, integer, real
from limetheory.designs import Design
from limetheory.statistics.concentration import bernstein_deviation, chernoff_loss
from limetheory.statistics.mask_classes import MaskClasses, mask_classes

LARGEST = 1e300
"""Numbers of masks above it are returned as ∞."""

SHARES = (0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99)
"""Ways of dividing the error probability that are tried; the theorem holds for each."""


@dataclass(frozen=True)
class Bound:
    """The bounds of one design for F with values in [lo, hi], at any n and error probability η.

    Args:
        design: an exchangeable design on d ≥ 2 superpixels.
        bounds: (lo, hi), the least and the greatest value that F can take.
        spread: a bound S on the weighted root mean square √(E[π r²] / α_0) of the residual r = F − z̃ᵀβ, if one is
            known; (hi − lo)/2 always is one. It sharpens the bound of weighted least squares only.

    Raises:
        TypeError, ValueError: as `mask_classes`, or lo is not below hi, or the spread is not positive.

    >>> import limetheory as lt
    >>> bound = Bound(lt.ImageDesign(50))
    >>> bound.unbiased_masks(0.05, 0.05), bound.wls_masks(0.05, 0.05)
    (6597, 46630)
    """

    design: Design
    bounds: tuple[float, float] = (0.0, 1.0)
    spread: float | None = None

    def __post_init__(self) -> None:
        low = real("the least value of F", self.bounds[0])
        real("the greatest value of F", self.bounds[1], above=low)
        if self.spread is not None:
            real("spread", self.spread, above=0)
        _ = self.classes

    @cached_property
    def classes(self) -> MaskClasses:
        """What is needed of the design."""
        return mask_classes(self.design)

    @property
    def reach(self) -> float:
        """Largest |F − c|: half the range, or all of it for efficient designs, whose F(0) and F(1) stand for c."""
        low, high = self.bounds
        return (high - low) * (1.0 if self.design.efficient else 0.5)

    @cached_property
    def relative_spread(self) -> float:
        """S as a multiple of the reach, at most 1."""
        return 1.0 if self.spread is None else min(self.spread / self.reach, 1.0)

    @cached_property
    def worst_deviation(self) -> float:
        """√n × the largest standard error that thm:clt can give for such an F."""
        return self.reach * math.sqrt(self.classes.worst_influence(self.relative_spread))

    @cached_property
    def even_deviation(self) -> float:
        """√n × the standard error of thm:clt if |r| is the spread at every mask."""
        return self.reach * self.relative_spread * math.sqrt(self.classes.mean_square_influence)

    def chernoff(self, n: float, odds: float) -> float:
        """The t with λ_min(Σ^{-1/2} Σ̂ Σ^{-1/2}) > 1 − t with probability 1 − odds, by (d+1) e^{−n φ(t)/R}; or 1."""
        return chernoff_loss(self.classes.radius, n, math.log(self.classes.parameters / odds))

    def unbiased(self, n: int, odds: float) -> float:
        """Half-width, with probability 1 − odds for all coefficients, of the mean of `Design.influence` of F − c.

        c is (lo + hi)/2; efficient designs have the line from F(0) to F(1) in its place. Bernstein's inequality with
        v = E[π² a²] and b = max π |a|.
        """
        return self._unbiased(integer("n", n, 1), _odds(odds))

    def _unbiased(self, n: float, odds: float) -> float:
        log_odds = math.log(2 * self.design.d / odds)
        classes = self.classes
        return self.reach * bernstein_deviation(classes.mean_square_influence, classes.largest_influence, n, log_odds)

    def wls(self, n: int, odds: float) -> float:
        """Half-width, with probability 1 − odds for all coefficients, of weighted least squares; ∞ for small n."""
        return self._wls(integer("n", n, 1), _odds(odds))

    def _wls(self, n: float, odds: float) -> float:
        by_length = (self._by_length(n, odds * (1 - share), odds * share) for share in SHARES)
        return self.reach * min((*by_length, *self._by_coordinate(n, odds)))

    def _by_length(self, n: float, of_gram: float, of_score: float) -> float:
        """‖w‖ ‖s‖ / (1 − t)."""
        t = self.chernoff(n, of_gram)
        return math.inf if t >= 1 else math.sqrt(self.classes.diagonal) * self._score(n, of_score) / (1 - t)

    def _by_coordinate(self, n: float, odds: float) -> Iterator[float]:
        """w·s + ‖(M̂ − I) w‖ ‖s‖ / (1 − t), for several ways of dividing the odds."""
        for share in SHARES:
            rest = odds * (1 - share) / 3
            t = self.chernoff(n, rest)
            if t < 1:
                yield self._lead(n, odds * share) + self._gram_noise(n, rest) * self._score(n, rest) / (1 - t)

    def _lead(self, n: float, odds: float) -> float:
        """Bound of |w·s| for every superpixel."""
        variance, largest = self._lead_moments
        return bernstein_deviation(variance, largest, n, math.log(2 * self.design.d / odds))

    def _score(self, n: float, odds: float) -> float:
        """Bound of ‖s‖."""
        variance, largest = self._score_moments
        return bernstein_deviation(variance, largest, n, math.log(2 / odds))

    def _gram_noise(self, n: float, odds: float) -> float:
        """Bound of ‖(M̂ − I) w‖ for every superpixel."""
        return bernstein_deviation(*self._gram_moments, n, math.log(2 * self.design.d / odds))

    @cached_property
    def _lead_moments(self) -> tuple[float, float]:
        return self.classes.worst_influence(self.relative_spread), self.classes.largest_residual_influence

    @cached_property
    def _score_moments(self) -> tuple[float, float]:
        return self.classes.worst_score(self.relative_spread), self.classes.largest_score

    @cached_property
    def _gram_moments(self) -> tuple[float, float]:
        return self.classes.gram_noise

    def unbiased_masks(self, half_width: float, odds: float) -> float:
        """The least n of `unbiased`: ⌈(2v/ε² + 2b/(3ε)) log(2d/η)⌉ for F − c of reach 1."""
        half_width, odds = accepted_error("half_width", half_width), _odds(odds)
        return least(lambda n: self._unbiased(n, odds) <= half_width, 1)

    def wls_masks(self, half_width: float, odds: float) -> float:
        """The least n of `wls`, of order R log(d/η); ∞ beyond `LARGEST`."""
        half_width, odds = accepted_error("half_width", half_width), _odds(odds)
        return least(lambda n: self._wls(n, odds) <= half_width, self.design.d + 1)


def least(enough: Callable[[float], bool], start: int) -> float:
    """The least whole n ≥ start that is enough, for a condition that stays true; ∞ beyond `LARGEST`.

    >>> least(lambda n: n * n >= 1000, 1)
    32
    """
    if enough(start):
        return start
    low = start
    while not enough(2 * low):
        low *= 2
        if low > LARGEST:
            return math.inf
    high = 2 * low
    while high - low > 1 + (high >> 50):
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def _odds(value: float) -> float:
    return real("odds", value, above=0, below=1, remedy="write 0.05 for a level of 95 %")
