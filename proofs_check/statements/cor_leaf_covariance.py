"""cor:leaf-covariance: the covariance of thm:clt for a leaf, as a sum over types of masks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from random import Random

import sympy as sp

import limetheory as lt
from limetheory.statistics.clt import asymptotic_covariance
from proofs_check import brute, drawn, library
from proofs_check.exact import ZERO, inverse_matrix, matrix_product, value
from proofs_check.statement import Claim, Statement
from proofs_check.statements import prop_leaf, thm_clt
from proofs_check.statements.lem_alpha import Fixed
from proofs_check.world import EXCHANGEABLE, REGULAR, tilted

group, active = sp.symbols("n i", integer=True, nonnegative=True)
"""Size of a group (A, B or the rest) and its number of active superpixels."""

_value, _intercept = sp.symbols("g beta_0")
_coefficients = sp.symbols("beta_A beta_B beta_C")
_active = sp.symbols("i_A i_B i_C", integer=True, nonnegative=True)


def identities(claim: Claim) -> dict[str, sp.Expr]:
    """Masks of one type with given superpixels active are counted group by group; r is the same on all of them."""
    masks = claim["masks"]
    one, two = (masks * claim[f"share of {number}"] for number in ("one", "two"))
    shown = sum((x * i for x, i in zip(_coefficients, _active, strict=True)), sp.S.Zero)
    return {
        "masks of a group, all active": masks.subs(active, group) - 1,
        "masks of a group, one more superpixel": _pascal(masks),
        "one superpixel active": one - masks.subs({group: group - 1, active: active - 1}, simultaneous=True),
        "one superpixel active, i = 0": one.subs(active, 0),
        "two superpixels active": two - masks.subs({group: group - 2, active: active - 2}, simultaneous=True),
        "two superpixels active, i = 0": two.subs(active, 0),
        "two superpixels active, i = 1": two.subs(active, 1),
        "r by type": _value - _intercept - shown - claim["residual"],
    }


def _pascal(masks: sp.Expr) -> sp.Expr:
    return masks - masks.subs(group, group - 1) - masks.subs({group: group - 1, active: active - 1}, simultaneous=True)


@dataclass(frozen=True)
class Drawn(Fixed):
    """A leaf by A and B, and the law of a mask by its size; π = w / law."""

    law: tuple[Fraction, ...]

    @property
    def groups(self) -> tuple[frozenset[int], ...]:
        """The groups of superpixels: A, B and the rest."""
        return self.on, self.off, frozenset(range(self.d)) - self.on - self.off


def draw(rng: Random, d: int) -> Drawn:
    """A random design and leaf."""
    on, off = drawn.disjoint(rng, d)
    return Drawn.drawn(rng, d, on=on, off=off, law=drawn.law(rng, d))


def check(instance: Drawn, claim: Claim) -> dict[str, Fraction]:
    """Σ^{-1} E[π² r² z̃ z̃ᵀ] Σ^{-1} summed over masks against the sum over types."""
    leaf = brute.tabulated(instance.d, lambda mask: prop_leaf.indicator(mask, instance.on, instance.off))
    beta = brute.least_squares(instance.d, instance.weights, leaf)
    inverse = inverse_matrix(brute.gram(instance.d, instance.weights))
    squares = [_square(instance, beta, mask, g) for mask, g in enumerate(leaf)]
    found = _sandwich(inverse, brute.gram(instance.d, squares))
    claimed = _sandwich(inverse, _middle(instance, beta, claim))
    rows = (brute.differences(x, y, f"covariance {i}") for i, (x, y) in enumerate(zip(claimed, found, strict=True)))
    return {name: difference for row in rows for name, difference in row.items()}


def _square(instance: Drawn, beta: list[Fraction], mask: int, leaf: Fraction) -> Fraction:
    """The weighted squared residual, law × π² r²."""
    residual = leaf - beta[0] - sum(x for j, x in enumerate(beta[1:]) if brute.shows(mask, j))
    return _squared_weight(instance, mask.bit_count()) * residual**2


def _squared_weight(instance: Drawn, size: int) -> Fraction:
    return instance.masses[size] ** 2 / instance.law[size]


def _sandwich(inverse: list[list[Fraction]], middle: list[list[Fraction]]) -> list[list[Fraction]]:
    return matrix_product(matrix_product(inverse, middle), inverse)


def _middle(instance: Drawn, beta: list[Fraction], claim: Claim) -> list[list[Fraction]]:
    """E[π² r² z̃ z̃ᵀ] by types."""
    sums = [[ZERO] * (instance.d + 1) for _ in range(instance.d + 1)]
    for counts, mass in _types(instance, beta, claim):
        for i, j in product(range(instance.d + 1), repeat=2):
            sums[i][j] += mass * _share(instance, counts, {i, j} - {0}, claim)
    return sums


def _types(instance: Drawn, beta: list[Fraction], claim: Claim) -> Iterator[tuple[tuple[int, ...], Fraction]]:
    """The numbers active in A, B and the rest, with the sum of law × π² r² over the masks that have them."""
    sizes = [len(group) for group in instance.groups]
    slopes = [beta[min(chosen) + 1] if chosen else ZERO for chosen in instance.groups]
    for counts in product(*(range(size + 1) for size in sizes)):
        leaf = Fraction(counts[0] == sizes[0] and counts[1] == 0)
        fit = dict(zip((*_coefficients, *_active), (*slopes, *counts), strict=True))
        residual = value(claim["residual"], {**fit, _value: leaf, _intercept: beta[0]})
        number = _over_groups(claim["masks"], sizes, counts)
        yield counts, number * _squared_weight(instance, sum(counts)) * residual**2


def _over_groups(formula: sp.Expr, sizes: list[int], counts: tuple[int, ...]) -> Fraction:
    found = Fraction(1)
    for size, count in zip(sizes, counts, strict=True):
        found *= value(formula, {group: size, active: count})
    return found


def _share(instance: Drawn, counts: tuple[int, ...], chosen: set[int], claim: Claim) -> Fraction:
    """The share of the masks of a type in which the chosen superpixels, counted from 1, are active."""
    found = Fraction(1)
    for members, count in zip(instance.groups, counts, strict=True):
        asked = sum(j - 1 in members for j in chosen)
        if asked:
            name = {1: "share of one", 2: "share of two"}[asked]
            found *= value(claim[name], {group: len(members), active: count})
    return found


_RESIDUAL = _value - _intercept - sum((x * i for x, i in zip(_coefficients, _active, strict=True)), sp.S.Zero)


def computed(instance: Drawn) -> dict[str, library.Computed]:
    """`asymptotic_covariance` of a `Leaf` up to d = 5, relative to that of the residual 1 on every mask."""
    if instance.d > 5:
        return {}
    leaf = brute.tabulated(instance.d, lambda mask: prop_leaf.indicator(mask, instance.on, instance.off))
    beta = brute.least_squares(instance.d, instance.weights, leaf)
    misfits = [g - thm_clt.prediction(beta, mask) for mask, g in enumerate(leaf)]
    model = lt.Leaf(instance.d, on=sorted(instance.on), off=sorted(instance.off))
    found = asymptotic_covariance(model, library.sampled(instance, instance.law))
    exact = thm_clt.covariance(instance, instance.law, [misfit**2 for misfit in misfits])
    flat = thm_clt.covariance(instance, instance.law, [Fraction(1)] * 2**instance.d)
    scale = max(row[j] for j, row in enumerate(flat))
    return {"asymptotic_covariance": library.Computed.of(found.ravel(), (x for row in exact for x in row), scale)}


STATEMENT = Statement(
    label="cor:leaf-covariance",
    words="For a leaf the covariance of thm:clt is a sum over (a+1)(b+1)(r+1) types of masks, not over 2^d masks.",
    latex=r"""
