"""lem:leverage: ℓ by size is the quadratic form of Σ^{-1}, of mean d + 1; the library's ℓ."""

from __future__ import annotations

from collections.abc import Callable

from flint import arb

from proofs_check.balls.certificate import Certificate, same
from proofs_check.balls.digits import by_design
from proofs_check.balls.grid import RANGE, laws
from proofs_check.balls.laws import Law
from proofs_check.balls.moments import Moments, moments, total
from proofs_check.balls.precision import narrow

ULPS = 16
"""Claimed for each e-fold of the library's ℓ: a product of a weight and quotients of three moments."""

BySize = Callable[[Moments, int], arb]


def by_size(m: Moments, k: int) -> arb:
    """ℓ = π(k) [1/α_0 + (k−κ)²/(α_0 V) + k(d−k)/(dΔ)], a sum of non-negative terms."""
    deviation = k - m.mean
    centre = (1 + deviation * deviation / m.variance) / m.alphas[0]
    return m.law.weights()[k] * (centre + k * (m.d - k) / (m.d * m.positive_delta))


def drawn(law: Law) -> range:
    """The sizes of masks that the design draws."""
    return range(1 if law.design == "Shapley" else 0, law.d + (0 if law.design in ("Shapley", "Text") else 1))


def is_quadratic_form(leverage: BySize = by_size) -> str:
    """The formula of lem:leverage equals π z̃ᵀ Σ^{-1} z̃."""
    chosen, count = laws(), 0
    for law in chosen:
        sizes = some_sizes(law)
        plain = narrow(lambda law=law, sizes=sizes: moments(law).leverage(sizes))
        for k, true in zip(sizes, plain, strict=True):
            formula = narrow(lambda law=law, k=k: [leverage(moments(law), k)])[0]
            same(formula, true, f"ℓ({k}) under {law}")
            count += 1
    return f"{len(chosen)} designs, {count} sizes"


def has_mean(leverage: BySize = by_size, excess: int = 1) -> str:
    """E[ℓ] = Σ_k C(d, k) law(k) ℓ(k) lies in a narrow ball around d + 1."""
    chosen = laws()
    for law in chosen:
        mean = narrow(lambda law=law: [_mean(moments(law), leverage)])[0]
        same(mean, arb(law.d + excess), f"E[ℓ] = d + {excess} under {law}")
    return f"{len(chosen)} designs"


def _mean(m: Moments, leverage: BySize) -> arb:
    pairs = zip(m.masses, m.law.weights(), strict=True)
    return total(mass / weight * leverage(m, k) for k, (mass, weight) in enumerate(pairs))


def some_sizes(law: Law) -> list[int]:
    """About 25 sizes that are drawn, with both ends."""
    sizes = drawn(law)
    return sorted({*sizes[:: max(1, len(sizes) // 24)], sizes[-1]})


DIGITS = by_design(
    "ℓ(k)",
    lambda law: law.library().leverage()[some_sizes(law)].tolist(),
    lambda m: m.leverage(some_sizes(m.law)),
    laws,
    ulps=ULPS,
)

CERTIFICATES = (
    Certificate("ℓ by size = π z̃ᵀ Σ^{-1} z̃", RANGE, is_quadratic_form),
    Certificate("E[ℓ] = d + 1", RANGE, has_mean),
    *(digits.certificate() for digits in DIGITS),
)
