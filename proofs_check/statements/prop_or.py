"""prop:or: any, max and parity of several detectors in terms of leaves and factors."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations
from random import Random
from typing import Any, TypeAlias

import sympy as sp

import limetheory as lt
from proofs_check import brute, drawn, library
from proofs_check.exact import ZERO, product, value
from proofs_check.statement import Claim, Statement
from proofs_check.statements import prop_leaf
from proofs_check.world import EXCHANGEABLE, REGULAR, World, tilted

number = sp.Symbol("m", integer=True, nonnegative=True)
"""Number of detectors multiplied."""

_x, _y, _z = sp.symbols("x y z")
_height, _next = sp.symbols("c c_next")
Detector: TypeAlias = tuple[frozenset[int], frozenset[int]]


def identities(claim: Claim) -> dict[str, sp.Expr]:
    """Truth tables, Pascal's rule for the signs, telescoping heights; products of leaves by z² = z."""
    return {
        **{f"{x} or {y}": claim["or"].subs({_x: x, _y: y}) - (x | y) for x in (0, 1) for y in (0, 1)},
        "one detector": claim["sign"].subs(number, 1) - 1,
        "one more true detector": claim["sign"] + claim["sign"].subs(number, number + 1),
        "one more false detector": claim["or"].subs(_y, 0) - _x,
        "z · z = z": sp.rem(_z * _z, _z**2 - _z) - _z,
        "z · (1 − z) = 0": sp.rem(_z * (1 - _z), _z**2 - _z),
        "highest true detector": claim["step"] + _next - _height,
        **_parity(claim),
    }


def _parity(claim: Claim) -> dict[str, sp.Expr]:
    """(1 − P)/2, P a product of factors, turns over with each active superpixel and stays with the others."""
    turned, kept = ((1 - _x * claim[f"parity {side}"]) / 2 for side in ("on", "off"))
    before = (1 - _x) / 2
    return {"an active superpixel": turned - (1 - before), "an inactive superpixel": kept - before}


@dataclass(frozen=True)
class Detectors(World):
    """Leaves, and their heights in descending order."""

    detectors: tuple[Detector, ...]
    heights: tuple[Fraction, ...]


def draw(rng: Random, d: int) -> Detectors:
    """One to four leaves with heights of 0 or more."""
    detectors = tuple(_detector(rng, d) for _ in range(rng.randint(1, 4)))
    heights = sorted((drawn.positive(rng) * rng.choice((0, 1, 1, 1)) for _ in detectors), reverse=True)
    return Detectors.drawn(rng, d, detectors=detectors, heights=tuple(heights))


def _detector(rng: Random, d: int) -> Detector:
    """At most three superpixels, so that detectors often fire together."""
    chosen = rng.sample(range(d), min(d, rng.randint(1, 3)))
    on = frozenset(j for j in chosen if rng.randrange(3))
    return on, frozenset(chosen) - on


def ascending(rng: Random, d: int) -> Detectors:
    """Heights that ascend."""
    instance = draw(rng, d)
    return replace(instance, heights=tuple(sorted(instance.heights)))


def negative(rng: Random, d: int) -> Detectors:
    """Heights below 0, in descending order."""
    instance = draw(rng, d)
    return replace(instance, heights=tuple(-height - 1 for height in reversed(instance.heights)))


def check(instance: Detectors, claim: Claim) -> dict[str, Fraction]:
    """Truth tables over all masks, and least squares on that of "any" against inclusion–exclusion over leaves."""
    everything = range(2**instance.d)
    fired = [[_fires(detector, mask) for detector in instance.detectors] for mask in everything]
    union = [Fraction(any(each)) for each in fired]
    highest = [max(h * x for h, x in zip(instance.heights, each, strict=True)) for each in fired]
    parity = [Fraction(mask.bit_count() % 2) for mask in everything]
    found = brute.least_squares(instance.d, instance.weights, union)
    return {
        **brute.differences(_inclusion_exclusion(instance, claim), found),
        "any": _furthest(union, [_folded(each, claim) for each in fired]),
        "max": _furthest(highest, [_stacked(instance.heights, each, claim) for each in fired]),
        "parity": _furthest(parity, [_flipped(instance.d, mask, claim) for mask in everything]),
    }


def _fires(detector: Detector, mask: int) -> int:
    return int(prop_leaf.indicator(mask, *detector))


def _furthest(table: list[Fraction], claimed: list[Fraction]) -> Fraction:
    return max(abs(x - y) for x, y in zip(table, claimed, strict=True))


def _folded(fired: list[int], claim: Claim) -> Fraction:
    found: Fraction = ZERO
    for x in fired:
        found = value(claim["or"], {_x: found, _y: x})
    return found


