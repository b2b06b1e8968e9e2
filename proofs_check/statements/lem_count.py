"""lem:count: κ, V, Δ and c_d as sums of non-negative terms over the size law."""

from __future__ import annotations

from fractions import Fraction

import sympy as sp

from proofs_check import brute, library
from proofs_check.exact import ONE, ZERO, determinant, value
from proofs_check.notation import alpha_0, alpha_1, alpha_2, d, delta, k, mean_size, size_variance
from proofs_check.sizes import fixed, other, power_sums, summed_over_pairs, summed_over_sizes
from proofs_check.statement import Claim, Statement
from proofs_check.world import EXCHANGEABLE, SOME_MASS, World, tilted

_variance = sp.Symbol("V", positive=True)


def identities(claim: Claim) -> dict[str, sp.Expr]:
    """Write α_p by its share of each size, then compare power sums."""
    return {**_shares(claim), **_moments(claim)}


def _shares(claim: Claim) -> dict[str, sp.Expr]:
    missing = {p: claim[f"share {p}"] * sp.binomial(d, k) - fixed(p) for p in (1, 2)}
    return {
        "share of z_1": missing[1],
        "share of z_1 z_2": missing[2],
        "share of z_1, size 0": missing[1].subs(k, 0),
        "share of z_1 z_2, size 0": missing[2].subs(k, 0),
        "share of z_1 z_2, size 1": missing[2].subs(k, 1),
    }


def _moments(claim: Claim) -> dict[str, sp.Expr]:
    alphas = [summed_over_sizes(share) for share in (sp.S.One, claim["share 1"], claim["share 2"])]
    kappa = summed_over_sizes(claim["mean size"]) / power_sums[0]
    variance = summed_over_sizes(sp.expand((k - kappa) ** 2)) / power_sums[0]
    textbook = (d - 1) * alpha_0 * alpha_2 - d * alpha_1**2 + alpha_0 * alpha_1
    in_sums = dict(zip((alpha_0, alpha_1, alpha_2), alphas, strict=True))
    return {
        "κ": mean_size.subs(in_sums) - kappa,
        "V": size_variance.subs(in_sums) - variance,
        "Δ": delta.subs(in_sums) - summed_over_sizes(claim["share of Δ"]),
        "c_d": textbook.subs(in_sums) - claim["c_d"].subs(in_sums).subs(_variance, variance),
        "α_0² V as a sum over pairs of sizes": alphas[0] ** 2 * variance - summed_over_pairs(claim["pairs"]),
    }


def check(instance: World, claim: Claim) -> dict[str, Fraction]:
    """Sums over masks against sums over sizes; c_d by the determinant Δ^{d−1} c_d of the Gram matrix; the signs."""
    weights, dimension = instance.weights, instance.d
    sums = {name: _over_sizes(instance, claim[name]) for name in ("share 1", "share 2", "mean size", "share of Δ")}
    mass, ones = brute.moment(weights), [ONE] * len(weights)
    expected = value(claim["c_d"], {**instance.moments, _variance: instance.variance})
    return {
        "α_1": sums["share 1"] - brute.moment(weights, (0,)),
        "α_2": sums["share 2"] - brute.moment(weights, (0, 1)),
        "κ": sums["mean size"] - sum(brute.right_hand_side(dimension, weights, ones)[1:]),
        "Δ": sums["share of Δ"] - instance.delta,
        "c_d": expected * instance.delta ** (dimension - 1) - determinant(brute.gram(dimension, weights)),
        "α_0² V": _over_pairs(instance, claim["pairs"]) - mass**2 * instance.variance,
        "c_d > 0 and Δ > 0": ZERO if _signs(instance, expected) else mass,
    }


def _size_law(instance: World) -> dict[int, Fraction]:
    sizes = [mask.bit_count() for mask in range(2**instance.d)]
    return {size: sizes.count(size) * w for size, w in enumerate(instance.masses) if w}


def _over_sizes(instance: World, kernel: sp.Expr) -> Fraction:
    return sum((m * value(kernel, {d: instance.d, k: size}) for size, m in _size_law(instance).items()), ZERO)


def _over_pairs(instance: World, kernel: sp.Expr) -> Fraction:
    law = _size_law(instance)
    terms = (law[i] * law[j] * value(kernel, {k: i, other: j}) for i in law for j in law)
    return sum(terms, ZERO)


def _signs(instance: World, determinant_factor: Fraction) -> bool:
    """Whether Δ and c_d are positive if two sizes have mass, one of them neither 0 nor d; true for other laws."""
    sizes = set(_size_law(instance))
    required = len(sizes) >= 2 and sizes - {0, instance.d}
    return not required or (determinant_factor > 0 and instance.delta > 0)


def computed(instance: World) -> dict[str, library.Computed]:
    """The design's own moments, each relative to itself."""
    design, mass = library.size_law(instance), brute.moment(instance.weights)
    exact = {
        "total_mass": mass,
        "mean_size": instance.d * brute.moment(instance.weights, (0,)) / mass,
        "size_variance": instance.variance,
        "delta": instance.delta,
        "c_d": mass**2 * instance.variance / instance.d,
    }
    return {name: library.Computed.of([getattr(design, name)], [x]) for name, x in exact.items()}


STATEMENT = Statement(
    label="lem:count",
    words="κ, V, Δ and c_d are sums of non-negative terms over the size law, so c_d > 0 and Δ > 0.",
    latex=r"""
With the size law $m_k = \binom{d}{k} w(k)$,
\begin{gather*}
  \alpha_0 = \sum_k m_k, \qquad
  \kappa := \mathbb{E}_\mu[K] = \frac{1}{\alpha_0} \sum_k k\, m_k, \qquad
  V := \operatorname{Var}_\mu(K) = \frac{1}{\alpha_0} \sum_k (k - \kappa)^2 m_k
    = \frac{1}{\alpha_0^2} \sum_{k < l} (k - l)^2 m_k m_l, \\
  \Delta := \alpha_1 - \alpha_2 = \sum_k \frac{k (d - k)}{d (d - 1)}\, m_k, \qquad
  c_d := (d-1)\alpha_0\alpha_2 - d \alpha_1^2 + \alpha_0\alpha_1 = \frac{\alpha_0^2 V}{d}.
\end{gather*}
Hence $c_d > 0$ and $\Delta > 0$ whenever two sizes carry mass, one of them in $1, \dots, d-1$.""",
    source="new",
    code=("limetheory/designs/exchangeable.py", "limetheory/designs/size_law.py"),
    tests=("tests/designs/test_moments.py", "tests/designs/test_precision.py"),
    claim={
        "share 1": k / d,
        "share 2": k * (k - 1) / (d * (d - 1)),
        "mean size": k,
        "share of Δ": k * (d - k) / (d * (d - 1)),
        "c_d": alpha_0**2 * _variance / d,
        "pairs": (k - other) ** 2 / 2,
    },
    identities=identities,
    draw=World.drawn,
    check=check,
    assumptions={"d ≥ 2": lambda world: world.d >= 2, **SOME_MASS},
    without={EXCHANGEABLE: tilted(World.drawn)},
    library=computed,
    mutants={
        "Δ with d² for d(d−1)": {"share of Δ": k * (d - k) / d**2},
        "c_d without the square": {"c_d": alpha_0 * _variance / d},
        "c_d without 1/d": {"c_d": alpha_0**2 * _variance},
        "shares drawn with replacement": {"share 2": k**2 / d**2},
        "every pair counted twice": {"pairs": (k - other) ** 2},
        "mean of the removed": {"mean size": d - k},
    },
)
