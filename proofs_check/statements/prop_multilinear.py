"""prop:multilinear: a sum of products of superpixels is a sum of leaves without off superpixels."""

from __future__ import annotations

from fractions import Fraction

import sympy as sp

import limetheory as lt
from proofs_check import brute, library
from proofs_check.arrow import Stack
from proofs_check.exact import ZERO, value
from proofs_check.notation import alpha_0, alpha_1, alpha_2, d, delta, gamma, mean_size, size_variance
from proofs_check.statement import Claim, Statement
from proofs_check.statements.thm_limit import limit
from proofs_check.world import EXCHANGEABLE, REGULAR, World, tilted

order, missing = sp.symbols("t n", integer=True, nonnegative=True)
"""|T| and |T∖S|."""

mass, further = sp.symbols("alpha_t alpha_t1", positive=True)
"""α_t and α_{t+1}."""

_factor = sp.Symbol("c")
_second = Stack(*sp.symbols("H_0 H_j H_T"))
_SLOPE = (order * mass + (d - order) * further - mean_size * mass) / (alpha_0 * size_variance)


def identities(claim: Claim) -> dict[str, sp.Expr]:
    """thm:limit is linear in F and gives in_t and out_t; Möbius' signs cancel by Pascal's rule."""
    total = order * mass + (d - order) * further
    member, outsider = (limit(Stack(mass, right, total)).entry for right in (mass, further))
    first = {order: 1, mass: alpha_1, further: alpha_2}
    return {
        **_linearity(),
        "in_t": member - claim["in"],
        "out_t": outsider - claim["out"],
        "in_1 = 1": claim["in"].subs(first, simultaneous=True) - 1,
        "out_1 = 0": claim["out"].subs(first, simultaneous=True),
        "Möbius: T = S": claim["sign"].subs(missing, 0) - 1,
        "Möbius: one superpixel more cancels": claim["sign"] + claim["sign"].subs(missing, missing + 1),
    }


def _linearity() -> dict[str, sp.Expr]:
    combined = gamma + Stack(*(_factor * part for part in (_second.head, _second.entry, _second.total)))
    first, second, both = limit(gamma), limit(_second), limit(combined)
    return {
        "β_0 is linear in F": both.head - first.head - _factor * second.head,
        "β_j is linear in F": both.entry - first.entry - _factor * second.entry,
    }


def check(instance: World, claim: Claim) -> dict[str, Fraction]:
    """Compare the claim for a random F, written as a polynomial, with least squares over all masks."""
    products = moebius(instance.d, instance.table, claim)
    weights = {name: _by_order(instance, claim[name]) for name in ("in", "out")}
    claimed = [by_superpixel(products, j, weights["in"], weights["out"]) for j in range(instance.d)]
    return brute.differences(claimed, instance.beta[1:], "coefficient")


def moebius(size: int, table: brute.Table, claim: Claim) -> dict[int, Fraction]:
    """a_T = Σ_{S⊆T} sign(|T∖S|) F(S), wherever it is not 0."""
    signs = [value(claim["sign"], {missing: n}) for n in range(size + 1)]
    found = {chosen: _alternating(chosen, table, signs) for chosen in range(2**size)}
    return {chosen: x for chosen, x in found.items() if x}


def _alternating(chosen: int, table: brute.Table, signs: list[Fraction]) -> Fraction:
    total, subset = ZERO, chosen
    while True:
        total += signs[(chosen ^ subset).bit_count()] * table[subset]
        if not subset:
            return total
        subset = subset - 1 & chosen


def _by_order(instance: World, formula: sp.Expr) -> list[Fraction]:
    alphas = [brute.moment(instance.weights, range(t)) for t in range(instance.d + 1)] + [ZERO]
    points = ({**instance.moments, order: t, mass: alphas[t], further: alphas[t + 1]} for t in range(instance.d + 1))
    return [value(formula, point) for point in points]


def by_superpixel(products: dict[int, Fraction], j: int, inside: list[Fraction], outside: list[Fraction]) -> Fraction:
    """Σ_{T∋j} a_T in_t + Σ_{T∌j} a_T out_t."""
    terms = (x * (inside if brute.shows(t, j) else outside)[t.bit_count()] for t, x in products.items())
    return sum(terms, ZERO)


def computed(instance: World) -> dict[str, library.Computed]:
    """`limetheory.limit` of the products of superpixels, relative to Σ |a_T|."""
    products = moebius(instance.d, instance.table, STATEMENT.claim)
    sets = {frozenset(j for j in range(instance.d) if brute.shows(t, j)): float(x) for t, x in products.items()}
    scale = sum(map(abs, products.values()), ZERO)
    return library.limit(instance, lt.Multilinear(instance.d, sets), instance.beta, scale)


STATEMENT = Statement(
    label="prop:multilinear",
    words="F = Σ_T a_T Π_{j∈T} z_j has β_j = Σ_{T∋j} a_T in_t + Σ_{T∌j} a_T out_t, t = |T|.",
    latex=r"""
Every set function is $F(z) = \sum_T a_T \prod_{j \in T} z_j$ with
$a_T = \sum_{S \subseteq T} (-1)^{|T \setminus S|} F(S)$, and
\[
  \beta_j = \sum_{T \ni j} a_T\, \mathrm{in}_{|T|} + \sum_{T \not\ni j} a_T\, \mathrm{out}_{|T|}, \qquad
  \mathrm{in}_t = s_t + \frac{(d - t)(\alpha_t - \alpha_{t+1})}{d \Delta}, \quad
  \mathrm{out}_t = s_t - \frac{t (\alpha_t - \alpha_{t+1})}{d \Delta},
\]
\[
  s_t = \frac{t \alpha_t + (d - t) \alpha_{t+1} - \kappa \alpha_t}{\alpha_0 V} .
\]
In particular $\mathrm{in}_1 = 1$ and $\mathrm{out}_1 = 0$ under every design.""",
    source="new",
    code=("limetheory/limits/multilinear.py",),
    tests=("tests/limits/test_multilinear.py",),
    claim={
        "in": _SLOPE + (d - order) * (mass - further) / (d * delta),
        "out": _SLOPE - order * (mass - further) / (d * delta),
        "sign": sp.S.NegativeOne**missing,
    },
    identities=identities,
    draw=World.drawn,
    check=check,
    assumptions=REGULAR,
    without={EXCHANGEABLE: tilted(World.drawn)},
    library=computed,
    mutants={
        "in_t as out_t": {"in": _SLOPE - order * (mass - further) / (d * delta)},
        "out_t without the slope": {"out": -order * (mass - further) / (d * delta)},
        "in_t with t for d − t": {"in": _SLOPE + order * (mass - further) / (d * delta)},
        "Möbius without signs": {"sign": sp.S.One},
    },
    holds="every d ≥ 2, 0 ≤ t ≤ d",
)
