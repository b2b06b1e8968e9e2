"""prop:areas: independent coordinates with unequal probabilities, times a weight of the size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations, pairwise
from random import Random

import numpy as np
import sympy as sp

import limetheory as lt
from proofs_check import brute, drawn, library
from proofs_check.exact import ONE, ZERO, determinant, product, solve, value
from proofs_check.statement import Claim, Statement

p_i, p_j, theta = sp.symbols("p_i p_j theta", positive=True)
"""P(z_i = 1) and P(z_j = 1) under the sampling law; the factor of π(k) = θ^k."""

neither, one, both = sp.symbols("W_0 W_1 W_2", positive=True)
"""E[π | z_i, z_j] with none, one or both of the two active: one number for either of them, as π depends on K alone."""

odds_i, odds_j, alone_i, alone_j = sp.symbols("o_i o_j m_i m_j", positive=True)
"""Odds p/(1 − p) of the sampling law, and E[π z_i], E[π z_j]."""

fewer, same, more = sp.symbols("f_k−1 f_k h_k+1", nonnegative=True)
"""P(K_{n−1} = k − 1), P(K_{n−1} = k); the weight h_n(k + 1). The weight h_n(k) is `here`."""

here, sum_i, sum_j, interaction = sp.symbols("h_k beta_i beta_j I")
off_off, on_off, off_on, on_on = sp.symbols("F_00 F_10 F_01 F_11")
"""E[F | z_i, z_j] over the other superpixels."""


def _moments() -> dict[sp.Symbol, sp.Expr]:
    """Odds and first moments by p_i, p_j and W."""
    first = {alone_i: p_i * (1 - p_j) * one + p_i * p_j * both, alone_j: p_j * (1 - p_i) * one + p_i * p_j * both}
    return {odds_i: p_i / (1 - p_i), odds_j: p_j / (1 - p_j), **first}


def identities(claim: Claim) -> dict[str, sp.Expr]:
    """One step of each recursion, two superpixels exchanged, an exponential weight, and two superpixels merged."""
    moments = _moments()
    after, later = (1 - p_i) * here + p_i * more, claim["weight"]
    kept = p_i * theta / (1 - p_i + p_i * theta)
    at_i = claim["exponential"].subs({p_j: p_i})
    slope_i = p_j * (on_on - off_on) + (1 - p_j) * (on_off - off_off)
    slope_j = p_i * (on_on - on_off) + (1 - p_i) * (off_on - off_off)
    added = {sum_i: slope_i, sum_j: slope_j, interaction: on_on - on_off - off_on + off_off}
    return {
        "the weight averaged over superpixel n": later - after,
        "the law of the size with superpixel n": claim["law"] - (p_i * fewer + (1 - p_i) * same),
        "E[π z_n] and E[π (1 − z_n)] add up": claim["first"] + (1 - p_i) * same * here - same * later,
        "two superpixels exchanged": p_i * (1 - p_j) * one - claim["exchanged"].subs(moments) * p_j * (1 - p_i) * one,
        "E[π z_i z_j] by first moments": claim["together"].subs(moments) - p_i * p_j * both,
        "π = θ^K: a product": at_i - kept,
        "π = θ^K: E[π z_i z_j] has rank one": (
            p_i * p_j * theta**2 - (1 - p_i + p_i * theta) * (1 - p_j + p_j * theta) * at_i * claim["exponential"]
        ),
        "i and j merged": on_on - off_off - claim["merged"].subs(added),
    }


@dataclass(frozen=True)
class Unequal:
    """P(z_j = 1) and π(0), …, π(d); F, the factor θ of a weight θ^K, and disjoint sets of superpixels."""

    d: int
    p: tuple[Fraction, ...]
    by_size: tuple[Fraction, ...]
    table: tuple[Fraction, ...]
    factor: Fraction
    on: frozenset[int]
    off: frozenset[int]
    tilt: tuple[Fraction, ...] = ()
    """A factor for the weight of each mask, where it does not depend on the size alone."""

    def law(self, mask: int) -> Fraction:
        """The probability of a mask."""
        return product(x if brute.shows(mask, j) else 1 - x for j, x in enumerate(self.p))

    @property
    def weights(self) -> tuple[Fraction, ...]:
        """The law times the weight of each mask."""
        plain = brute.tabulated(self.d, lambda mask: self.law(mask) * self.by_size[mask.bit_count()])
        return tuple(w * factor for w, factor in zip(plain, self.tilt, strict=True)) if self.tilt else plain


def draw(rng: Random, d: int) -> Unequal:
    """A random instance."""
    p, by_size = tuple(drawn.share(rng) for _ in range(d)), drawn.masses(rng, d)
    on, off = drawn.disjoint(rng, d)
    return Unequal(d, p, by_size, drawn.set_function(rng, d), drawn.positive(rng), on, off)


def tilted(rng: Random, d: int) -> Unequal:
    """An instance whose masks of one size weigh differently."""
    return replace(draw(rng, d), tilt=tuple(drawn.positive(rng) for _ in range(2**d)))


def _law_of_size(shares: Sequence[Fraction], claim: Claim) -> list[Fraction]:
    """P(K = k) of independent coordinates, by the recursion."""
    law = [ONE]
    for share in shares:
        padded = [ZERO, *law, ZERO]
        law = [value(claim["law"], {p_i: share, fewer: x, same: y}) for x, y in pairwise(padded)]
    return law


def _averaged(by_size: Sequence[Fraction], shares: Sequence[Fraction], claim: Claim) -> list[Fraction]:
    """h_n(k) for k = 0..n: the weight averaged over superpixels with these probabilities."""
    weights = list(by_size)
    for share in shares:
        weights = [value(claim["weight"], {p_i: share, here: x, more: y}) for x, y in pairwise(weights)]
    return weights


def subset(instance: Unequal, on: frozenset[int], off: frozenset[int], claim: Claim) -> Fraction:
    """α of given superpixels: Π_on p Π_off (1 − p) Σ_k P(K of the rest = k) π(k + |on|)."""
    rest = [x for j, x in enumerate(instance.p) if j not in on | off]
    fixed = product(instance.p[j] for j in on) * product(1 - instance.p[j] for j in off)
    law = _law_of_size(rest, claim)
    return fixed * sum((x * instance.by_size[k + len(on)] for k, x in enumerate(law)), ZERO)


def single(instance: Unequal, n: int, claim: Claim) -> Fraction:
    """E[π z_n] from the law of the size before n and the weight after it."""
    law = _law_of_size(instance.p[:n], claim)
    weights = _averaged(instance.by_size, instance.p[:n:-1], claim)
    points = ({p_i: instance.p[n], same: x, here: weights[k], more: weights[k + 1]} for k, x in enumerate(law))
    return sum((value(claim["first"], point) for point in points), ZERO)


def beta(instance: Unequal, claim: Claim) -> list[Fraction]:
    """(β_0, …, β_d) from the Gram matrix by recursions."""
    sets = [frozenset[int](), *(frozenset({j}) for j in range(instance.d))]
    matrix = [[subset(instance, x | y, frozenset(), claim) for x in sets] for y in sets]
    return solve(matrix, brute.right_hand_side(instance.d, instance.weights, instance.table))


def check(instance: Unequal, claim: Claim) -> dict[str, Fraction]:
    """The moments and the limit against sums over all masks, exponential weights, and merged superpixels."""
    weights, d = instance.weights, instance.d
    singles = [single(instance, n, claim) for n in range(d)]
    found = {f"E[π z_{n + 1}]": x - brute.moment(weights, (n,)) for n, x in enumerate(singles)}
    found["α of a subset"] = subset(instance, instance.on, instance.off, claim) - brute.moment(
        weights, instance.on, instance.off
    )
    for i, j in combinations(range(d), 2):
        odds = {s: instance.p[x] / (1 - instance.p[x]) for s, x in ((odds_i, i), (odds_j, j))}
        ratio = value(claim["exchanged"], odds)
        only_i, only_j = brute.moment(weights, (i,), (j,)), brute.moment(weights, (j,), (i,))
        found[f"exchanged: {i + 1} and {j + 1}"] = only_i - ratio * only_j
        if instance.p[i] != instance.p[j]:
            pair = value(claim["together"], {**odds, alone_i: singles[i], alone_j: singles[j]})
            found[f"pair: {i + 1} and {j + 1}"] = pair - brute.moment(weights, (i, j))
    regression = brute.least_squares(d, weights, instance.table)
    return {**found, **brute.differences(beta(instance, claim), regression), **_exponential(instance, claim),
            **_merged(instance, claim)}  # fmt: skip


def _exponential(instance: Unequal, claim: Claim) -> dict[str, Fraction]:
    """π = θ^K: marginals of a product, and minors beside the diagonal of the Gram matrix."""
    plain = replace(instance, by_size=tuple(instance.factor**k for k in range(instance.d + 1)), tilt=())
    weights = plain.weights
    kept = [value(claim["exponential"], {p_j: p, theta: instance.factor}) for p in instance.p]
    marginal = {f"θ^K: p_{j + 1}": x - brute.moment(weights, (j,)) / sum(weights) for j, x in enumerate(kept)}
    if instance.d < 4:
        return marginal
    minor = determinant([[brute.moment(weights, (i, j)) for j in (2, 3)] for i in (0, 1)])
    return {**marginal, "θ^K: a minor beside the diagonal": minor}


def _merged(instance: Unequal, claim: Claim) -> dict[str, Fraction]:
    """Superpixels 1 and 2 as one, without weight: whatever the probability of keeping it."""
    if instance.d < 2:
        return {}
    d, p = instance.d, instance.p
    law = brute.tabulated(d, instance.law)
    whole = replace(instance, d=d - 1, p=p[1:], tilt=())
    values = tuple(instance.table[mask << 1 | mask & 1] for mask in range(2 ** (d - 1)))
    after = brute.least_squares(d - 1, brute.tabulated(d - 1, whole.law), values)[1]
    before = brute.least_squares(d, law, instance.table)

    def mean(shown: int) -> Fraction:
        """E[F | z_1, z_2] at one of the four masks of the two."""
        at = [w * (mask & 3 == shown) for mask, w in enumerate(law)]
        return brute.integral(at, instance.table) / sum(at)

    mixed = mean(3) - mean(1) - mean(2) + mean(0)
    point = {p_i: p[0], p_j: p[1], sum_i: before[1], sum_j: before[2], interaction: mixed}
    return {"1 and 2 merged": after - value(claim["merged"], point)}


def computed(instance: Unequal) -> dict[str, library.Computed]:
    """`limetheory.limit` under `UnequalDesign`, where no size and no probability is extreme."""
    sized = [x for x in instance.by_size if x]
    if max(sized) > 1000 * min(sized) or not all(Fraction(1, 100) < x < Fraction(99, 100) for x in instance.p):
        return {}
    keep = tuple(Fraction(float(x)) for x in instance.p)
    exact = replace(instance, p=keep)
    with np.errstate(divide="ignore"):
        design = lt.UnequalDesign(list(map(float, keep)), np.log(list(map(float, instance.by_size))))
    answer = lt.limit(library.set_function(instance.table), design)
    expected = brute.least_squares(instance.d, exact.weights, instance.table)
    scale = max(library.height(instance.table), *map(abs, expected))
    return {"lt.limit": library.Computed.of((answer.intercept, *answer.coefficients), expected, scale)}


STATEMENT = Statement(
    label="prop:areas",
    words="Unequal probabilities times a weight of the size: all moments in O(d²), pairs from single ones.",
    latex=r"""
