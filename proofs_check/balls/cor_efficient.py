"""cor:efficient: the Shapley mass, and the Shapley values of leaves from thm:limit with s = (F(1) − F(0))/d."""

from __future__ import annotations

from collections.abc import Callable
from math import factorial

from flint import arb

from proofs_check.balls.certificate import Certificate, certify, same
from proofs_check.balls.digits import Digits
from proofs_check.balls.grid import LARGEST, SIZES
from proofs_check.balls.laws import Law
from proofs_check.balls.leaves import SHAPES, Shape, in_two_parts
from proofs_check.balls.library import leaf_coefficients
from proofs_check.balls.moments import Moments, moments
from proofs_check.balls.precision import narrow, narrow_together

DIMENSIONS = (*SIZES[1:], LARGEST)
ULPS = 16
"""Claimed for each e-fold of the library's values: two shares of sizes and their difference from the mean."""

RANGE = "d = 3…10,000"


def laws() -> list[Law]:
    """KernelSHAP's design at each d."""
    return [Law("Shapley", d) for d in DIMENSIONS]


def total_mass(d: int) -> arb:
    """Σ_k (d−1)/(k(d−k)) = 2 (d−1) H_{d−1} / d, with H_n = ψ(n+1) + γ."""
    return 2 * (d - 1) * (arb(d).digamma() + arb.const_euler()) / d


def has_mass(mass: Callable[[int], arb] = total_mass) -> str:
    """α_0 in closed form."""
    for law in laws():
        (stated,), (summed,) = narrow(lambda d=law.d: [mass(d)]), narrow(lambda law=law: [moments(law).alphas[0]])
        same(stated, summed, f"Σ m_k = 2(d−1)H_(d−1)/d, d = {law.d}")
    return f"{len(DIMENSIONS)} values of d"


def shapley_value(shape: Shape, group: str) -> arb:
    """(a−1)! b! / (a+b)! on, −a! (b−1)! / (a+b)! off: the share of orders in which j decides."""
    a, b = shape.on, shape.off
    if group == "other":
        return arb(0)
    before, after, sign = (a - 1, b, 1) if group == "on" else (a, b - 1, -1)
    return arb(sign * factorial(before) * factorial(after)) / factorial(a + b)


def efficient(m: Moments, shape: Shape) -> list[arb]:
    """β_j with the mean coefficient (F(1) − F(0)) / d."""
    rise = int(shape.off == 0) - int(shape.on == 0)
    return [arb(rise) / m.d + deviation for deviation in in_two_parts(m, shape)[1]]


def is_shapley(value: Callable[[Shape, str], arb] = shapley_value) -> str:
    """thm:limit with that slope gives the Shapley value."""
    cases = [(law, shape) for law in laws() for shape in SHAPES if shape.on + shape.off <= law.d]
    for law, shape in cases:
        found = narrow_together(lambda law=law, shape=shape: efficient(moments(law), shape))
        for (name, _), ball in zip(shape.groups(law.d), found, strict=True):
            stated = value(shape, name)
            certify(ball.overlaps(stated), f"β of {shape} = Shapley value, {name}, d = {law.d}", ball.str(10))
    return f"{len(cases)} leaves and dimensions"


def _fitting(shape: Shape) -> Callable[[], list[Law]]:
    return lambda: [law for law in laws() if shape.on + shape.off <= law.d]


def _digits(shape: Shape) -> Digits:
    return Digits(
        f"Shapley values of {shape}, in ulps of the largest",
        ULPS,
        lambda law: leaf_coefficients(law, shape),
        lambda m: [shapley_value(shape, name) for name, _ in shape.groups(m.d)],
        _fitting(shape),
        RANGE,
        together=True,
    )


DIGITS = (
    Digits("Σ m_k", 4, lambda law: [law.library().total_mass], lambda m: [total_mass(m.d)], laws, RANGE),
    *(_digits(shape) for shape in SHAPES),
)

CERTIFICATES = (
    Certificate("Σ m_k = 2(d−1)H_{d−1}/d", RANGE, has_mass),
    Certificate("β = Shapley value, for leaves", RANGE, is_shapley),
    *(digits.certificate() for digits in DIGITS),
)
