"""prop:gram-inverse: Σ Σ^{-1} = 1 and the signs of its entries; the library's entries."""

from __future__ import annotations

from collections.abc import Callable

from flint import arb

from proofs_check.balls.certificate import Certificate, certify
from proofs_check.balls.digits import by_design
from proofs_check.balls.grid import RANGE, laws
from proofs_check.balls.laws import Law
from proofs_check.balls.moments import Moments, moments, total
from proofs_check.balls.precision import BITS, narrow, narrow_against

Entries = Callable[[Moments], list[arb]]


def product(m: Moments, entries: list[arb]) -> list[tuple[arb, arb]]:
    """The four distinct entries of Σ Σ^{-1} − 1, each with the sum of the magnitudes it cancels from."""
    (zero, one, two), (corner, border, on, off), d = m.alphas, entries, m.d
    rows = [
        [zero * corner, d * one * border, arb(-1)],
        [zero * border, one * on, (d - 1) * one * off],
        [one * corner, one * border, (d - 1) * two * border],
        [one * border, one * on, (d - 1) * two * off, arb(-1)],
    ]
    return [(total(terms), total(map(abs, terms))) for terms in rows]


def inverts(entries: Entries = Moments.inverse_entries) -> str:
    """Σ times the inverse is the identity, to 80 bits of the terms it is summed from."""
    chosen = laws()
    for law in chosen:
        for left in narrow_against(lambda law=law: product(moments(law), entries(moments(law)))):
            certify(left.contains(0), f"Σ Σ^(-1) = 1 under {law}", left.str(10))
    return f"{len(chosen)} designs, to {BITS} bits"


def signs(entries: Entries = Moments.inverse_entries) -> str:
    """Check that σ_0 > 0, σ_1 < 0 and σ_2 > 0."""
    chosen = laws()
    for law in chosen:
        corner, border, on = narrow(lambda law=law: entries(moments(law))[:3])
        certify(corner > 0 and border < 0 and on > 0, f"signs +, −, + under {law}", (corner, border, on))
    return f"{len(chosen)} designs"


def _computed(law: Law) -> tuple[float, ...]:
    return law.library().gram_inverse_entries()


DIGITS = (
    *by_design(
        "σ_0, σ_1, σ_2",
        lambda law: _computed(law)[:3],
        lambda m: m.inverse_entries()[:3],
        laws,
    ),
    *by_design(
        "σ_3 in ulps of σ_2",
        lambda law: _computed(law)[2:],
        lambda m: m.inverse_entries()[2:],
        laws,
        together=True,
    ),
)

CERTIFICATES = (
    Certificate("Σ Σ^{-1} = 1", RANGE, inverts),
    Certificate("σ_0 > 0, σ_1 < 0, σ_2 > 0", RANGE, signs),
    *(digits.certificate() for digits in DIGITS),
)
