"""thm:bound: how far weighted least squares is from its limit at most, with explicit constants, at every n.

The proof is paper/bound.md. For F with values in [lo, hi], every coefficient at once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

import numpy as np

from limetheory.arguments import accepted_error, integer, real
from limetheory.arrays import PerSuperpixel
from limetheory.designs import Design, ExchangeableDesign
from limetheory.statistics.concave import concave_maximum
from limetheory.statistics.concentration import bernstein_deviation, chernoff_loss, vector_deviation
from limetheory.statistics.mask_classes import MaskClasses, mask_classes
from limetheory.statistics.observed_bound import ObservedBound
from limetheory.statistics.whitened_norms import WhitenedNorms
from limetheory.statistics.whitened_sample import bounded_sample
from limetheory.statistics.worst_residual import WorstResidual

LARGEST = 1e300
"""Numbers of masks above it are returned as ∞."""

SHARES = (0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99)
"""Ways of dividing the error probability that are tried; the theorem holds for each."""


Deviation = Callable[[float], np.ndarray]
"""A bound by the probability with which it may fail."""


@dataclass(frozen=True)
class Bound:
    """The bounds of one design for F with values in [lo, hi], at any n and error probability η.

    Args:
        design: an exchangeable design on d ≥ 2 superpixels.
        bounds: (lo, hi), the least and the greatest value that F can take.
        spread: a bound S on the weighted root mean square √(E[π r²] / α_0) of the residual r = F − z̃ᵀβ, if one is
            known; (hi − lo)/2 always is one. It sharpens the bound of weighted least squares only.
        simultaneous: whether half-widths are for all coefficients at once, or for one that is chosen beforehand.

    Raises:
        TypeError, ValueError: as `mask_classes`, or lo is not below hi, or the spread is not positive.

    >>> import limetheory as lt
    >>> bound = Bound(lt.ImageDesign(50))
    >>> bound.unbiased_masks(0.05, 0.05), bound.wls_masks(0.05, 0.05)
    (6597, 20748)
    """

    design: Design
    bounds: tuple[float, float] = (0.0, 1.0)
    spread: float | None = None
    simultaneous: bool = True

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

    @cached_property
    def residual(self) -> WorstResidual:
        """What is known of the residual, by the mean square of the fitted line."""
        return WorstResidual(self.classes, WhitenedNorms(cast(ExchangeableDesign, self.design)), self.relative_spread)

    @property
    def reach(self) -> float:
        """Largest |F − c|: half the range, or all of it for efficient designs, whose F(0) and F(1) stand for c."""
        low, high = self.bounds
        return (high - low) * (1.0 if self.design.efficient else 0.5)

    @property
    def comparisons(self) -> int:
        """How many coefficients a half-width is for."""
        return self.design.d if self.simultaneous else 1

    @cached_property
    def relative_spread(self) -> float:
        """S as a multiple of the reach, at most 1."""
        return 1.0 if self.spread is None else min(self.spread / self.reach, 1.0)

    @cached_property
    def worst_deviation(self) -> float:
        """√n × the largest standard error that thm:clt can give for such an F."""
        return self.reach * math.sqrt(self.residual.worst_influence)

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
        log_odds = math.log(2 * self.comparisons / odds)
        classes = self.classes
        return self.reach * bernstein_deviation(classes.mean_square_influence, classes.largest_influence, n, log_odds)

    def wls(self, n: int, odds: float) -> float:
        """Half-width, with probability 1 − odds for all coefficients, of weighted least squares; ∞ for small n.

        The largest over L in [0, 1], the mean square of the fitted line of (F − c) / reach, which is not known.
        """
        return self._wls(integer("n", n, 1), _odds(odds))

    def _wls(self, n: float, odds: float, threshold: float = math.nan) -> float:
        if self.chernoff(n, odds) >= 1:  # no share of the odds is enough
            return math.inf
        return self.reach * concave_maximum(lambda root: self.at_line(root, n, odds), threshold / self.reach)

    def observed(self, masks: Any, values: Any, odds: float, ends: tuple[float, float] | None = None) -> PerSuperpixel:
        """Half-widths, with probability 1 − odds for all coefficients at once, of weighted least squares of a sample.

        From what the sample shows of M̂ and of the residual: narrower than `wls`, which is for the worst F. The
        number of masks has to be fixed before they are drawn. It takes of order n d³ operations.

        Args:
            masks: independent draws from the design's sampling law, ``design.sample(n, rng)`` or those of
                ``estimate(…, sampling="design")``, (n, d) bool.
            values: F on them, within the bounds but for a millionth of the range, (n,).
            odds: in (0, 1), 0.05 for a level of 95 %.
            ends: F(0) and F(1), for efficient designs.

        Raises:
            TypeError, ValueError: arguments out of range, or values outside of the bounds.

        >>> import limetheory as lt
        >>> design, F = lt.ImageDesign(10), lt.Leaf(10, on=(0, 1))
        >>> masks = design.sample(8000, np.random.default_rng(0))
        >>> bound = Bound(design)
        >>> bound.observed(masks, F(masks), 0.05).max().round(3).item(), round(bound.wls(8000, 0.05), 3)
        (0.044, 0.068)
        """
        design = cast(ExchangeableDesign, self.design)
        sample = bounded_sample(design, self.bounds, masks, values, ends)
        return self.reach * ObservedBound(self.residual, sample, _odds(odds), self.comparisons).half_widths()

    def at_line(self, root: np.ndarray, n: float, odds: float) -> np.ndarray:
        """The half-width in units of the reach for each √L, concave in L: (m,) → (m,)."""
        lead, score = self._influence_at(root, n), self._score_at(root, n)
        ways = [*self._by_length(score, n, odds), *self._by_coordinate(lead, score, n, odds)]
        return np.min([np.full(len(root), math.inf), *ways], axis=0)

    def _by_length(self, score: Deviation, n: float, odds: float) -> Iterator[np.ndarray]:
        """‖w‖ ‖s‖ / (1 − t), for several ways of dividing the odds."""
        for share in SHARES:
            t = self.chernoff(n, odds * (1 - share))
            if t < 1:
                yield math.sqrt(self.classes.diagonal) * score(odds * share) / (1 - t)

    def _by_coordinate(self, lead: Deviation, score: Deviation, n: float, odds: float) -> Iterator[np.ndarray]:
        """w·s + ‖(M̂ − I) w‖ ‖s‖ / (1 − t), for several ways of dividing the odds."""
        for share in SHARES:
            rest = odds * (1 - share) / 3
            t = self.chernoff(n, rest)
            if t < 1:
                yield lead(odds * share) + self._gram_noise(n, rest) * score(rest) / (1 - t)

    def _influence_at(self, root: np.ndarray, n: float) -> Deviation:
        """Bound of |w·s| for every superpixel, by the odds."""
        variance, largest = self.residual.influence(root), self.residual.largest_influence(root)
        return lambda odds: bernstein_deviation(variance, largest, n, math.log(2 * self.comparisons / odds))

    def _score_at(self, root: np.ndarray, n: float) -> Deviation:
        """Bound of ‖s‖, by the odds."""
        trace, largest = self.residual.score(root), self.residual.largest_score(root)
        norm = np.minimum(trace, self.residual.score_norm(root))
        return lambda odds: vector_deviation(trace, norm, largest, n, odds)

    def _gram_noise(self, n: float, odds: float) -> float:
        """Bound of ‖(M̂ − I) w‖ for every superpixel."""
        (trace, largest), norm = self._gram_moments, self.residual.norms.gram_noise
        return float(vector_deviation(trace, min(norm, trace), largest, n, odds / self.comparisons))

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
        return least(lambda n: self._wls(n, odds, half_width) <= half_width, self.design.d + 1)


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
