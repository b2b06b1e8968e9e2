"""lem:count: Δ > 0 and c_d > 0 by both formulas; the library's κ, V, Δ and c_d."""

from __future__ import annotations

from collections.abc import Callable

from flint import arb

from proofs_check.balls.certificate import Certificate, certify, same
from proofs_check.balls.digits import by_design
from proofs_check.balls.grid import RANGE, laws
from proofs_check.balls.moments import Moments, moments
from proofs_check.balls.precision import narrow

Formula = Callable[[Moments], arb]


def positive(name: str, textbook: Formula, counted: Formula) -> str:
    """Both formulas give positive balls, of one number."""
    chosen = laws()
    for law in chosen:
        (plain,), (sums,) = (narrow(lambda f=f, law=law: [f(moments(law))]) for f in (textbook, counted))
        certify(plain > 0, f"{name} > 0 by the textbook formula under {law}", plain.str(10))
        certify(sums > 0, f"{name} > 0 by the sum under {law}", sums.str(10))
        same(plain, sums, f"the two formulas of {name} under {law}")
    return f"{len(chosen)} designs, both formulas"


def delta(textbook: Formula = Moments.textbook_delta, counted: Formula = Moments.delta) -> str:
    """Check that Δ > 0."""
    return positive("Δ", textbook, counted)


def c_d(textbook: Formula = Moments.textbook_c_d, counted: Formula = Moments.c_d) -> str:
    """Check that c_d > 0."""
    return positive("c_d", textbook, counted)


def variance(textbook: Formula = Moments.textbook_size_variance, counted: Formula = Moments.size_variance) -> str:
    """Check that V > 0."""
    return positive("V", textbook, counted)


DIGITS = (
    *by_design("κ", lambda law: [law.library().mean_size], lambda m: [m.mean], laws),
    *by_design("V", lambda law: [law.library().size_variance], lambda m: [m.textbook_size_variance()], laws),
    *by_design("Δ", lambda law: [law.library().delta], lambda m: [m.textbook_delta()], laws),
    *by_design("c_d", lambda law: [law.library().c_d], lambda m: [m.textbook_c_d()], laws),
)

CERTIFICATES = (
    Certificate("Δ > 0", RANGE, delta),
    Certificate("c_d > 0", RANGE, c_d),
    Certificate("V > 0", RANGE, variance),
    *(digits.certificate() for digits in DIGITS),
)