def _stacked(heights: tuple[Fraction, ...], fired: list[int], claim: Claim) -> Fraction:
    """Σ_i step(c_i, c_{i+1}) · any of the first i."""
    pairs = zip(heights, (*heights[1:], ZERO), strict=True)
    steps = (value(claim["step"], {_height: height, _next: lower}) for height, lower in pairs)
    return sum((step for i, step in enumerate(steps, 1) if any(fired[:i])), ZERO)


def _flipped(size: int, mask: int, claim: Claim) -> Fraction:
    sides = ("on" if brute.shows(mask, j) else "off" for j in range(size))
    return (1 - product(value(claim[f"parity {side}"], {}) for side in sides)) / 2


def _inclusion_exclusion(instance: Detectors, claim: Claim) -> list[Fraction]:
    leaf, beta = prop_leaf.STATEMENT.claim, [ZERO] * (instance.d + 1)
    for m in range(1, len(instance.detectors) + 1):
        sign = value(claim["sign"], {number: m})
        for chosen in combinations(instance.detectors, m):
            on, off = (_union(detector[side] for detector in chosen) for side in (0, 1))
            if not on & off:
                limit = prop_leaf.leaf_limit(instance, on, off, leaf)
                beta = [x + sign * y for x, y in zip(beta, limit, strict=True)]
    return beta


def _union(sets: Iterable[frozenset[int]]) -> frozenset[int]:
    return frozenset(j for each in sets for j in each)


def computed(instance: Detectors) -> dict[str, library.Computed]:
    """`any_of`, `Maximum` and `exclusive_or`: their limits under the design."""
    fired = [[_fires(detector, mask) for detector in instance.detectors] for mask in range(2**instance.d)]
    tables = {
        "any_of": [Fraction(any(each)) for each in fired],
        "Maximum": [max(h * x for h, x in zip(instance.heights, each, strict=True)) for each in fired],
        "exclusive_or": [Fraction(mask.bit_count() % 2) for mask in range(2**instance.d)],
    }
    found: dict[str, library.Computed] = {}
    for name, model in _models(instance).items():
        exact = brute.least_squares(instance.d, instance.weights, tables[name])
        computed = library.limit(instance, model, exact, library.height(tables[name]))
        found |= {f"{function} of {name}": result for function, result in computed.items()}
    return found


def _models(instance: Detectors) -> dict[str, Any]:
    leaves = [lt.Leaf(instance.d, sorted(on), sorted(off)) for on, off in instance.detectors]
    pairs = zip(leaves, instance.heights, strict=True)
    high = [lt.Leaf(leaf.d, leaf.on, leaf.off, float(height)) for leaf, height in pairs]
    return {"any_of": lt.any_of(leaves), "Maximum": lt.Maximum(high), "exclusive_or": lt.exclusive_or(instance.d)}


STATEMENT = Statement(
    label="prop:or",
    words="Any and max of detectors are sums of leaves by inclusion–exclusion; parity is a product of factors ±1.",
    latex=r"""
Let $g_1, \dots, g_n$ be leaves (Proposition~\ref{prop:leaf}). The product of some of them is the leaf with the union
of their sets $A$ and the union of their sets $B$, or $0$ if these unions meet. Hence
\[
  \max_i g_i = \sum_{\emptyset \ne I} (-1)^{|I| + 1} \prod_{i \in I} g_i
\]
is a sum of leaves; with heights $c_1 \ge \dots \ge c_n \ge c_{n+1} = 0$,
$\max_i c_i g_i = \sum_i (c_i - c_{i+1}) \max(g_1, \dots, g_i)$; and the parity of $|z|$ is
$\tfrac12 \bigl( 1 - \prod_j (1 - 2 z_j) \bigr)$, a product with $p_j = -1$ and $q_j = 1$
(Proposition~\ref{prop:factor}).""",
    source="new",
    code=("limetheory/limits/maximum.py", "limetheory/limits/parity.py"),
    tests=("tests/limits/test_maximum.py", "tests/limits/test_parity.py"),
    claim={
        "or": _x + _y - _x * _y,
        "sign": -(sp.S.NegativeOne**number),
        "step": _height - _next,
        "parity on": sp.S.NegativeOne,
        "parity off": sp.S.One,
    },
    identities=identities,
    draw=draw,
    check=check,
    assumptions=REGULAR,
    without={EXCHANGEABLE: tilted(draw), "the heights descend": ascending, "the heights are 0 or more": negative},
    library=computed,
    mutants={
        "any as the sum": {"or": _x + _y},
        "any as exclusive or": {"or": _x + _y - 2 * _x * _y},
        "signs exchanged": {"sign": sp.S.NegativeOne**number},
        "no signs": {"sign": sp.S.One},
        "heights not differenced": {"step": _height},
        "parity with p = 0": {"parity on": sp.S.Zero},
    },
)
