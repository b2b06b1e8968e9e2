"""Exchangeable designs: law × weight depends on a mask through its size K alone (THEORY section 2)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

from limetheory.arguments import generator, integer, mask_rows
from limetheory.arrays import Covariances, Gram, Ints, Masks, PerMask, PerMaskAndSuperpixel, PerSize, PerSuperpixel
from limetheory.designs.base import SMALLEST_MOMENT, DegenerateDesignError, Design, Event
from limetheory.designs.binomial import log_binomial_pmf, log_sum_exp, times_log
from limetheory.designs.ranks import smallest
from limetheory.designs.size_measure import SizeMeasure


class ExchangeableDesign(SizeMeasure, Design):
    """A design given by the law of the size K and the weight π(K); everything follows from d + 1 numbers.

    Statements: lem:alpha, lem:count, prop:gram-inverse (Garreau & Mardaoui 2021, Prop. 1 and 2), lem:leverage.
    Moments are sums of non-negative terms in log space, so that none cancels or overflows: 1e-11 relative, d ≤ 20,000.

    Args:
        d: number of superpixels, at least 1.
        log_law: log P(K = k) under the sampling law for k = 0..d, shape (d+1,).
        log_weight: log π(k) for k = 0..d, shape (d+1,).
    """

    exchangeable = True

    @property
    def sum_rests_on_sizes(self) -> bool:
        """Whether the masks' sizes must vary for the sum of the coefficients to be found: not where it is known."""
        return not self.efficient

    @property
    def marginals(self) -> PerSuperpixel:
        """The probability P_μ(z_j = 1) = κ / d for every superpixel, shape (d,)."""
        return np.full(self.d, self.keep)

    def centred(self, masks: Any) -> PerMaskAndSuperpixel:
        """The masks minus their mean, z_j − κ/d: (n, d) bool → (n, d)."""
        return np.where(mask_rows(masks, self.d), self.drop, -self.keep)

    def centred_share(self, masks: Any) -> PerMask:
        """(K − κ) / d to full relative precision: (n, d) bool → (n,)."""
        return self.size_deviations[self._sizes(masks)] / self.d

    def _sizes(self, masks: Any) -> Ints:
        return np.asarray(np.count_nonzero(mask_rows(masks, self.d), axis=1))

    def contrasts(self, masks: Any) -> PerMaskAndSuperpixel:
        """z_j − K/d, exactly 0 on the empty and the full mask: (n, d) bool → (n, d)."""
        masks = mask_rows(masks, self.d)
        hidden, shown = self.shares[:, np.count_nonzero(masks, axis=1), None]
        return np.asarray(np.where(masks, hidden, -shown))

    def alpha(self, a: int, b: int = 0) -> float:
        """E[π z_1…z_a (1−z_{a+1})…(1−z_{a+b})] = Σ_k C(d−a−b, k−a) w(k) (lem:alpha).

        >>> from limetheory import BernoulliDesign
        >>> round(BernoulliDesign(5, p=0.5).alpha(2, 1), 15)
        0.125
        """
        return float(np.exp(log_sum_exp(self.log_mass + self.log_share(a, b))))

    def log_share(self, a: int, b: int) -> PerSize:
        """log of C(d−a−b, k−a) / C(d, k) for k = 0..d: the share of the masks of a size in the event."""
        a, b = integer("a", a, 0), integer("b", b, 0)
        if a + b > self.d:
            raise ValueError(f"a + b must be at most d = {self.d}, got {a} + {b}")
        k = np.arange(self.d + 1.0)
        p = k / self.d
        inside = log_binomial_pmf(k - a, self.d - a - b, p) - log_binomial_pmf(k, self.d, p)
        return inside + times_log(a, p) + times_log(b, 1 - p)

    def gram(self) -> Gram:
        """Σ = [α_0, α_1; α_1, α_1 on / α_2 off the diagonal], shape (d+1, d+1)."""
        a0, a1, a2 = self.total_mass, self.alpha(1), self.alpha(2) if self.d > 1 else 0.0
        return _arrow(self.d, a0, a1, a1, a2)

    def gram_inverse(self) -> Gram:
        """Σ^{-1} of prop:gram-inverse, shape (d+1, d+1)."""
        return _arrow(self.d, *self.gram_inverse_entries())

    def gram_inverse_entries(self) -> tuple[float, float, float, float]:
        """(σ_0, σ_1, σ_2, σ_3) / c_d, each without cancellation."""
        self._require_slope()
        self._require_contrast()
        mass, variance, d = self.total_mass, self.size_variance, self.d
        if not mass * variance * (self.contrast if d > 1 else 1) >= np.finfo(float).tiny:
            raise DegenerateDesignError(
                f"the inverse Gram matrix needs Δ V of {np.finfo(float).tiny:.0e} at least, got an underflow for "
                f"{self!r}; {self.wider}"
            )
        corner = (1 + self.mean_size**2 / variance) / mass
        border = -self.mean_size / (mass * variance)
        if d == 1:
            return corner, border, 1 / (mass * variance), 0.0
        diagonal = ((1 - 1 / d) / self.contrast + 1 / variance) / mass
        beside = -self.overdispersion / (d * (d - 1) * mass * self.contrast * variance)
        return corner, border, diagonal, beside

    def leverage(self) -> PerSize:
        """ℓ(z) = π z̃ᵀ Σ^{-1} z̃ of a mask of size k = 0..d, shape (d+1,); E[ℓ] = d + 1 (lem:leverage)."""
        self._require_slope()
        self._require_contrast()
        k = np.arange(self.d + 1.0)
        spread = 1 + self.size_deviations**2 / self.size_variance
        if self.d > 1:
            spread = spread + k * (self.d - k) / (self.d * self.contrast)
        leverage: PerSize = np.where(np.isfinite(self.log_law), self._density_by_size, 0.0) * spread
        return leverage

    def probability(self, masks: Any) -> PerMask:
        """μ(z) of each mask: (n, d) bool → (n,)."""
        return self._mask_law[self._sizes(masks)]

    @cached_property
    def _log_counts(self) -> PerSize:
        """log C(d, k) for k = 0..d, shape (d+1,)."""
        return log_binomial_pmf(np.arange(self.d + 1), self.d, 0.5) + self.d * float(np.log(2))

    def log_odds_of_complement(self, masks: Any) -> PerMask:
        """log L(1 − z) − log L(z), from the sizes: (n, d) bool → (n,)."""
        sizes = self._sizes(masks)
        return self.log_law[self.d - sizes] - self.log_law[sizes]

    def leverage_sample(self, n: int, rng: np.random.Generator) -> tuple[Masks, PerMask]:
        """n independent masks from q ∝ L ℓ, row after row, and L/q: (n, d) bool and (n,) (lem:leverage)."""
        log_law = self.leverage_law()
        masks = ExchangeableDesign(self.d, log_law, self.log_mass).sample(n, rng)
        sizes = np.count_nonzero(masks, axis=1)
        return masks, np.exp(self.log_law[sizes] - log_law[sizes])

    def leverage_law(self) -> PerSize:
        """log of the size law ∝ L(k) ℓ(k), shape (d+1,).

        Under an efficient design only the deviations from the mean coefficient are fitted, and ℓ ∝ π K (d − K): uniform
        on 1..d−1 for the Shapley value, as Musco & Witter have it.
        """
        sizes = np.arange(self.d + 1.0)
        with np.errstate(divide="ignore"):
            if self.efficient:
                log_law = self.log_mass + np.log(sizes * (self.d - sizes))
            else:
                log_law = self.log_law + np.log(self.leverage())
        return np.asarray(log_law - np.logaddexp.reduce(log_law))

    @property
    def support_size(self) -> float:
        """How many masks have positive probability under μ; ∞ beyond float64's range."""
        with np.errstate(over="ignore"):
            return float(np.exp(log_sum_exp(self._log_counts[np.isfinite(self.log_mass)])))

    @cached_property
    def _mask_law(self) -> PerSize:
        return np.exp(self.log_mass - self._log_total_mass - self._log_counts)

    def weight(self, masks: Any) -> PerMask:
        """π(z) of each mask: (n, d) bool → (n,)."""
        return np.exp(self.log_weight)[self._sizes(masks)]

    def chance(self, masks: Any) -> PerMask:
        """Probability of each mask under the sampling law: (n, d) bool → (n,)."""
        return np.exp(self.log_law - self._log_counts)[self._sizes(masks)]

    def density(self, masks: Any) -> PerMask:
        """π(z) / α_0 of each mask: (n, d) bool → (n,)."""
        return self._density_by_size[self._sizes(masks)]

    @cached_property
    def _density_by_size(self) -> PerSize:
        with np.errstate(over="ignore"):  # where no mask is drawn
            return np.asarray(np.exp(self.log_weight - self._log_total_mass))

    def sample(self, n: int, rng: np.random.Generator) -> Masks:
        """Draw a size, then a uniform subset of that size: (n, d) bool."""
        n, rng = integer("n", n, 0), generator(rng)
        uniforms = rng.random((n, self.d + 1))
        sizes = np.searchsorted(self._cumulative_law, uniforms[:, 0], side="right")
        return smallest(uniforms[:, 1:], sizes)

    @cached_property
    def _cumulative_law(self) -> np.ndarray:
        cumulative = np.cumsum(np.exp(self.log_law))
        return np.asarray(cumulative[:-1] / cumulative[-1])

    def condition(self, on: Sequence[int], off: Sequence[int]) -> Event:
        """{z_on = 1, z_off = 0} under μ; the contrasts are sums of terms of one sign on ``on`` and on ``off``."""
        a, b, others = len(on), len(off), self.d - len(on) - len(off)
        log_joint = self.log_mass + self.log_share(a, b)
        log_event = log_sum_exp(log_joint)
        probability = float(np.exp(log_event - self._log_total_mass))
        if not np.isfinite(log_event) or not (a or b):
            return Event(probability, np.zeros(self.d), 0.0)
        given = np.exp(log_joint - log_event)
        hidden, shown = self.shares @ given
        contrasts = np.full(self.d, (b * shown - a * hidden) / max(others, 1))
        contrasts[list(on)], contrasts[list(off)] = hidden, -shown
        return Event(probability, contrasts, float(given @ self.size_deviations) / self.d)

    def solve(self, of_contrasts: Covariances, of_share: Any, rise: float = 0.0) -> Covariances:
        """β_j = s + E[(z_j − K/d) F] / Δ with s = Cov(F, K) / V, all under μ (thm:limit).

        An efficient design has s = (F(1) − F(0)) / d instead (cor:efficient).
        """
        mean: Covariances = of_contrasts.mean(axis=-1, keepdims=True)  # 0 but for rounding
        slope = np.full_like(mean, rise / self.d) if self.efficient else self._slope(np.reshape(of_share, mean.shape))
        if not self._compares:
            return slope + np.zeros_like(of_contrasts)
        return slope + (of_contrasts - mean) / self.contrast

    def slopes(self, masks: Any) -> PerMaskAndSuperpixel:
        """`solve` of contrasts and centred share, alike for all kept superpixels of a size and for all others."""
        masks = mask_rows(masks, self.d)
        kept, others = self._slopes_by_size[:, np.count_nonzero(masks, axis=1), None]
        return np.asarray(np.where(masks, kept, others))

    def squared_distance(self, masks: Any) -> PerMask:
        """z̃ᵀ (Σ/α_0)^{-1} z̃ − 1, which depends on the size alone: (n, d) bool → (n,)."""
        k, (kept, others) = np.arange(self.d + 1.0), self._slopes_by_size
        distances: PerMask = (k * self.drop * kept - (self.d - k) * self.keep * others)[self._sizes(masks)]
        return distances

    @cached_property
    def _slopes_by_size(self) -> np.ndarray:
        """The slopes at a kept superpixel and at another for masks of size k = 0..d, (2, d+1)."""
        slope = np.zeros(self.d + 1) if self.efficient else self._slope(self.size_deviations / self.d)
        contrasts = self.shares * [[1.0], [-1.0]]
        return slope + (contrasts / self.contrast if self._compares else 0 * contrasts)

    @property
    def _compares(self) -> bool:
        """Whether masks of a size tell superpixels apart."""
        return self.d > 1 and self.contrast >= SMALLEST_MOMENT

    def _slope(self, of_share: np.ndarray) -> np.ndarray:
        known = self.size_variance >= SMALLEST_MOMENT
        return of_share / (self.size_variance / self.d) if known else np.zeros_like(of_share)

    def squared_influence(self, power: int = 1) -> PerSuperpixel:
        """Σ_z law(z)^power influence(z)², alike for all superpixels: by size, at a kept one and one that is not."""
        self.require_limit()
        sizes = np.flatnonzero(np.isfinite(self.log_law))
        kept, density = sizes / self.d, self._density_by_size[sizes]
        weights = np.exp(power * self.log_law[sizes] + (1 - power) * self._log_counts[sizes])
        on, off = np.sqrt(weights * [kept, 1 - kept]) * (density * self._slopes_by_size[:, sizes])
        return np.full(self.d, on @ on + off @ off)

    def shrink(self, coefficients: PerSuperpixel, ridge: float) -> PerSuperpixel:
        """β^λ_j = s v/(v+λ) + (β_j − s) Δ/(Δ+λ) with s = mean β and v = α_0 V / d (prop:ridge).

        Under the efficiency constraint the mean s is fixed and only the deviations shrink.
        """
        mean = float(coefficients.mean())
        kept = 1.0 if self.efficient else _kept(self.total_mass * self.size_variance / self.d, ridge)
        return mean * kept + (coefficients - mean) * _kept(self.delta, ridge)

    def _require_moments(self) -> None:
        if not self.efficient:
            self._require_slope()
        self._require_contrast()

    def _require_slope(self) -> None:
        if not self.size_variance >= SMALLEST_MOMENT:
            raise DegenerateDesignError(
                f"a design needs mass on at least two sizes, got {self!r} with {self._share(self.log_mass, 1)} of it "
                f"on size {np.argmax(self.size_law)}; {self._remedy(self.log_law, 1)}"
            )

    def _require_contrast(self) -> None:
        if self.d > 1 and not self.contrast >= SMALLEST_MOMENT:
            raise DegenerateDesignError(
                f"a design needs mass on a size between 1 and d − 1, got {self!r} with "
                f"{self._share(self.log_mass[1:-1])} of it on the empty and the full mask; "
                f"{self._remedy(self.log_law[1:-1])}"
            )

    def _share(self, log_mass: PerSize, sizes: int = 0) -> str:
        return "nearly all" if np.isfinite(log_mass).sum() > sizes else "all"

    def _remedy(self, log_law: PerSize, sizes: int = 0) -> str:
        """What else to do where masks of other sizes, or of more than so many, are drawn; else another design."""
        other = f"choose another design such as ImageDesign({self.d})"
        return f"{self.wider} or {other}" if np.isfinite(log_law).sum() > sizes else other


def _kept(curvature: float, ridge: float) -> float:
    return curvature / (curvature + ridge) if ridge else 1.0


def _arrow(d: int, corner: float, border: float, diagonal: float, beside: float) -> Gram:
    matrix = np.full((d + 1, d + 1), beside)
    np.fill_diagonal(matrix, diagonal)
    matrix[0, :] = matrix[:, 0] = border
    matrix[0, 0] = corner
    return matrix
