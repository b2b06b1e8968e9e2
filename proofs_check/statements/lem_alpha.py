"""lem:alpha: the moments of an exchangeable design, by induction on the number of free coordinates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from random import Random
from typing import TypeVar

import sympy as sp

from proofs_check import brute, drawn, library
from proofs_check.exact import ZERO, value
from proofs_check.notation import a, b, d, k
from proofs_check.sizes import count
from proofs_check.statement import Claim, Statement
from proofs_check.world import EXCHANGEABLE, World, tilted

_free, _excess = sp.symbols("m e", integer=True, positive=True)
_removed = sp.Symbol("s", integer=True, nonnegative=True)


def identities(claim: Claim) -> dict[str, sp.Expr]:
    """No free coordinate leaves one mask, of size a; a further one is off or on (Pascal's rule)."""
    masks = claim["count"]
    none_free = masks.subs(d, a + b)
    return {
        "no free coordinate: the mask has size a": none_free.subs(k, a) - 1,
        "no free coordinate: no larger mask": none_free.subs(k, a + _excess),
        "no free coordinate: no smaller mask": none_free.subs(k, a - _excess),
        "one more free coordinate": masks - masks.subs(d, d - 1) - masks.subs({d: d - 1, k: k - 1}, simultaneous=True),
        **_recurrences(masks),
    }


def _recurrences(masks: sp.Expr) -> dict[str, sp.Expr]:
    smallest, largest = (masks.subs(d, a + b + _free).subs(k, a + size) for size in (0, _free))
    by_removed = masks.subs({a: a, b: 0}).subs(k, d - _removed)
    return {
        "one more free coordinate, smallest size": smallest - 1,
        "one more free coordinate, largest size": largest - 1,
        "z + (1 − z) = 1": masks - masks.subs(a, a + 1) - masks.subs(b, b + 1),
        "Garreau & Mardaoui's count by removed superpixels": by_removed - sp.binomial(d - a, _removed),
    }


F = TypeVar("F", bound="Fixed")


@dataclass(frozen=True)
class Fixed(World):
    """Two disjoint sets of superpixels, fixed to on and to off."""

    on: frozenset[int]
    off: frozenset[int]


def draw(rng: Random, d: int) -> Fixed:
    """A random design and two random disjoint sets."""
    on, off = drawn.disjoint(rng, d)
    return Fixed.drawn(rng, d, on=on, off=off)


def overlapping(draw: Callable[[Random, int], F]) -> Callable[[Random, int], F]:
    """Instances with one superpixel in both sets, of the same sizes; as drawn where one of them is empty."""

    def lacking(rng: Random, d: int) -> F:
        instance = draw(rng, d)
        shared = min(instance.on, default=None)
        if shared is None or not instance.off:
            return instance
        return replace(instance, off=frozenset((*sorted(instance.off)[1:], shared)))

    return lacking


def check(instance: Fixed, claim: Claim) -> dict[str, Fraction]:
    """α_{a,b} by summing over masks; the recurrence with a superpixel that is free."""
    on, off = len(instance.on), len(instance.off)
    found = {"α_{a,b}": _claimed(instance, claim, on, off) - brute.moment(instance.weights, instance.on, instance.off)}
    if on + off < instance.d:
        split = _claimed(instance, claim, on + 1, off) + _claimed(instance, claim, on, off + 1)
        found["α_{a,b} = α_{a+1,b} + α_{a,b+1}"] = _claimed(instance, claim, on, off) - split
    return found


def _claimed(instance: Fixed, claim: Claim, on: int, off: int) -> Fraction:
    point = {d: instance.d, a: on, b: off}
    return sum((value(claim["count"], {**point, k: size}) * w for size, w in enumerate(instance.masses)), ZERO)


def computed(instance: Fixed) -> dict[str, library.Computed]:
    """The design's own α_{a,b}, relative to itself."""
    if not any(instance.masses):
        return {}
    found = library.size_law(instance).alpha(len(instance.on), len(instance.off))
    return {"alpha": library.Computed.of([found], [brute.moment(instance.weights, instance.on, instance.off)])}


STATEMENT = Statement(
    label="lem:alpha",
    words="All moments of an exchangeable design are sums over the d + 1 sizes.",
    latex=r"""
Let the design be exchangeable with mass $w(k)$ on each mask of size $k$. For $a + b \le d$,
\[
  \alpha_{a,b} := \mathbb{E}\bigl[\pi\, z_1 \cdots z_a (1 - z_{a+1}) \cdots (1 - z_{a+b})\bigr]
  = \sum_{k=0}^{d} \binom{d-a-b}{k-a}\, w(k),
\]
and $\alpha_{a,b} = \alpha_{a+1,b} + \alpha_{a,b+1}$ for $a + b < d$.""",
    source="Garreau & Mardaoui 2021, Prop. 1, for image LIME; any a, b and any exchangeable design: new",
    code=("limetheory/designs/exchangeable.py",),
    tests=("tests/designs/test_moments.py",),
    claim={"count": count},
    identities=identities,
    draw=draw,
    check=check,
    without={EXCHANGEABLE: tilted(draw), "the sets are disjoint": overlapping(draw)},
    library=computed,
    mutants={
        "the off coordinates stay free": {"count": sp.binomial(d - a, k - a)},
        "the size is not shifted": {"count": sp.binomial(d - a - b, k)},
        "shifted by the off coordinates": {"count": sp.binomial(d - a - b, k - b)},
        "one coordinate too many": {"count": sp.binomial(d - a - b + 1, k - a)},
    },
    holds="every d ≥ 1, a, b ≥ 0 with a + b ≤ d",
)
