"""What every design offers: masks to draw, their weights, and the measure μ of the two together."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from inspect import signature
from typing import Any, NamedTuple

import numpy as np

from limetheory.arguments import generator, integer, mask_rows
from limetheory.arrays import Covariances, Gram, Masks, PerMask, PerMaskAndSuperpixel, PerSuperpixel
from limetheory.given import given
from limetheory.kept import keepable

SMALLEST_MOMENT = 1e-290
"""The smallest variance, under μ, that a coefficient may hang on: its inverse times d² is finite."""
_LARGEST_ENUMERATED_D = 16  # the largest d whose 2^d masks are enumerated, for time and memory; a convention
_RIDGE_THAT_DECIDES = 1e-270  # as a share of α_0; it shrinks what hangs on a smaller variance by 1e-20 or more


class DegenerateDesignError(ValueError):
    """The design's mass cannot tell the superpixels apart, so its limit is not defined."""


class Event(NamedTuple):
    """The moments under μ of the event {z_j = 1 for j in on, z_j = 0 for j in off} that prop:leaf needs.

    They are its probability, E_μ[contrast_j | event] of the design's `contrasts`, shape (d,), and
    E_μ[K/d | event] − E_μ[K/d].
    """

    probability: float
    contrasts: PerSuperpixel
    share: float


