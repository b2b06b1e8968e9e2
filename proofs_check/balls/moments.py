"""Moments of an exchangeable design as balls: from the definition, by the textbook and by sums of positive terms."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property, lru_cache

from flint import arb, ctx

from proofs_check.balls.laws import Law, binomials


def total(terms: Iterable[arb]) -> arb:
    """The sum of several balls."""
    return sum(terms, arb(0))


class Moments:
    """Sums over the sizes k = 0..d of one law, in the precision in which it is built and asked.

    Args:
        law: the design.
    """

    def __init__(self, law: Law):
        self.law, self.d = law, law.d
        self.w = law.mass_per_mask()

    def alpha(self, a: int, b: int = 0) -> arb:
        """α_{a,b} = Σ_k C(d−a−b, k−a) w(k), the sum of the masses of the masks in the event (lem:alpha)."""
        return total(count * self.w[a + k] for k, count in enumerate(binomials(self.d - a - b)))

    @cached_property
    def masses(self) -> list[arb]:
        """The masses of the sizes, m_k = C(d, k) w(k)."""
        return [count * w for count, w in zip(binomials(self.d), self.w, strict=True)]

    @cached_property
    def alphas(self) -> tuple[arb, arb, arb]:
        """The moments α_0, α_1 and α_2."""
        return self.alpha(0), self.alpha(1), self.alpha(2)

    @cached_property
    def mean(self) -> arb:
        """κ = Σ k m_k / α_0."""
        return total(k * m for k, m in enumerate(self.masses)) / total(self.masses)

    def size_variance(self) -> arb:
        """V = Σ (k − κ)² m_k / α_0, a sum of non-negative terms."""
        return total((k - self.mean) * (k - self.mean) * m for k, m in enumerate(self.masses)) / total(self.masses)

    def textbook_size_variance(self) -> arb:
        """V = E[K²] − κ², which cancels."""
        return total(k * k * m for k, m in enumerate(self.masses)) / total(self.masses) - self.mean**2

    def delta(self) -> arb:
        """Δ = Σ k(d−k) m_k / (d(d−1)), a sum of non-negative terms (lem:count)."""
        return total(k * (self.d - k) * m for k, m in enumerate(self.masses)) / (self.d * (self.d - 1))

    def textbook_delta(self) -> arb:
        """Δ = α_1 − α_2."""
        return self.alphas[1] - self.alphas[2]

    def c_d(self) -> arb:
        """c_d = α_0² V / d (lem:count)."""
        return total(self.masses) ** 2 * self.size_variance() / self.d

    def textbook_c_d(self) -> arb:
        """c_d = (d−1) α_0 α_2 − d α_1² + α_0 α_1, which cancels."""
        zero, one, two = self.alphas
        return (self.d - 1) * zero * two - self.d * one**2 + zero * one

    def inverse_entries(self) -> list[arb]:
        """(σ_0, σ_1, σ_2, σ_3) / c_d as Garreau & Mardaoui 2021 write them (prop:gram-inverse)."""
        zero, one, two = self.alphas
        delta, c_d = self.textbook_delta(), self.textbook_c_d()
        on = ((self.d - 2) * zero * two - (self.d - 1) * one**2 + zero * one) / delta
        off = (one**2 - zero * two) / delta
        return [sigma / c_d for sigma in ((self.d - 1) * two + one, -one, on, off)]

    @cached_property
    def variance(self) -> arb:
        """V by the sum of non-negative terms."""
        return self.size_variance()

    @cached_property
    def positive_delta(self) -> arb:
        """Δ by the sum of non-negative terms."""
        return self.delta()

    def leverage(self, sizes: Iterable[int]) -> list[arb]:
        """ℓ = π z̃ᵀ Σ^{-1} z̃ of the masks of these sizes, from the entries of Σ^{-1}."""
        (corner, border, on, off), weights = self.inverse_entries(), self.law.weights()
        return [weights[k] * (corner + 2 * k * border + k * on + k * (k - 1) * off) for k in sizes]


def moments(law: Law) -> Moments:
    """The moments of a law in the current precision, built once."""
    return _built(law, ctx.prec)


@lru_cache(maxsize=512)
def _built(law: Law, _precision: int) -> Moments:
    return Moments(law)
