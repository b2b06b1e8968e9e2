"""thm:bound: half-widths of weighted least squares that hold at every n, with explicit constants, for bounded F.

For F with values in [lo, hi] and every coefficient at once. The proof is paper/bound.md.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

import numpy as np

from limetheory.arguments import accepted_error, flag, integer, pair, real
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
"""Divisions of the error probability that are tried: round numbers, for each of which the bound holds."""


Deviation = Callable[[float], np.ndarray]
"""A bound as a function of the probability with which it may fail."""


@dataclass(frozen=True)
class Bound:
    """The bounds of one design for F with values in [lo, hi], at any n and error probability η.

    Args:
        design: an exchangeable design on d ≥ 2 superpixels.
        bounds: (lo, hi), the least and the greatest value that F can take.
        spread: a bound S on the weighted root mean square √(E[π r²] / α_0) of the residual r = F − z̃ᵀβ, if one is
            known; (hi − lo)/2 always is one. It tightens the bound of weighted least squares only.
        simultaneous: whether half-widths hold for all coefficients at once, or for one that is chosen beforehand.

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
        least, greatest = pair("bounds", self.bounds, "(lo, hi)")
        low = real("the least value of F", least)
        real("the greatest value of F", greatest, above=low)
        if self.spread is not None:
            real("spread", self.spread, above=0)
        flag("simultaneous", self.simultaneous)
        _ = self.classes

    @cached_property
    def classes(self) -> MaskClasses:
        """Moments and maxima of the design."""
        return mask_classes(self.design)

    @cached_property
    def residual(self) -> WorstResidual:
        """Bounds on the moments of the residual, as functions of the mean square of the fitted line."""
        return WorstResidual(self.classes, WhitenedNorms(cast(ExchangeableDesign, self.design)), self.relative_spread)

    @property
    def sup_norm(self) -> float:
        """The largest |F − c|: half the range for c = (lo + hi)/2.

        For efficient designs c is the line from F(0) to F(1), and the largest is the whole range.
        """
        low, high = self.bounds
        return (high - low) * (1.0 if self.design.efficient else 0.5)

    @property
    def comparisons(self) -> int:
        """The number of coefficients for which half-widths hold at once."""
        return self.design.d if self.simultaneous else 1

    @cached_property
    def relative_spread(self) -> float:
        """The bound S on the residual's root mean square divided by `sup_norm`, at most 1."""
        return 1.0 if self.spread is None else min(self.spread / self.sup_norm, 1.0)

    @cached_property
    def worst_deviation(self) -> float:
        """√n × the largest standard error that thm:clt can give for such an F."""
        return self.sup_norm * math.sqrt(self.residual.worst_influence)

    @cached_property
    def even_deviation(self) -> float:
        """√n × the standard error of thm:clt if |r| = S at every mask."""
        return self.sup_norm * self.relative_spread * math.sqrt(self.classes.mean_square_influence)

    def chernoff(self, n: float, eta: float) -> float:
        """The t with λ_min(Σ^{-1/2} Σ̂ Σ^{-1/2}) > 1 − t with probability 1 − η, by (d+1) e^{−n φ(t)/R}; or 1."""
        n, eta = real("n", n, above=0), _error_probability(eta)
        return self._chernoff(n, eta)

    def _chernoff(self, n: float, eta: float) -> float:
        return chernoff_loss(self.classes.radius, n, math.log(self.classes.parameters / eta))

    def unbiased(self, n: int, eta: float) -> float:
        """Half-width, with probability 1 − η for all coefficients, of the mean of `Design.influence` of F − c.

        c is (lo + hi)/2; efficient designs have the line from F(0) to F(1) in its place. Bernstein's inequality with
        v = E[π² a²] and b = max π |a|.
        """
        return self._unbiased(integer("n", n, 1), _error_probability(eta))

    def _unbiased(self, n: float, eta: float) -> float:
        variance, largest = self.classes.mean_square_influence, self.classes.largest_influence
        width: float = self.sup_norm * bernstein_deviation(variance, largest, n, math.log(2 * self.comparisons / eta))
        return width

    def wls(self, n: int, eta: float) -> float:
        """Half-width, with probability 1 − η for all coefficients, of weighted least squares; ∞ for small n.

        The maximum over L in [0, 1], the unknown mean square of the fitted line of (F − c) / `sup_norm`.
        """
        return self._wls(integer("n", n, 1), _error_probability(eta))

    def _wls(self, n: float, eta: float, threshold: float = math.nan) -> float:
        if self._chernoff(n, eta) >= 1:  # and so with every share of η
            return math.inf
        return self.sup_norm * concave_maximum(lambda root: self.at_line(root, n, eta), threshold / self.sup_norm)

    def observed(self, masks: Any, values: Any, eta: float, ends: tuple[float, float] | None = None) -> PerSuperpixel:
        """Half-widths, with probability 1 − η for all coefficients at once, of weighted least squares of a sample.

        From the sample's M̂ and residuals, so that they are narrower than `wls`, which is for the worst F. The number of
        masks has to be fixed before they are drawn. It takes of order n d³ operations.

        Args:
            masks: independent draws from the design's sampling law, ``design.sample(n, rng)`` or those of
                ``estimate(…, sampling="design")``, (n, d) bool.
            values: F on them, within the bounds up to a millionth of the range, (n,).
            eta: the error probability η in (0, 1), 0.05 for a level of 95 %.
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
        found = ObservedBound(self.residual, sample, _error_probability(eta), self.comparisons)
        return self.sup_norm * found.half_widths()

    def at_line(self, root: np.ndarray, n: float, eta: float) -> np.ndarray:
        """The half-width in units of `sup_norm` for each √L, concave in L: (m,) → (m,)."""
        lead, score = self._influence_at(root, n), self._score_at(root, n)
        ways = [*self._by_length(score, n, eta), *self._by_coordinate(lead, score, n, eta)]
        least: np.ndarray = np.min([np.full(len(root), math.inf), *ways], axis=0)
        return least

    def _by_length(self, score: Deviation, n: float, eta: float) -> Iterator[np.ndarray]:
        """‖w‖ ‖s‖ / (1 − t), for several divisions of η; s is the mean score, w the whitened superpixel."""
        for share in SHARES:
            t = self.chernoff(n, eta * (1 - share))
            if t < 1:
                yield math.sqrt(self.classes.diagonal) * score(eta * share) / (1 - t)

    def _by_coordinate(self, lead: Deviation, score: Deviation, n: float, eta: float) -> Iterator[np.ndarray]:
        """w·s + ‖(M̂ − I) w‖ ‖s‖ / (1 − t), for several divisions of η."""
        for share in SHARES:
            rest = eta * (1 - share) / 3
            t = self.chernoff(n, rest)
            if t < 1:
                yield lead(eta * share) + self._gram_noise(n, rest) * score(rest) / (1 - t)

    def _influence_at(self, root: np.ndarray, n: float) -> Deviation:
        """Bound of |w·s| for every superpixel, as a function of η."""
        variance, largest = self.residual.influence(root), self.residual.largest_influence(root)
        return lambda eta: bernstein_deviation(variance, largest, n, math.log(2 * self.comparisons / eta))

    def _score_at(self, root: np.ndarray, n: float) -> Deviation:
        """The bound of the norm ‖s‖ of the score as a function of the error probability η."""
        trace, largest = self.residual.score(root), self.residual.largest_score(root)
        norm = np.minimum(trace, self.residual.score_norm(root))
        return lambda eta: vector_deviation(trace, norm, largest, n, eta)

    def _gram_noise(self, n: float, eta: float) -> float:
        """Bound of ‖(M̂ − I) w‖ for every superpixel."""
        (trace, largest), norm = self._gram_moments, self.residual.norms.gram_noise
        return float(vector_deviation(trace, min(norm, trace), largest, n, eta / self.comparisons))

    @cached_property
    def _gram_moments(self) -> tuple[float, float]:
        return self.classes.gram_noise

    def unbiased_masks(self, half_width: float, eta: float) -> float:
        """The least n of `unbiased`: ⌈(2v/ε² + 2b/(3ε)) log(2d/η)⌉ for |F − c| ≤ 1."""
        half_width, eta = accepted_error("half_width", half_width), _error_probability(eta)
        return least(lambda n: self._unbiased(n, eta) <= half_width, 1)

    def wls_masks(self, half_width: float, eta: float) -> float:
        """The least n of `wls`, of order R log(d/η); ∞ beyond `LARGEST`."""
        half_width, eta = accepted_error("half_width", half_width), _error_probability(eta)
        return least(lambda n: self._wls(n, eta, half_width) <= half_width, self.design.d + 1)


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


def _error_probability(value: float) -> float:
    return real("the error probability", value, above=0, below=1, remedy="write 0.05 for a level of 95 %")