class Design(ABC):
    """A sampling law for masks z ∈ {0,1}^d times a weight π(z) ≥ 0.

    μ(z) ∝ law(z) π(z) is the probability measure of the weighted regression. Whatever the design, the limit of
    `limetheory.limit` needs only E_μ[F], E_μ[contrast_j F] for the d `contrasts` and Cov_μ(K/d, F), handed to `solve`.
    """

    d: int
    efficient = False
    """True if the coefficients must sum to F(1) − F(0) (cor:efficient)."""
    exchangeable = False
    """True if law and weight depend on a mask through its size alone, see `ExchangeableDesign`."""
    wider = "move its probabilities away from 0 and 1"
    """What to change of a design whose mass is nearly all in one place."""

    def __init_subclass__(cls) -> None:
        """Let a design be kept in files by its class and its arguments, which are its attributes of the same names."""
        super().__init_subclass__()
        arguments = list(signature(cls.__init__).parameters)[1:]
        if arguments:
            keepable(cls, *arguments)

    @property
    @abstractmethod
    def total_mass(self) -> float:
        """α_0 = E[π]; 0.0 where it underflows (all other quantities are unaffected)."""

    @property
    @abstractmethod
    def marginals(self) -> PerSuperpixel:
        """P_μ(z_j = 1) for every superpixel, shape (d,)."""

    @abstractmethod
    def centred(self, masks: Any) -> PerMaskAndSuperpixel:
        """z_j − E_μ[z_j] to full relative precision, also where E_μ[z_j] is within rounding of 0 or 1.

        (n, d) bool → (n, d) float64.
        """

    def centred_share(self, masks: Any) -> PerMask:
        """K/d − E_μ[K/d]: (n, d) bool → (n,)."""
        deviations: PerMask = self.centred(masks).mean(axis=1)
        return deviations

    def contrasts(self, masks: Any) -> PerMaskAndSuperpixel:
        """What β_j compares F by, to full relative precision: (n, d) bool → (n, d) float64.

        z_j − E_μ[z_j | K] where coefficients share a slope on K, z_j − E_μ[z_j] where the coordinates are independent.
        Either way E_μ|contrast_j| = 2 E_μ[contrast_j²], so rounding errors of a sum of contrast_j F, divided by that
        variance, stay below a few ulps of the largest |F|, however small it is. Those of Cov_μ(z_j, F) do not.
        """
        return self.centred(masks)

    @abstractmethod
    def alpha(self, a: int, b: int = 0) -> float:
        """E[π z_1…z_a (1−z_{a+1})…(1−z_{a+b})] (lem:alpha)."""

    @abstractmethod
    def probability(self, masks: Any) -> PerMask:
        """μ(z) of each mask: (n, d) bool → (n,)."""

    @abstractmethod
    def weight(self, masks: Any) -> PerMask:
        """π(z) of each mask: (n, d) bool → (n,)."""

    @abstractmethod
    def density(self, masks: Any) -> PerMask:
        """π(z) / α_0, the density of μ with respect to the sampling law: (n, d) bool → (n,)."""

    @abstractmethod
    def chance(self, masks: Any) -> PerMask:
        """Probability of each mask under the sampling law: (n, d) bool → (n,)."""

    @abstractmethod
    def sample(self, n: int, rng: np.random.Generator) -> Masks:
        """Draw n masks, (n, d) bool, row after row: blocks drawn in turn are one long draw."""

    def log_odds_of_complement(self, masks: Any) -> PerMask:
        """log L(1 − z) − log L(z) under the sampling law: (n, d) bool → (n,)."""
        masks = mask_rows(masks, self.d)
        with np.errstate(divide="ignore"):
            odds: PerMask = np.log(self.chance(~masks)) - np.log(self.chance(masks))
        return odds

    def leverage_sample(self, n: int, rng: np.random.Generator) -> tuple[Masks, PerMask]:
        """n independent masks from q ∝ L ℓ, row after row, and L/q: (n, d) bool and (n,) (lem:leverage).

        Here from ℓ on all 2^d masks.

        Raises:
            ValueError: d is too large for that.
        """
        n, rng = integer("n", n, 0), generator(rng)
        if self.d > _LARGEST_ENUMERATED_D:
            raise ValueError(
                f"drawing by leverage needs an exchangeable or product design for d > {_LARGEST_ENUMERATED_D}, got "
                f"{self!r}; use sampling 'design'"
            )
        masks = (np.arange(1 << self.d)[:, None] >> np.arange(self.d)) & 1 == 1
        law = self.chance(masks)
        drawn = law * self.density(masks) * (self.squared_distance(masks) + (not self.efficient))
        drawn /= drawn.sum()
        chosen = rng.choice(len(masks), n, p=drawn)
        return masks[chosen], law[chosen] / drawn[chosen]

    @property
    def sum_rests_on_sizes(self) -> bool:
        """Whether the sum of the coefficients is found from how much the masks' sizes vary."""
        return False

    @property
    def support_size(self) -> float:
        """How many masks have positive probability under μ; ∞ beyond float64's range."""
        return float(np.exp2(self.d))

    @abstractmethod
    def gram(self) -> Gram:
        """Σ = E[π z̃ z̃ᵀ] with z̃ = (1, z), shape (d+1, d+1)."""

    @abstractmethod
    def gram_inverse(self) -> Gram:
        """Σ^{-1}, shape (d+1, d+1) (prop:gram-inverse)."""

    def covariance(self) -> Gram:
        """Cov_μ(z, z), shape (d, d); here from `gram`, which loses digits where a superpixel hardly varies."""
        gram = self.gram() / self.total_mass
        return gram[1:, 1:] - np.outer(gram[0, 1:], gram[0, 1:])

    @abstractmethod
    def condition(self, on: Sequence[int], off: Sequence[int]) -> Event:
        """The event {z_j = 1 for j in on, z_j = 0 for j in off} under μ."""

    @abstractmethod
    def solve(self, of_contrasts: Covariances, of_share: Any, rise: float = 0.0) -> Covariances:
        """Regression coefficients from E_μ[contrast_j F], shape (…, d) → (…, d) (thm:limit).

        ``rise`` is F(1) − F(0), read by efficient designs only. ``of_share`` is Cov_μ(K/d, F), shape (…). What the
        design does not determine is 0, which only a ridge makes right: `require_limit` refuses it.
        """

    def require_limit(self, ridge: float = 0.0) -> None:
        """Raise `DegenerateDesignError` where the minimiser is not unique, or not within float64's range.

        A ridge makes it unique: it shrinks what the design hardly determines to 0.
        """
        if not ridge or ridge <= self.total_mass * _RIDGE_THAT_DECIDES:
            self._require_moments()

    def _require_moments(self) -> None:  # noqa: B027  (a design may have nothing to refuse)
        """Raise `DegenerateDesignError` where a variance that a coefficient hangs on is too small."""

    def influence(self, masks: Any, values: PerMask) -> PerMaskAndSuperpixel:
        """π/α_0 × the slopes' rows of (Σ/α_0)^{-1} (z̃ − E_μ z̃) × values: (n, d) bool, (n,) → (n, d).

        Over masks of the sampling law its mean is the coefficients of the limit of ``values`` (prop:unbiased), for
        efficient designs those of F(1) = F(0).
        """
        self.require_limit()
        return (self.density(masks) * values)[:, None] * self.slopes(masks)

    def slopes(self, masks: Any) -> PerMaskAndSuperpixel:
        """The slopes' rows of (Σ/α_0)^{-1} (z̃ − E_μ z̃), whose products with F have the mean β: (n, d) bool → (n, d)."""
        return self.solve(self.contrasts(masks), self.centred_share(masks))

    def squared_distance(self, masks: Any) -> PerMask:
        """z̃ᵀ (Σ/α_0)^{-1} z̃ − 1, how far masks are from the mean one (Mahalanobis): (n, d) bool → (n,).

        Of the deviations from K/d alone for efficient designs.
        """
        distances: PerMask = np.einsum("ij,ij->i", self.centred(masks), self.slopes(masks))
        return distances

    @abstractmethod
    def squared_influence(self, power: int = 1) -> PerSuperpixel:
        """Σ_z law(z)^power influence(z)² of the values 1, shape (d,): the mean square for power 1."""

    @abstractmethod
    def shrink(self, coefficients: PerSuperpixel, ridge: float) -> PerSuperpixel:
        """Coefficients under the penalty ridge × Σ β_j² from those without, shape (d,) → (d,) (prop:ridge)."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(d={self.d})"


def checked_design(design: Any) -> Design:
    """Return a design, refusing anything else.

    >>> checked_design(3)
    Traceback (most recent call last):
    TypeError: design must be a limetheory design such as ImageDesign(d), got 3
    """
    if not isinstance(design, Design):
        raise TypeError(f"design must be a limetheory design such as ImageDesign(d), got {given(design)}")
    return design
