"""prop:ig-order: integrated gradients share an interaction equally, LIME by its design."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from random import Random

import sympy as sp

import limetheory as lt
from proofs_check import brute, library
from proofs_check.exact import ZERO, value
from proofs_check.notation import alpha_0, alpha_1, alpha_2
from proofs_check.statement import Claim, Statement
from proofs_check.statements import prop_multilinear
from proofs_check.statements.prop_multilinear import by_superpixel, further, mass
from proofs_check.world import World

order = sp.Symbol("t", integer=True, positive=True)
"""t = |T|, at least 1."""

_time = sp.Symbol("x", positive=True)


def identities(claim: Claim) -> dict[str, sp.Expr]:
    """∂_j Π_T z_l on the diagonal is x^{t−1}; prop:multilinear at α_p = 2^{-p}; 2^{t−1} − t doubles and more."""
    wide = {alpha_0: 1, alpha_1: sp.Rational(1, 2), alpha_2: sp.Rational(1, 4)}
    wide |= {mass: 2**-order, further: 2 ** -(order + 1), prop_multilinear.order: order}
    products = prop_multilinear.STATEMENT.claim
    surplus = 1 / claim["in"] - 1 / claim["share"]
    return {
        "IG of a product": sp.integrate(_time ** (order - 1), (_time, 0, 1)) - claim["share"],
        "Shapley value of a product": 1 / order - claim["share"],
        "in_t as ν → ∞": products["in"].subs(wide, simultaneous=True) - claim["in"],
        "out_t as ν → ∞": products["out"].subs(wide, simultaneous=True) - claim["out"],
        "order 1 agrees": (claim["share"] - claim["in"]).subs(order, 1),
        "order 2 agrees": (claim["share"] - claim["in"]).subs(order, 2),
        "order 3 differs: 2² − 3 = 1": surplus.subs(order, 3) - 1,
        "order t + 1 differs more": surplus.subs(order, order + 1) - 2 * surplus - (order - 1),
    }


@dataclass(frozen=True)
class Segment(World):
    """The model at the intensities t_j is the multilinear extension of F at t_j^{p_j}; all p_j are 1."""

    powers: tuple[int, ...]


def draw(rng: Random, d: int) -> Segment:
    """A random F."""
    return Segment.drawn(rng, d, powers=(1,) * d)


def bent(rng: Random, d: int) -> Segment:
    """A model that is not multilinear on the segment."""
    return Segment.drawn(rng, d, powers=tuple(range(1, d + 1)))


def check(instance: Segment, claim: Claim) -> dict[str, Fraction]:
    """The gradient of the multilinear extension, the Shapley value and uniform least squares, all over masks."""
    flat = (Fraction(1),) * 2**instance.d
    found = brute.least_squares(instance.d, flat, instance.table)[1:]
    shapley = brute.shapley(instance.d, instance.table)
    shares, inside, outside = (_weights(instance.d, claim[name]) for name in ("share", "in", "out"))
    products = prop_multilinear.moebius(instance.d, instance.table, prop_multilinear.STATEMENT.claim)
    gradients = [_integrated(instance, products, j) for j in range(instance.d)]
    nothing = [ZERO] * (instance.d + 1)
    shared = [by_superpixel(products, j, shares, nothing) for j in range(instance.d)]
    lime = [by_superpixel(products, j, inside, outside) for j in range(instance.d)]
    return {
        **brute.differences(shared, gradients, "IG"),
        **brute.differences(shared, shapley, "Shapley value"),
        **brute.differences(lime, found, "LIME as ν → ∞"),
    }


def _weights(size: int, formula: sp.Expr) -> list[Fraction]:
    return [ZERO, *(value(formula, {order: t}) for t in range(1, size + 1))]


def _integrated(instance: Segment, products: dict[int, Fraction], j: int) -> Fraction:
    """By the gradient of the multilinear extension, or by ∫ p_j x^{Σ_T p_l − 1} dx for each product."""
    if set(instance.powers) == {1}:
        return integrated_gradient(instance, j)
    sums = {t: sum(p for i, p in enumerate(instance.powers) if brute.shows(t, i)) for t in products}
    return sum((x * Fraction(instance.powers[j], sums[t]) for t, x in products.items() if brute.shows(t, j)), ZERO)


def integrated_gradient(instance: World, j: int) -> Fraction:
    """∫ Σ_{S∌j} (F(S∪j) − F(S)) x^s (1−x)^{d−1−s} dx, with ∫ x^s (1−x)^r dx = s! r! / (s + r + 1)!."""
    total = ZERO
    for mask in range(2**instance.d):
        if not brute.shows(mask, j):
            s, r = mask.bit_count(), instance.d - 1 - mask.bit_count()
            weight = Fraction(math.factorial(s) * math.factorial(r), math.factorial(s + r + 1))
            total += weight * (instance.table[mask | 1 << j] - instance.table[mask])
    return total


def computed(instance: Segment) -> dict[str, library.Computed]:
    """`ig_gap` at ν = ∞: what LIME and the integrated gradients give."""
    if instance.d < 2:
        return {}
    found = lt.ig_gap(library.set_function(instance.table), lt.BernoulliDesign(instance.d))
    flat = brute.least_squares(instance.d, (Fraction(1),) * 2**instance.d, instance.table)[1:]
    scale, shapley = library.height(instance.table), brute.shapley(instance.d, instance.table)
    return {
        "lime": library.Computed.of(found.lime, flat, scale),
        "shapley": library.Computed.of(found.shapley, shapley, scale),
    }


STATEMENT = Statement(
    label="prop:ig-order",
    words="IG gives Σ_{T∋j} a_T/|T|, LIME 2^{1−|T|} as ν → ∞: orders 1 and 2 agree, orders t ≥ 3 differ.",
    latex=r"""
Suppose that on the segment from $\bar\xi$ to $\xi$ the model is the multilinear extension
$\sum_T a_T \prod_{j \in T} t_j$ of $F$ in the intensities $t_j$ of the superpixels. Then the integrated gradients of
superpixel $j$ sum to
\[
  \mathrm{IG}_j = \sum_{T \ni j} \frac{a_T}{|T|},
\]
the Shapley value of $F$. LIME gives $\sum_T a_T$ times $\mathrm{in}_{|T|}$ or $\mathrm{out}_{|T|}$
(Proposition~\ref{prop:multilinear}), which tend to $2^{1 - |T|}$ and $0$ as $\nu \to \infty$. So order $1$ agrees for
every design and order $2$ in the limit, while $2^{1-t} < 1/t$ for $t \ge 3$.""",
    source="new",
    code=("limetheory/limits/gradients_gap.py",),
    tests=("tests/limits/test_gradients_gap.py", "tests/test_gradients.py"),
    claim={"share": 1 / order, "in": 2 ** (1 - order), "out": sp.S.Zero},
    identities=identities,
    draw=draw,
    check=check,
    without={"the model is multilinear on the segment": bent},
    library=computed,
    mutants={
        "IG as the limit of LIME": {"share": 2 ** (1 - order)},
        "IG not shared": {"share": sp.S.One},
        "LIME as the Shapley value": {"in": 1 / order},
        "2^{-t}": {"in": 2**-order},
        "outsiders share too": {"out": 1 / order},
    },
    holds="every d ≥ 2, every t ≥ 1",
)
