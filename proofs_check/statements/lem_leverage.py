"""lem:leverage: the leverage of a mask by its size, and its mean d + 1."""

from __future__ import annotations

from fractions import Fraction

import sympy as sp

from proofs_check import brute, library
from proofs_check.exact import ZERO, inverse_matrix, value
from proofs_check.notation import alpha_0, alpha_1, alpha_2, d, delta, gram, k, mean_size, size_variance
from proofs_check.sizes import power_sums, summed_over_sizes
from proofs_check.statement import Claim, Statement
from proofs_check.statements import lem_count, prop_gram_inverse
from proofs_check.world import EXCHANGEABLE, REGULAR, World, tilted


def identities(claim: Claim) -> dict[str, sp.Expr]:
    """z̃ᵀ Σ^{-1} z̃ with head 1, Σ_j z_j = Σ_j z_j² = k; then the mean, over sizes and as a trace."""
    inverse = prop_gram_inverse.inverse(prop_gram_inverse.STATEMENT.claim)
    shares = lem_count.STATEMENT.claim
    in_sums = {
        alpha_0: power_sums[0],
        alpha_1: summed_over_sizes(shares["share 1"]),
        alpha_2: summed_over_sizes(shares["share 2"]),
    }
    return {
        "ℓ / π by size": inverse.quadratic(sp.S.One, k, k) - claim["leverage"],
        "E[ℓ] = d + 1, over the sizes": summed_over_sizes(sp.expand(claim["leverage"].subs(in_sums))) - claim["mean"],
        "E[ℓ] = tr(Σ^{-1} Σ)": (inverse @ gram).trace() - claim["mean"],
    }


_CENTRE = 1 / alpha_0 + (k - mean_size) ** 2 / (alpha_0 * size_variance)


def check(instance: World, claim: Claim) -> dict[str, Fraction]:
    """z̃ᵀ Σ^{-1} z̃ mask by mask, with the inverse by elimination."""
    inverse = inverse_matrix(brute.gram(instance.d, instance.weights))
    by_size = [value(claim["leverage"], {**instance.moments, k: size}) for size in range(instance.d + 1)]
    found = brute.tabulated(instance.d, lambda mask: _quadratic(inverse, mask))
    worst = max((abs(x - by_size[mask.bit_count()]) for mask, x in enumerate(found)), default=ZERO)
    mean = brute.integral(instance.weights, found)
    return {"ℓ / π, every mask": worst, "E[ℓ]": mean - value(claim["mean"], instance.moments)}


def _quadratic(matrix: list[list[Fraction]], mask: int) -> Fraction:
    head, *entries = brute.at_mask(matrix, mask)
    return head + sum(x for j, x in enumerate(entries) if brute.shows(mask, j))


def computed(instance: World) -> dict[str, library.Computed]:
    """The design's leverages, with π = α_0 for all masks of the sizes that it draws; each relative to itself."""
    inverse, mass = inverse_matrix(brute.gram(instance.d, instance.weights)), brute.moment(instance.weights)
    found, drawn = library.size_law(instance).leverage(), [k for k, w in enumerate(instance.masses) if w]
    exact = {size: mass * _quadratic(inverse, 2**size - 1) for size in drawn}
    return {f"leverage of size {size}": library.Computed.of([found[size]], [x]) for size, x in exact.items()}


STATEMENT = Statement(
    label="lem:leverage",
    words="The leverage of a mask depends on its size alone and has mean d + 1.",
    latex=r"""
For a mask of size $K$,
\[
  \ell(z) := \pi\, \tilde z^\top \Sigma^{-1} \tilde z
  = \pi(K) \left[ \frac{1}{\alpha_0} + \frac{(K - \kappa)^2}{\alpha_0 V} + \frac{K (d - K)}{d \Delta} \right],
  \qquad \mathbb{E}[\ell] = d + 1 .
\]""",
    source="new",
    code=("limetheory/designs/exchangeable.py",),
    tests=("tests/designs/test_moments.py",),
    claim={"leverage": _CENTRE + k * (d - k) / (d * delta), "mean": d + 1},
    identities=identities,
    draw=World.drawn,
    check=check,
    assumptions=REGULAR,
    without={EXCHANGEABLE: tilted(World.drawn)},
    library=computed,
    mutants={
        "without the deviations": {"leverage": _CENTRE},
        "deviations without 1/d": {"leverage": _CENTRE + k * (d - k) / delta},
        "not centred": {"leverage": 1 / alpha_0 + k**2 / (alpha_0 * size_variance) + k * (d - k) / (d * delta)},
        "mean d": {"mean": d},
    },
)