Let $z_1, \dots, z_d$ be independent under the sampling law, $0 < p_j = P(z_j = 1) < 1$, with odds
$o_j = p_j / (1 - p_j)$, and let the weight $\pi = \pi(K)$ depend on the size alone. Let $f_0 = 1$ and $h_d = \pi$,
\[
  f_n(k) = p_n f_{n-1}(k-1) + (1 - p_n) f_{n-1}(k), \qquad h_{n-1}(k) = p_n h_n(k+1) + (1 - p_n) h_n(k) .
\]
(i) $\mathbb{E}[\pi z_n] = p_n \sum_k f_{n-1}(k)\, h_n(k+1)$, in $O(d^2)$ operations for all $n$; and for disjoint $A$
and $B$, with $f$ of the other superpixels,
$\mathbb{E}[\pi \prod_A z_j \prod_B (1 - z_j)] = \prod_A p_j \prod_B (1 - p_j) \sum_k f(k)\, \pi(k + |A|)$.
(ii) $\mathbb{E}[\pi z_i (1 - z_j)] / o_i = \mathbb{E}[\pi z_j (1 - z_i)] / o_j$, hence, where $o_i \ne o_j$,
\[
  \mathbb{E}[\pi z_i z_j] = \frac{o_i\, \mathbb{E}[\pi z_j] - o_j\, \mathbb{E}[\pi z_i]}{o_i - o_j} :
\]
with $D = \operatorname{diag}(o)$ and $A_{ij} = \mathbb{E}[\pi z_i z_j]$, the rank of $D A - A D$ is two at most. Beside
the diagonal $A$ has the rank of a sum of $r$ exponentials that $\pi$ is; for $\pi(k) = \theta^k$ it is one, the design
is a product design with $P_\mu(z_j = 1) = p_j \theta / (1 - p_j + p_j \theta)$, and in general $A$ is not a diagonal
matrix and one of low rank. (iii) $\beta = \operatorname{Cov}_\mu(z, z)^{-1} \operatorname{Cov}_\mu(z, F)$ with these
moments, if the inverse exists. (iv) If $\pi = 1$ and superpixels $i$ and $j$ are merged, $F$ being restricted to
$z_i = z_j$, the coefficient of the two is $\beta_i + \beta_j + (1 - p_i - p_j)\, \mathbb{E}[I]$ with
$I = F_{11} - F_{10} - F_{01} + F_{00}$, whatever the merged one is kept with: their sum at $p = 1/2$.""",
    source="new",
    code=("limetheory/designs/unequal.py", "limetheory/designs/unequal_sums.py", "limetheory/designs/area.py"),
    tests=(
        "tests/designs/test_unequal.py",
        "tests/limits/test_unequal_limits.py",
        "tests/estimation/test_unequal_estimates.py",
        "tests/images/test_areas.py",
    ),
    claim={
        "law": p_i * fewer + (1 - p_i) * same,
        "weight": p_i * more + (1 - p_i) * here,
        "first": p_i * same * more,
        "exchanged": odds_i / odds_j,
        "together": (odds_i * alone_j - odds_j * alone_i) / (odds_i - odds_j),
        "exponential": p_j * theta / (1 - p_j + p_j * theta),
        "merged": sum_i + sum_j + (1 - p_i - p_j) * interaction,
    },
    identities=identities,
    draw=draw,
    check=check,
    assumptions={
        "the Gram matrix is regular": lambda world: bool(determinant(brute.gram(world.d, world.weights))),
    },
    without={"law × weight is a product law times a function of the size": tilted},
    library=computed,
    holds="every d ≥ 2",
    largest=6,
    mutants={
        "a superpixel that is not counted": {"law": p_i * same + (1 - p_i) * same},
        "kept and hidden exchanged": {"weight": p_i * here + (1 - p_i) * more},
        "the weight before superpixel n": {"first": p_i * same * here},
        "probabilities for odds": {"exchanged": odds_i * (1 + odds_j) / (odds_j * (1 + odds_i))},
        "the other one's moment": {"together": (odds_i * alone_i - odds_j * alone_j) / (odds_i - odds_j)},
        "a tilt that is not normalised": {"exponential": p_j * theta},
        "the interaction left out": {"merged": sum_i + sum_j},
        "the whole interaction": {"merged": sum_i + sum_j + interaction},
    },
)
