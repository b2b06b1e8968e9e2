"""thm:bound: R = max ℓ, at least d + 1, its stated values; the Chernoff exponent; the half-width for every line."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from functools import reduce

from flint import arb, ctx

from limetheory.statistics import Bound
from proofs_check.balls.certificate import Certificate, certify
from proofs_check.balls.digits import by_design
from proofs_check.balls.grid import RANGE, laws
from proofs_check.balls.laws import Law
from proofs_check.balls.lem_leverage import ULPS, by_size, drawn
from proofs_check.balls.lines import Lines, exceed_none
from proofs_check.balls.moments import Moments, moments
from proofs_check.balls.precision import narrow

STATED = {
    (10, 0.25): "20.4",
    (50, 0.25): "100.3",
    (100, 0.25): "199.7",
    (500, 0.25): "994",
    (10, 0.1): "91",
    (50, 0.1): "1748",
    (100, 0.1): "4835",
}
"""R for d and ν, to the digits given."""

Leverage = Callable[[Moments, int], arb]


def maximal(m: Moments, leverage: Leverage = by_size) -> arb:
    """R = max_k ℓ(k) over the sizes that are drawn, as a ball that holds the maximum."""
    return reduce(arb.max, (leverage(m, k) for k in drawn(m.law)))


def has_stated_values(stated: Mapping[tuple[int, float], str] = STATED) -> str:
    """R rounds to the numbers stated."""
    for (d, nu), text in stated.items():
        found = narrow(lambda d=d, nu=nu: [maximal(moments(Law("Image", d, nu)))])[0]
        half = arb("0.05") if "." in text else arb("0.5")
        certify(abs(found - arb(text)) < half, f"R = {text} at d = {d}, ν = {nu:g}", found.str(10))
    return f"{len(stated)} values: R = {', '.join(stated.values())}"


def exceeds_mean(leverage: Leverage = by_size) -> str:
    """R ≥ d + 1, the mean of ℓ; at equality both agree to 60 bits."""
    chosen = laws()
    for law in chosen:
        found = narrow(lambda law=law: [maximal(moments(law), leverage)])[0]
        slack = (found - law.d - 1) / (law.d + 1)
        certify(slack > 0 or abs(slack) < arb(2) ** -50, f"R ≥ d + 1 under {law}", found.str(10))
    return f"{len(chosen)} designs"


def is_about_twice_d(low: float = 1.5, high: float = 2.0) -> str:
    """1.5 < R/(d+1) < 2 at lime's ν = 0.25."""
    dimensions = (10, 20, 50, 100, 200, 500, 1000, 10_000)
    for d in dimensions:
        found = narrow(lambda d=d: [maximal(moments(Law("Image", d, 0.25)))])[0] / (d + 1)
        certify(found > low and found < high, f"{low} < R/(d+1) < {high} at d = {d}", found.str(10))
    return f"d = {dimensions[0]}…{dimensions[-1]}"


def exponent(t: arb) -> arb:
    """t + (1 − t) log(1 − t), of Chernoff's factor (e^{−t}/(1−t)^{1−t})^{n/R}."""
    return t + (1 - t) * (1 - t).log()


def bounds_exponent(chernoff: Callable[[arb], arb] = exponent, steps: int = 2**14) -> str:
    """t + (1−t) log(1−t) > t²/2 on every piece of [1/8, 1 − 1/64]; below, all terms of its series are positive."""
    width = arb(1) / steps
    for i in range(steps // 8, steps - steps // 64):
        piece = arb((i + 0.5) / steps, float(width) / 2)
        gap = chernoff(piece) - piece * piece / 2
        certify(gap > 0, f"t + (1 − t) log(1 − t) > t²/2 on {piece.str(8)}", gap.str(5))
    return f"{steps - steps // 64 - steps // 8} pieces"


MASKS = {10: 12_953, 50: 20_748, 100: 29_803}
"""Masks for ±0.05 at level 0.95 and F in [0, 1], by d, under image LIME at ν = 0.25."""

EXCESS, HALF_WIDTH, ODDS, BITS = 1e-4, 0.05, 0.05, 128
LINES = tuple(
    Law(design, d, parameter)
    for d in (2, 3, 10, 50)
    for design, parameter in (
        ("Image", 0.1), ("Image", 0.25), ("Image", math.inf), ("Text", 0.5), ("Bernoulli", 0.3), ("Glime", 0.7)
    )
)  # fmt: skip
LINES_RANGE = "d = 2, 3, 10, 50; image ν = 0.1, 0.25, ∞; text ν = 0.5; p = 0.3; σ = 0.7"


def keeps_half_width(stated: Mapping[int, int] | None = None) -> str:
    """With the stated number of masks no line of F gives more than 0.05 (1 + 1e-4)."""
    stated = MASKS if stated is None else stated
    with ctx.workprec(BITS):
        pieces = [
            exceed_none(Lines(moments(Law("Image", d, 0.25)), n, ODDS), 2 * HALF_WIDTH, EXCESS)
            for d, n in stated.items()
        ]
    return f"n = {', '.join(f'{n:,}' for n in stated.values())}; {sum(pieces)} pieces of [0, 1]"


def is_largest_over_lines(
    claimed: Callable[[Bound, int], float] = lambda bound, n: bound.wls(n, ODDS),
    laws: Iterable[Law] | None = None,
    lines: type[Lines] = Lines,
) -> str:
    """The float half-width times 1 + 1e-4 is an upper bound for every mean square of the line, at two n a law."""
    pieces, found = 0, 0
    for law in LINES if laws is None else laws:
        bound = Bound(law.library(), (-1.0, 1.0))
        for n in (int(bound.wls_masks(0.5, ODDS)), int(bound.wls_masks(2 * HALF_WIDTH, ODDS))):
            with ctx.workprec(BITS):
                pieces += exceed_none(lines(moments(law), n, ODDS), claimed(bound, n), EXCESS)
            found += 1
    return f"{found} half-widths, {pieces} pieces of [0, 1]"


DIGITS = by_design(
    "R",
    lambda law: [float(max(law.library().leverage()))],
    lambda m: [maximal(m)],
    laws,
    ulps=ULPS,
)

CERTIFICATES = (
    Certificate("R = 20.4, 100.3, 199.7, 994; 91, 1748, 4835", "image, ν = 0.25 and ν = 0.1", has_stated_values),
    Certificate("R ≥ d + 1", RANGE, exceeds_mean),
    Certificate("1.5 (d+1) < R < 2 (d+1)", "image, ν = 0.25, d = 10…10,000", is_about_twice_d),
    Certificate("t + (1−t) log(1−t) ≥ t²/2", "t in [1/8, 63/64]", bounds_exponent),
    Certificate("±0.05 (1 + 1e-4) with 12,953, 20,748, 29,803 masks", "image, ν = 0.25, every L", keeps_half_width),
    Certificate("float64 half-width × (1 + 1e-4) ≥ that of every L", LINES_RANGE, is_largest_over_lines),
    *(digits.certificate() for digits in DIGITS),
)
