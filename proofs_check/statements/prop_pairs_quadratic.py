"""prop:pairs-quadratic: when least squares on complement pairs is a fit with all pairs of superpixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations
from math import comb, prod
from random import Random

import sympy as sp

import limetheory as lt
from proofs_check import brute, drawn, library
from proofs_check.exact import ZERO, Point, determinant, solve, value
from proofs_check.notation import d, k
from proofs_check.statement import Claim, Statement
from proofs_check.world import EXCHANGEABLE, World

level_j, pairs_of_j, pairs_of_others = sp.symbols("a_j Q_j Q_rest")
"""a_j; Σ_i q_ij; Σ q_il over the pairs without j."""

first, second, third = sp.symbols("e_1 e_2 e_3")
"""E_μ of one, of the product of two, and of three different s_j = 2 z_j − 1."""

weight, mirrored, sign, even, half_i, half_j, pair = sp.symbols("w w_mirrored s_j g s_i t_j q")
"""The weights of z and of 1 − z, s_j(z), an even function of z; s_i, s_j and q_ij of one pair."""


def identities(claim: Claim) -> dict[str, sp.Expr]:
    """Odd and even functions in a pair; the slope at the centre; the linear limit of s_i s_l, and when it is 0."""
    inside, outside = claim["inside"], claim["outside"]
    variance, covariance, level = 1 - first**2, second - first**2, sp.Symbol("a")
    surrogate = level * (1 + half_j) / 2 + pair * (1 + half_i) * (1 + half_j) / 4
    slope = 2 * sp.Poly(surrogate, half_i, half_j).coeff_monomial(half_j)
    at_pair = claim["slope"].subs({level_j: level, pairs_of_j: pair})
    together = claim["coefficient"].subs({pairs_of_j: pair, pairs_of_others: 0, level_j: 0})
    apart = claim["coefficient"].subs({pairs_of_j: 0, pairs_of_others: pair, level_j: 0})
    return {
        "an odd times an even function, summed over a pair": (
            weight * sign * even + mirrored * -sign * even - claim["pair"] * sign * even
        ),
        "no weight in a pair of equal weights": claim["pair"].subs(mirrored, weight),
        "the slope at the centre": slope - at_pair,
        "normal equation at i and l": (
            inside * variance + (inside + (d - 2) * outside) * covariance - (first - first * second)
        ),
        "normal equation elsewhere": (
            outside * variance + (2 * inside + (d - 3) * outside) * covariance - (third - first * second)
        ),
        "z_i z_l in β_i": together - pair * (sp.Rational(1, 2) + inside / 2),
        "z_i z_l in β_j": apart - pair * outside / 2,
        "0 without first and third moment: inside": inside.subs({first: 0, third: 0}),
        "0 without first and third moment: outside": outside.subs({first: 0, third: 0}),
        "0 only if e_1 = e_3": (inside - outside) * (1 - second) - (first - third),
        "0 only if e_1 = 0": (
            sp.cancel(inside.subs(third, first)) * (variance + (d - 1) * covariance) - first * (1 - second)
        ),
        "E[2K − d] is a sum over the s_j": claim["mean"] - d * first,
        "E[2K − d] of sizes k and d − k": (
            weight * (2 * k - d) + mirrored * (2 * (d - k) - d) - claim["pair"] * (2 * k - d)
        ),
        "masses that are not symmetric, d = 3": _odd_masses(1, 3),
        "masses that are not symmetric, d = 4": _odd_masses(2, 4),
        "E[(2K − d)³] counts all triples": claim["cube"].subs({first: 1, third: 1}) - d**3,
        "E[(2K − d)³] counts different ones": sp.diff(claim["cube"], third) - d * (d - 1) * (d - 2),
    }


def _odd_masses(*sums: int) -> sp.Expr:
    """The sum of the differences m_k − m_{d−k}, 2k − d being these numbers, where both moments vanish."""
    odd = sp.symbols(f"o_1:{len(sums) + 1}")
    moments = [sum(x * s**power for x, s in zip(odd, sums, strict=True)) for power in (1, 3)]
    solved = sp.solve(moments, odd, dict=True)[0]
    return sum(abs(x.subs(solved)) for x in odd)


@dataclass(frozen=True)
class Paired(World):
    """A design and F; a weight of each mask, as of a sample of complement pairs; masses of skew sizes."""

    pairs: tuple[Fraction, ...]
    skew: tuple[Fraction, ...]


def draw(rng: Random, d: int) -> Paired:
    """A random instance, its sample of all pairs, with multiplicities and weights alike within each."""
    half = tuple(drawn.positive(rng) for _ in range(2 ** (d - 1)))
    return Paired.drawn(rng, d, pairs=(*half, *reversed(half)), skew=_skew(rng, d))


def _skew(rng: Random, d: int) -> tuple[Fraction, ...]:
    """w(k) with E[2K − d] = E[(2K − d)³] = 0: at d = 5 not symmetric, below of necessity."""
    half = [Fraction(rng.randint(11, 24)) for _ in range((d + 2) // 2)]
    mass = [half[min(k, d - k)] for k in range(d + 1)]
    if d == 5:  # 10 − 3 · 5 + 5 = 0 and 10 − 27 · 5 + 125 = 0
        mass = [m + x for m, x in zip(mass, (-1, 5, -10, 10, -5, 1), strict=True)]
    return tuple(m / comb(d, k) for k, m in enumerate(mass))


def unpaired(rng: Random, d: int) -> Paired:
    """Weights that differ within the pairs."""
    return replace(draw(rng, d), pairs=tuple(drawn.positive(rng) for _ in range(2**d)))


def lopsided(rng: Random, d: int) -> Paired:
    """Sizes whose third moment does not vanish."""
    instance = draw(rng, d)
    return replace(instance, skew=tuple(w * (k + 1) for k, w in enumerate(instance.skew)))


def tilted(rng: Random, d: int) -> Paired:
    """A design whose masks of one size weigh differently."""
    return replace(draw(rng, d), tilt=tuple(drawn.positive(rng) for _ in range(2**d)))


def _parts(size: int, order: int) -> list[tuple[int, ...]]:
    return [part for t in range(order + 1) for part in combinations(range(size), t)]


def _gram(weights: brute.Table, parts: list[tuple[int, ...]]) -> list[list[Fraction]]:
    return [[brute.moment(weights, {*x, *y}) for y in parts] for x in parts]


def _unique(instance: Paired) -> bool:
    return bool(determinant(_gram(instance.weights, _parts(instance.d, 2))))


def _fitted(size: int, weights: brute.Table, table: brute.Table, order: int, ends: bool = False) -> list[Fraction]:
    """Weighted least squares on products of at most so many superpixels, meeting F(0) and F(1) if asked to."""
    parts = _parts(size, order)
    matrix = _gram(weights, parts)
    products = [w * x for w, x in zip(weights, table, strict=True)]
    right = [brute.moment(products, part) for part in parts]
    if ends:
        met = [[Fraction(not part) for part in parts], [Fraction(1)] * len(parts)]
        matrix = [[*row, *column] for row, column in zip(matrix, zip(*met, strict=True), strict=True)]
        matrix += [[*row, ZERO, ZERO] for row in met]
        right += [table[0], table[-1]]
    return solve(matrix, right)[: len(parts)]


def _slopes(size: int, fit: Sequence[Fraction], claim: Claim, moments: Point | None = None) -> list[Fraction]:
    """The slopes at the centre of a fit with pairs, or with moments the linear limit of that fit."""
    pairs = dict(zip(combinations(range(size), 2), fit[size + 1 :], strict=True))
    total = sum(pairs.values(), ZERO)
    found = []
    for j in range(size):
        of_j = sum((x for p, x in pairs.items() if j in p), ZERO)
        point = {level_j: fit[j + 1], pairs_of_j: of_j, pairs_of_others: total - of_j, d: size, **(moments or {})}
        found.append(value(claim["slope" if moments is None else "coefficient"], point))
    return found


def _moments(size: int, weights: brute.Table) -> dict[sp.Symbol, Fraction]:
    """e_1, e_2 and e_3 over all masks."""
    signs = [[2 * brute.shows(mask, j) - 1 for j in range(3)] for mask in range(2**size)]
    total = brute.moment(weights)
    means = [brute.integral(weights, [Fraction(prod(s[:t])) for s in signs]) / total for t in (1, 2, 3)]
    return dict(zip((first, second, third), means, strict=True))


def check(instance: Paired, claim: Claim) -> dict[str, Fraction]:
    """Fits on pairs, without and with the ends met; the limit from that with pairs; sizes without third moment."""
    size, table = instance.d, instance.table
    found: dict[str, Fraction] = {}
    for ends in (False, True):
        lines = _fitted(size, instance.pairs, table, 1, ends)[1:]
        slopes = _slopes(size, _fitted(size, instance.pairs, table, 2, ends), claim)
        found |= brute.differences(slopes, lines, "pairs, ends met" if ends else "pairs")
    quadratic, moments = _fitted(size, instance.weights, table, 2), _moments(size, instance.weights)
    found |= brute.differences(_slopes(size, quadratic, claim, moments), instance.beta[1:], "limit")
    skew = brute.tabulated(size, lambda mask: instance.skew[mask.bit_count()])
    balanced = _slopes(size, _fitted(size, skew, table, 2), claim)
    found |= brute.differences(balanced, brute.least_squares(size, skew, table)[1:], "no third moment")
    found |= _of_signs(instance, claim, moments)
    total = brute.moment(instance.weights)
    for name, power in (("mean", 1), ("cube", 3)):
        powers = [Fraction(2 * mask.bit_count() - size) ** power for mask in range(2**size)]
        mean = brute.integral(instance.weights, powers) / total
        found[f"E[(2K − d)^{power}]"] = value(claim[name], {**moments, d: size}) - mean
    return found


def _of_signs(instance: Paired, claim: Claim, moments: Point) -> dict[str, Fraction]:
    """The line fitted to s_1 s_2, in its own superpixels and in another; s_1 summed over a pair of masks."""
    size, weights = instance.d, instance.weights
    signs = [[2 * brute.shows(mask, j) - 1 for j in range(3)] for mask in range(2**size)]
    line = brute.least_squares(size, weights, [Fraction(s[0] * s[1]) for s in signs])[1:]
    over_pair = weights[-1] * signs[-1][0] + weights[0] * signs[0][0]
    point = {**moments, d: size}
    found = {"s_1 over a pair": value(claim["pair"], {weight: weights[-1], mirrored: weights[0]}) - over_pair}
    if size >= 3:  # there is another superpixel
        found["s_1 s_2 in s_1"] = value(claim["inside"], point) - line[0] / 2
        found["s_1 s_2 in s_3"] = value(claim["outside"], point) - line[2] / 2
    return found


def computed(instance: Paired) -> dict[str, library.Computed]:
    """`QuadraticLimit.centre_slopes` where sizes have no third moment."""
    masses = [comb(instance.d, size) * w for size, w in enumerate(instance.skew)]
    found = lt.quadratic_limit(library.set_function(instance.table), lt.SizeLawDesign(list(map(float, masses))))
    skew = brute.tabulated(instance.d, lambda mask: instance.skew[mask.bit_count()])
    exact = brute.least_squares(instance.d, skew, instance.table)[1:]
    return {"centre_slopes": library.Computed.of(found.centre_slopes, exact, library.height(instance.table))}


_inside = (
    (2 * first * (1 - second) + (d - 2) * (third - first * second)) / (1 - first**2 + (d - 1) * (second - first**2))
    + (d - 2) * (first - third) / (1 - second)
) / d
_outside = _inside - (first - third) / (1 - second)
_slope = level_j + pairs_of_j / 2

STATEMENT = Statement(
    label="prop:pairs-quadratic",
    words="A line fitted to complement pairs has the centre's slopes of the fit with all pairs of superpixels.",
    latex=r"""