Let $g$ be a leaf with sets $A$, $B$ and the rest $C$ of sizes $a$, $b$ and $r = d - a - b$, and let $\beta_A$,
$\beta_B$, $\beta_C$ be its coefficients (Proposition~\ref{prop:leaf}). A mask with $i_A$, $i_B$ and $i_C$ active
superpixels in the three sets has $g = \mathbf{1}\{i_A = a, i_B = 0\}$ and the residual
$g - \beta_0 - \beta_A i_A - \beta_B i_B - \beta_C i_C$. There are
$\binom{a}{i_A} \binom{b}{i_B} \binom{r}{i_C}$ such masks; of a set of size $n$ with $i$ active superpixels a given one
is active in the share $i/n$ of them, two given ones in the share $i(i-1)/(n(n-1))$, and superpixels of different sets
independently of each other. With these shares the matrix $\mathbb{E}[\pi^2 r^2 \tilde z \tilde z^\top]$ of
Theorem~\ref{thm:clt} is a sum over the $(a+1)(b+1)(r+1)$ types.""",
    source="new",
    code=("limetheory/statistics/leaf_covariance.py",),
    tests=("tests/statistics/test_leaf_covariance.py",),
    claim={
        "masks": sp.binomial(group, active),
        "share of one": active / group,
        "share of two": active * (active - 1) / (group * (group - 1)),
        "residual": _RESIDUAL,
    },
    identities=identities,
    draw=draw,
    check=check,
    assumptions=REGULAR,
    without={EXCHANGEABLE: tilted(draw)},
    library=computed,
    mutants={
        "pairs drawn with replacement": {"share of two": active**2 / group**2},
        "share of the inactive": {"share of one": 1 - active / group},
        "one mask of each type": {"masks": sp.S.One},
        "a residual without the rest": {"residual": _RESIDUAL.subs(_active[2], 0)},
    },
    holds="every d ≥ 2, a, b ≥ 0 with a + b ≤ d",
    largest=8,
)
