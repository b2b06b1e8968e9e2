"""prop:ridge: both factors of shrinkage lie in (0, 1); β^λ solves the penalised normal equations; the library's."""

from __future__ import annotations

from collections.abc import Callable

from flint import arb

from proofs_check.balls.certificate import Certificate, certify
from proofs_check.balls.digits import Digits, by_design
from proofs_check.balls.grid import RANGE, laws
from proofs_check.balls.leaves import SHAPES, Shape, coefficients, in_two_parts, shapes
from proofs_check.balls.library import leaf_coefficients
from proofs_check.balls.moments import Moments, moments
from proofs_check.balls.precision import narrow, narrow_together
from proofs_check.balls.prop_leaf import ULPS, where

PENALTIES = (1e-6, 1e-3, 1.0, 1e3)
PENALTY = 1e-3
"""lime's α = 1 at N = 1000."""

NARROWEST_TEXT = 0.25
"""Below it V is so small that the slope, recovered as the mean coefficient, is lost beside its deviations."""

Factors = Callable[[Moments, arb], tuple[arb, arb]]


def factors(m: Moments, ridge: arb) -> tuple[arb, arb]:
    """v/(v+λ) with v = α_0 V / d, and Δ/(Δ+λ)."""
    v = m.alphas[0] * m.variance / m.d
    return v / (v + ridge), m.positive_delta / (m.positive_delta + ridge)


def shrink(shrinkage: Factors = factors) -> str:
    """0 < factor < 1, and each falls as λ grows."""
    chosen = laws()
    for law in chosen:
        before = (arb(1), arb(1))
        for penalty in PENALTIES:
            kept = narrow(lambda law=law, penalty=penalty: _with_rest(shrinkage(moments(law), arb(penalty))))
            inside = all(share > 0 and rest > 0 for share, rest in zip(kept[:2], kept[2:], strict=True))
            certify(inside, f"0 < factor < 1 under {law}, λ = {penalty:g}", [x.str(5) for x in kept])
            falls = all(bool(share < last) for share, last in zip(kept[:2], before, strict=True))
            certify(falls, f"factors fall with λ under {law}, λ = {penalty:g}", [x.str(5) for x in kept])
            before = (kept[0], kept[1])
    return f"{len(chosen)} designs, λ = 1e-6…1e3"


def _with_rest(kept: tuple[arb, arb]) -> list[arb]:
    return [*kept, *(1 - share for share in kept)]


def solves(shrinkage: Factors = factors) -> str:
    """s v/(v+λ) + (β_j − s) Δ/(Δ+λ) is the solution of the penalised normal equations."""
    cases = [(law, shape) for law in laws() for shape in shapes(law.d)]
    for law, shape in cases:
        solved = narrow_together(lambda law=law, shape=shape: coefficients(moments(law), shape, PENALTY))
        formula = narrow_together(lambda law=law, shape=shape: _shrunk(moments(law), shape, shrinkage))
        agree = all(one.overlaps(other) for one, other in zip(formula, solved, strict=True))
        certify(agree, f"β^λ of {shape} under {law} by both ways", (formula, solved))
    return f"{len(cases)} leaves and designs, λ = {PENALTY:g}"


def _shrunk(m: Moments, shape: Shape, shrinkage: Factors) -> list[arb]:
    (slope, deviations), (of_mean, of_rest) = in_two_parts(m, shape), shrinkage(m, arb(PENALTY))
    return [slope * of_mean + deviation * of_rest for deviation in deviations]


def _digits(shape: Shape) -> tuple[Digits, Digits]:
    return by_design(
        f"limit of {shape} with ridge {PENALTY:g}, in ulps of the largest",
        lambda law: leaf_coefficients(law, shape, PENALTY),
        lambda m: coefficients(m, shape, PENALTY),
        where(shape, NARROWEST_TEXT),
        ulps=ULPS,
        together=True,
    )


DIGITS = tuple(digits for shape in SHAPES for digits in _digits(shape))

CERTIFICATES = (
    Certificate("both factors in (0, 1), falling with λ", RANGE, shrink),
    Certificate("β^λ = solution of the penalised normal equations", RANGE, solves),
    *(digits.certificate() for digits in DIGITS),
)