Let $b + \sum_j a_j z_j + \sum_{i<j} q_{ij} z_i z_j$ minimise the weighted squared distance to $F$, and let $\beta_j$ be
the coefficients of the closest line, with the same weights of the masks. (i) If each mask weighs as much as its
complement, as in every sample of complement pairs under $\pi(k) = \pi(d - k)$, then
\[
  \beta_j = a_j + \tfrac{1}{2} \sum_{i \ne j} q_{ij}
\]
for every $F$: the slopes at $z = (\tfrac12, \dots, \tfrac12)$, which are the Shapley and the Banzhaf values of the
quadratic function; also if both meet $F(\mathbf{0})$ and $F(\mathbf{1})$, as for the Shapley value. (ii) Let the design
be exchangeable, $s_j = 2 z_j - 1$ and $e_1, e_2, e_3$ the means under $\mu$ of $s_1$, $s_1 s_2$ and $s_1 s_2 s_3$. Then
\[
  \beta_j = a_j + \frac{1 + \beta_{\mathrm{in}}}{2} \sum_{i \ne j} q_{ij}
  + \frac{\beta_{\mathrm{out}}}{2} \sum_{j \notin \{i, l\}} q_{il}, \qquad
  \beta_{\mathrm{in}} - \beta_{\mathrm{out}} = \frac{e_1 - e_3}{1 - e_2}, \quad
  2 \beta_{\mathrm{in}} + (d - 2) \beta_{\mathrm{out}}
  = \frac{2 e_1 (1 - e_2) + (d - 2)(e_3 - e_1 e_2)}{1 - e_1^2 + (d - 1)(e_2 - e_1^2)},
\]
so that for $d \ge 3$ the limit has the slopes at the centre for every $F$ if and only if $e_1 = e_3 = 0$, which is
$\mathbb{E}_\mu[2K - d] = \mathbb{E}_\mu[(2K - d)^3] = 0$: under symmetric designs, for $d \le 4$ only under these, and
not under masks of a fair coin with a weight that increases with $K$, as LIME's does at every finite $\nu$.""",
    source="PolySHAP (arXiv 2601.18608, 2026) at Shapley's weights; (ii): new",
    code=("limetheory/limits/quadratic.py",),
    tests=("tests/limits/test_pairs_quadratic.py",),
    claim={
        "pair": weight - mirrored,
        "slope": _slope,
        "inside": _inside,
        "outside": _outside,
        "coefficient": _slope + _inside * pairs_of_j / 2 + _outside * pairs_of_others / 2,
        "mean": d * first,
        "cube": d * (3 * d - 2) * first + d * (d - 1) * (d - 2) * third,
    },
    identities=identities,
    draw=draw,
    check=check,
    assumptions={"the fit with all pairs is unique": _unique},
    without={
        EXCHANGEABLE: tilted,
        "each mask weighs as much as its complement": unpaired,
        "the first and the third moment of 2K − d vanish": lopsided,
    },
    library=computed,
    holds="every d ≥ 3",
    largest=5,
    mutants={
        "whole interactions": {"slope": level_j + pairs_of_j},
        "main effects alone": {"slope": level_j},
        "no pairs without j": {"coefficient": _slope + _inside * pairs_of_j / 2},
        "the centre's slopes under every design": {"coefficient": _slope},
        "complements add up": {"pair": weight + mirrored},
        "third moment for the first": {"cube": d * (3 * d - 2) * third + d * (d - 1) * (d - 2) * first},
        "the mean of K": {"mean": (d * first + d) / 2},
    },
)
