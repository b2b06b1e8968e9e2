"""Designs whose superpixels are kept with different probabilities, weighted by the size of the mask."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from limetheory.arguments import generator, integer, mask_rows, vector
from limetheory.arrays import Covariances, Gram, Masks, PerMask, PerMaskAndSuperpixel, PerSize, PerSuperpixel
from limetheory.designs.base import SMALLEST_MOMENT, DegenerateDesignError, Design, Event
from limetheory.designs.binomial import log_binomial_pmf, log_sum_exp
from limetheory.designs.coordinates import independent_coordinates
from limetheory.designs.size_measure import logs_by_size
from limetheory.designs.unequal_sums import MaskSums, expit, log_size_law, log_tilt, mask_sums
from limetheory.mask_bits import sizes

_DIGITS = 1e-8
"""The least eigenvalue of the correlations of z under μ, with a ridge those plus it, with which half of the digits are
kept: relative to the largest |F|, the error of a coefficient is some units of rounding over that eigenvalue."""
_ROUNDING = 1e-15
"""Times d, the least eigenvalue of the correlations that is not 0 by rounding."""
_IN_RANGE = 1e-9  # how far from 1 the probabilities of all sizes may be
_LARGEST_LOG = 700.0  # its exponential is a float64 number
_BLOCK = 1 << 22  # numbers that are held at once; a convention for memory


class _Tilted(NamedTuple):
    """μ as Π_j keep_j^{z_j} drop_j^{1−z_j} times e^log_weight(K), of the mean size that μ has: all in range."""

    keep: PerSuperpixel
    drop: PerSuperpixel
    log_weight: PerSize


class UnequalDesign(Design):
    """Independent coordinates, P(z_j = 1) = keep_j under the sampling law, weight π(K) (prop:areas).

    With equal probabilities it is exchangeable, with π(k) = θ^k a `ProductDesign`; in general it is neither. Every
    moment is a sum of terms of one sign over the sizes, in O(d²); the covariances of all pairs take O(d³).

    Args:
        keep: P(z_j = 1) under the sampling law, each strictly between 0 and 1, shape (d,).
        log_weight: log π(k) for k = 0..d, shape (d+1,), −∞ for sizes without weight; none means π = 1.

    >>> design = UnequalDesign([0.5, 0.75, 0.25], log_weight=[-1.0, 0.0, 0.0, -1.0])
    >>> design.marginals.round(4).tolist(), round(design.total_mass, 4)
    ([0.5, 0.7836, 0.2164], 0.8815)
    """

    wider = "move its probabilities towards 1/2, or weigh the sizes more evenly"

    def __init__(self, keep: Any, log_weight: Any = None):
        self.keep = vector("keep", keep)
        self.d = integer("d", len(self.keep), 1)
        if not ((self.keep > 0) & (self.keep < 1)).all():
            raise ValueError(f"keep must lie strictly between 0 and 1, got {self.keep.tolist()}; give each a chance")
        self.log_weight = logs_by_size("log_weight", np.zeros(self.d + 1) if log_weight is None else log_weight, self.d)
        if not np.isfinite(self.log_weight).any():
            raise ValueError("log_weight must be finite for some size, got none; give a size a weight")

    @cached_property
    def _log_law(self) -> PerSize:
        return log_size_law(np.log(self.keep), np.log1p(-self.keep))

    @cached_property
    def _log_total_mass(self) -> float:
        return float(log_sum_exp(self._log_law + self.log_weight))

    @property
    def total_mass(self) -> float:
        """The total mass of the weighted law, α_0 = E[π]."""
        return float(np.exp(self._log_total_mass))

    @cached_property
    def size_law(self) -> PerSize:
        """P_μ(K = k), shape (d+1,)."""
        return np.exp(self._log_law + self.log_weight - self._log_total_mass)

    @cached_property
    def tilted(self) -> _Tilted:
        """μ by the odds o_j θ whose coordinates have the mean size of μ, and what is then left for the weight."""
        log_odds, k = np.log(self.keep) - np.log1p(-self.keep), np.arange(self.d + 1.0)
        with np.errstate(divide="ignore"):
            target = np.log(self.size_law @ k) - np.log(self.size_law @ (self.d - k))
        log_odds += log_tilt(log_odds, float(target)) if np.isfinite(target) else 0.0
        keep, drop = expit(log_odds), expit(-log_odds)
        with np.errstate(divide="ignore"):
            left = self._log_law + self.log_weight - self._log_total_mass - log_size_law(np.log(keep), np.log(drop))
        log_weight = np.minimum(np.where(np.isfinite(self.log_weight), left, -np.inf), _LARGEST_LOG)
        return _Tilted(keep, drop, log_weight)

    def sums(self, on: np.ndarray, off: np.ndarray) -> MaskSums:
        """E_μ[F_i], E_μ[z_j F_i] and E_μ[(1 − z_j) F_i] of m products F_i of factors on_ij and off_ij, each (m, d)."""
        keep, drop, log_weight = self.tilted
        rows, by_size = max(_BLOCK // (self.d + 1) ** 2, 1), np.exp(log_weight)
        starts = range(0, max(len(on), 1), rows)
        found = [mask_sums(on[i : i + rows] * keep, off[i : i + rows] * drop, by_size) for i in starts]
        return MaskSums(*(np.concatenate(part) for part in zip(*found, strict=True)))

    @cached_property
    def _first(self) -> MaskSums:
        found = self.sums(np.ones((1, self.d)), np.ones((1, self.d)))
        if not abs(found.total[0] - 1) <= _IN_RANGE:
            raise ValueError(
                f"the probabilities of all sizes must be within float64's range, got a sum of {found.total[0]:g} for "
                f"{self!r}; {self.wider}"
            )
        return found

    @property
    def marginals(self) -> PerSuperpixel:
        """The probabilities P_μ(z_j = 1), shape (d,)."""
        return np.asarray(self._first.shown[0])

    @property
    def drops(self) -> PerSuperpixel:
        """P_μ(z_j = 0) to full relative precision, shape (d,)."""
        return np.asarray(self._first.hidden[0])

    def centred(self, masks: Any) -> PerMaskAndSuperpixel:
        """z_j − P_μ(z_j = 1): (n, d) bool → (n, d)."""
        return np.where(mask_rows(masks, self.d), self.drops, -self.marginals)

    def alpha(self, a: int, b: int = 0) -> float:
        """E[π z_1…z_a (1−z_{a+1})…(1−z_{a+b})], coordinates in their order."""
        a, b = integer("a", a, 0), integer("b", b, 0)
        if a + b > self.d:
            raise ValueError(f"a + b must be at most d = {self.d}, got {a} + {b}")
        return self.total_mass * float(self._given(range(a), range(a, a + b)).total[0])

    def _given(self, on: Sequence[int], off: Sequence[int]) -> MaskSums:
        """The sums over the masks of {z_on = 1, z_off = 0}."""
        shown, hidden = np.ones((2, 1, self.d))
        hidden[0, list(on)] = shown[0, list(off)] = 0.0
        return self.sums(shown, hidden)

    def probability(self, masks: Any) -> PerMask:
        """μ(z) of each mask: (n, d) bool → (n,)."""
        masks, (keep, drop, log_weight) = mask_rows(masks, self.d), self.tilted
        chances: PerMask = np.prod(np.where(masks, keep, drop), axis=1) * np.exp(log_weight)[sizes(masks)]
        return chances

    def weight(self, masks: Any) -> PerMask:
        """π(z) of each mask: (n, d) bool → (n,)."""
        return np.asarray(np.exp(self.log_weight)[sizes(mask_rows(masks, self.d))])

    def density(self, masks: Any) -> PerMask:
        """π(z) / α_0 of each mask: (n, d) bool → (n,)."""
        return self.density_by_size[sizes(mask_rows(masks, self.d))]

    @cached_property
    def density_by_size(self) -> PerSize:
        """π(k) / α_0 for k = 0..d, shape (d+1,)."""
        with np.errstate(over="ignore"):
            return np.asarray(np.exp(self.log_weight - self._log_total_mass))

    def chance(self, masks: Any) -> PerMask:
        """Probability of each mask under the sampling law: (n, d) bool → (n,)."""
        chance: PerMask = np.prod(np.where(mask_rows(masks, self.d), self.keep, 1 - self.keep), axis=1)
        return chance

    def sample(self, n: int, rng: np.random.Generator) -> Masks:
        """Draw n masks with independent coordinates: (n, d) bool."""
        n, rng = integer("n", n, 0), generator(rng)
        return independent_coordinates(n, self.d, self.keep, rng)

    def log_odds_of_complement(self, masks: Any) -> PerMask:
        """log L(1 − z) − log L(z), a sum over the coordinates: (n, d) bool → (n,)."""
        odds = np.log(self.keep) - np.log1p(-self.keep)
        log_odds: PerMask = np.where(mask_rows(masks, self.d), -odds, odds).sum(axis=1)
        return log_odds

    @property
    def support_size(self) -> float:
        """How many masks have positive probability under μ; ∞ beyond float64's range."""
        weighted = np.flatnonzero(np.isfinite(self.log_weight))
        with np.errstate(over="ignore"):
            return float(np.exp2(self.d) * np.exp(log_binomial_pmf(weighted, self.d, 0.5)).sum())

    @cached_property
    def _covariance(self) -> Gram:
        """P(1,1) P(0,0) − P(1,0) P(0,1) of every pair, from the sums with one superpixel on, and off."""
        ones, others = np.ones((self.d, self.d)), 1 - np.eye(self.d)
        on, off = self.sums(ones, others), self.sums(others, ones)
        matrix = on.shown * off.hidden - on.hidden * off.shown
        np.fill_diagonal(matrix, self.marginals * self.drops)
        return np.asarray((matrix + matrix.T) / 2)

    def covariance(self) -> Gram:
        """Cov_μ(z, z), shape (d, d)."""
        return self._covariance.copy()

    @cached_property
    def _correlations(self) -> tuple[PerSuperpixel, Gram]:
        """1/√Var(z_j), 0 where that is 0, (d,), and the correlations of z under μ, (d, d)."""
        deviations = np.sqrt(np.diag(self._covariance))
        scale = np.divide(1.0, deviations, out=np.zeros(self.d), where=deviations > 0)
        return scale, _with_ones(self._covariance * np.outer(scale, scale))

    @cached_property
    def _least(self) -> float:
        """The least eigenvalue of the correlations."""
        return float(np.linalg.eigvalsh(self._correlations[1])[0])

    @cached_property
    def slope_matrix(self) -> Gram:
        """Cov_μ(z, z)^{-1}, (d, d); 0 in directions in which z does not vary.

        By elimination, which keeps the digits of each entry, however much superpixels differ in how often they vary.
        """
        scale, matrix = self._correlations
        if self._least > _ROUNDING * self.d:
            inverse = np.linalg.inv(matrix)
        else:
            values, vectors = np.linalg.eigh(matrix)
            kept = values > _ROUNDING * self.d
            inverse = (vectors[:, kept] / values[kept]) @ vectors[:, kept].T
        return (inverse + inverse.T) / 2 * np.outer(scale, scale)

    def gram(self) -> Gram:
        """Σ = E[π z̃ z̃ᵀ], shape (d+1, d+1)."""
        mean = np.append(1.0, self.marginals)
        gram = np.outer(mean, mean)
        gram[1:, 1:] += self._covariance
        return self.total_mass * gram

    def gram_inverse(self) -> Gram:
        """Σ^{-1} by the block formula, shape (d+1, d+1)."""
        self._require_moments()
        border = -self.slope_matrix @ self.marginals
        first = np.append(1 - border @ self.marginals, border)[None]
        return np.vstack([first, np.hstack([border[:, None], self.slope_matrix])]) / self.total_mass

    def condition(self, on: Sequence[int], off: Sequence[int]) -> Event:
        """{z_on = 1, z_off = 0} under μ."""
        total, shown, hidden = (part[0] for part in self._given(on, off))
        if not total > 0:
            return Event(0.0, np.zeros(self.d), 0.0)
        contrasts = np.where(self.marginals < 0.5, shown / total - self.marginals, self.drops - hidden / total)
        return Event(float(total), contrasts, float(contrasts.mean()))

    def solve(self, of_contrasts: Covariances, of_share: Any, rise: float = 0.0) -> Covariances:
        """β = Cov_μ(z, z)^{-1} Cov_μ(z, F)."""
        solution: Covariances = of_contrasts @ self.slope_matrix
        return solution

    def squared_influence(self, power: int = 1) -> PerSuperpixel:
        """Σ_z law(z)^power influence(z)²: the second moments of z under law^power π², a design of the same kind."""
        on, off = self.keep**power, (1 - self.keep) ** power
        other = UnequalDesign(on / (on + off), 2 * (self.log_weight - self._log_total_mass))
        shift = other.marginals - self.marginals
        moments = other.covariance() + np.outer(shift, shift)
        mass = np.exp(other._log_total_mass + np.log(on + off).sum())
        squares: PerSuperpixel = mass * np.einsum("ij,jk,ik->i", self.slope_matrix, moments, self.slope_matrix)
        return squares

    def shrink(self, coefficients: PerSuperpixel, ridge: float) -> PerSuperpixel:
        """(α_0 C + λ I)^{-1} α_0 C β with C = Cov_μ(z, z)."""
        if not ridge:
            return coefficients
        scale, matrix = self._penalised(ridge)
        shrunk: PerSuperpixel = scale * np.linalg.solve(matrix, scale * (self._covariance @ coefficients))
        return shrunk

    def _penalised(self, ridge: float) -> tuple[PerSuperpixel, Gram]:
        """s_j = 1/√(C_jj + λ/α_0), and s (C + λ/α_0 I) s with ones on its diagonal, (d,) and (d, d)."""
        with np.errstate(over="ignore"):
            penalty = float(np.exp(np.log(ridge) - self._log_total_mass))
        scale = 1 / np.sqrt(np.diag(self._covariance) + penalty)
        return scale, _with_ones(self._covariance * np.outer(scale, scale))

    def require_limit(self, ridge: float = 0.0) -> None:
        """Refuse too what a ridge is too small to decide: see `Design.require_limit`."""
        super().require_limit(ridge)
        if ridge and not (least := np.linalg.eigvalsh(self._penalised(ridge)[1])[0]) > _DIGITS:
            enough = 2 * _DIGITS * self.total_mass * self._covariance.diagonal().max()
            raise DegenerateDesignError(
                f"a ridge must decide what the design does not, got {ridge:g}, with which the least eigenvalue of the "
                f"correlations is {least:.0e} for {self!r}; raise it to {enough:.1g}, or {self.wider}"
            )

    def _require_moments(self) -> None:
        if not (self._covariance.diagonal().min() >= SMALLEST_MOMENT and self._least > _DIGITS):
            raise DegenerateDesignError(
                f"a design needs mass that tells the parts apart, got correlations with the least eigenvalue "
                f"{self._least:.0e} for {self!r}; {self.wider}"
            )


def _with_ones(matrix: Gram) -> Gram:
    """The matrix with ones on its diagonal."""
    np.fill_diagonal(matrix, 1.0)
    return matrix
