"""prop:linear: an additive function solves its own normal equations; the library returns it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from flint import arb, arb_mat

import limetheory as lt
from proofs_check.balls.certificate import Certificate, certify
from proofs_check.balls.digits import Digits
from proofs_check.balls.grid import RANGE, laws, regular, those
from proofs_check.balls.laws import Law
from proofs_check.balls.leaves import normal_equations
from proofs_check.balls.moments import Moments, moments
from proofs_check.balls.precision import narrow_together

WEIGHTS = (0.7, -0.2)
"""Those of the first superpixel and of every other."""

INTERCEPT = 0.3


def is_its_own_limit(stated: Sequence[float] = WEIGHTS) -> str:
    """Elimination returns the weights and the intercept."""
    chosen = laws()
    for law in chosen:
        solved = narrow_together(lambda law=law: _solved(moments(law)))
        agree = all(ball.contains(arb(x)) for ball, x in zip(solved, (INTERCEPT, *stated), strict=True))
        certify(agree, f"limit of b + Σ λ_j z_j under {law}", [ball.str(10) for ball in solved])
    return f"{len(chosen)} designs"


def _solved(m: Moments) -> list[arb]:
    """β_0 and both coefficients from E[π F] and E[π z_j F], term by term."""
    (zero, one, two), (first, other), b, rest = m.alphas, map(arb, WEIGHTS), arb(INTERCEPT), m.d - 1
    right = [
        b * zero + (first + rest * other) * one,
        b * one + first * one + rest * other * two,
        b * one + other * one + (first + (rest - 1) * other) * two,
    ]
    solution = normal_equations(m, (1, rest)).solve(arb_mat([[x] for x in right]))
    return [solution[i, 0] for i in range(3)]


def _computed(law: Law) -> list[float]:
    weights = np.full(law.d, WEIGHTS[1])
    weights[0] = WEIGHTS[0]
    found = lt.limit(lt.Additive(weights, INTERCEPT), law.library()).coefficients
    return [float(found[0]), float(found[-1])]


DIGITS = (
    Digits(
        "limit of an additive function, in ulps of the largest",
        1,
        _computed,
        lambda m: list(map(arb, WEIGHTS)),
        lambda: those(laws(), regular),  # limetheory refuses a design whose moments underflow
        together=True,
    ),
)

CERTIFICATES = (
    Certificate("an additive function is its own limit", RANGE, is_its_own_limit),
    *(digits.certificate() for digits in DIGITS),
)
