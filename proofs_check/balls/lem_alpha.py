"""lem:alpha: α_p falls strictly with p; α_{a,b} at large d; the library's α_{a,b}."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from flint import arb

from proofs_check.balls.certificate import Certificate, certify, radius, same
from proofs_check.balls.digits import by_design
from proofs_check.balls.grid import LARGEST, laws, those
from proofs_check.balls.laws import Law
from proofs_check.balls.moments import Moments, moments
from proofs_check.balls.precision import narrow

Alpha = Callable[[Moments, int, int], arb]


def up_to_50() -> list[Law]:
    """The designs with d ≤ 50, and three with d = 500: the sums take d² terms."""
    return [law for law in laws() if law.d <= 50] + [Law("Image", 500, nu) for nu in (0.01, 0.25, 100.0)]


def falls(alpha: Alpha = Moments.alpha) -> str:
    """α_0 > α_1 > … > α_d, and α_p − α_{p+1} is α_{p,1}."""
    chosen = up_to_50()
    for law in chosen:
        steps = narrow(lambda law=law: _steps([alpha(moments(law), p, 0) for p in range(law.d + 1)]))
        certify(all(step > 0 for step in steps), f"α_p > α_(p+1) for p = 0..{law.d - 1} under {law}", steps[:2])
        for p in {0, law.d // 2, law.d - 1}:
            apart = narrow(lambda p=p, law=law: [alpha(moments(law), p, 1)])[0]
            same(steps[p], apart, f"α_{p} − α_{p + 1} = α_({p},1) under {law}")
    return f"{len(chosen)} designs, every p"


def _steps(values: list[arb]) -> list[arb]:
    return [one - following for one, following in pairwise(values)]


def shares(d: int) -> list[tuple[int, int]]:
    """The pairs (a, b) tried."""
    pairs = [(0, 0), (1, 0), (2, 0), (0, 1), (1, 1), (3, 2), (10, 0), (0, 10), (50, 0), (d, 0), (0, d)]
    return [(a, b) for a, b in pairs if a + b <= d]


def is_product(alpha: Alpha = Moments.alpha) -> str:
    """α_{a,b} = p^a (1−p)^b for Bernoulli masks."""
    chosen = those(laws(), lambda law: law.design == "Bernoulli")
    for law in chosen:
        p, pairs = arb(law.parameter), shares(law.d)
        found = narrow(lambda law=law, pairs=pairs: [alpha(moments(law), a, b) for a, b in pairs])
        for (a, b), ball in zip(pairs, found, strict=True):
            certify(ball.overlaps(p**a * (1 - p) ** b), f"α_({a},{b}) = p^{a} (1 − p)^{b} under {law}", ball.str(10))
    return f"{len(chosen)} designs"


def at_large_d(alpha: Alpha = Moments.alpha) -> str:
    """Balls of α_{a,b} at the largest d, to be read off with their radius."""
    found = [
        value
        for law in those(laws(), lambda law: law.d == LARGEST)
        for value in narrow(lambda law=law: [alpha(moments(law), a, b) for a, b in shares(law.d)])
    ]
    return radius(found)


DIGITS = by_design(
    "α_{a,b}",
    lambda law: [law.library().alpha(a, b) for a, b in shares(law.d)],
    lambda m: [m.alpha(a, b) for a, b in shares(m.d)],
    laws,
)

CERTIFICATES = (
    Certificate("α_p strictly decreasing in p", "all p; d ≤ 500; ν = 0.01…∞, p, σ, Shapley", falls),
    Certificate("α_{a,b} = p^a (1−p)^b", "Bernoulli(p), p = 0.01…0.9, d = 2…10,000", is_product),
    Certificate("α_{a,b} as balls", "d = 10,000", at_large_d),
    *(digits.certificate() for digits in DIGITS),
)
