"""thm:limit: slope and deviations solve the normal equations, up to d = 10,000; ν → 0."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from flint import arb

from proofs_check.balls.certificate import Certificate, certify
from proofs_check.balls.grid import RANGE, laws
from proofs_check.balls.laws import Law
from proofs_check.balls.leaves import Shape, coefficients, in_two_parts, shapes
from proofs_check.balls.moments import Moments, moments, total
from proofs_check.balls.precision import largest, narrow, narrow_against, narrow_together

Parts = Callable[[Moments, Shape], tuple[arb, list[arb]]]

TOWARDS_ZERO = (0.025, 0.0125, 0.00625)


def solves(parts: Parts = in_two_parts) -> str:
    """β = s + deviations are the solution of the normal equations, found by elimination."""
    radii: list[arb] = []
    for law in laws():
        for shape in shapes(law.d):
            solved = narrow_together(lambda law=law, shape=shape: coefficients(moments(law), shape))
            formula = narrow_together(lambda law=law, shape=shape: _sum(*parts(moments(law), shape)))
            for one, other in zip(formula, solved, strict=True):
                certify(one.overlaps(other), f"β of {shape} under {law} by both ways", f"{one} and {other}")
            radii.append(largest([ball.rad() for ball in solved]) / largest(solved).lower())
    return f"{len(radii)} limits, radius {largest(radii).str(1, radius=False)} of the largest β_j at most"


def _sum(slope: arb, deviations: list[arb]) -> list[arb]:
    return [slope + deviation for deviation in deviations]


def deviations_vanish_in_sum(parts: Parts = in_two_parts) -> str:
    """Check that the deviations sum to 0, Σ_j (β_j − s) = 0."""
    cases = [(law, shape) for law in laws() for shape in shapes(law.d)]
    for law, shape in cases:
        left = narrow_against(lambda law=law, shape=shape: [_sum_and_size(moments(law), shape, parts)])[0]
        certify(left.contains(0), f"deviations of {shape} under {law} sum to 0", left.str(10))
    return f"{len(cases)} leaves and designs"


def _sum_and_size(m: Moments, shape: Shape, parts: Parts) -> tuple[arb, arb]:
    slope, deviations = parts(m, shape)
    terms = [size * x for (_, size), x in zip(shape.groups(m.d), deviations, strict=True)]
    return total(terms), abs(slope) + total(map(abs, terms))


def occlusion(shape: Shape, group: str) -> int:
    """What a leaf loses if superpixel j is hidden, g(1) − g(1∖j)."""
    if shape.off == 0:
        return int(group == "on")
    return -int(shape.off == 1 and group == "off")


def tends_to_occlusion(limit: Callable[[Shape, str], int] = occlusion) -> str:
    """|β_j(ν) − (F(1) − F(1∖j))| falls as ν does, to less than 10^(−4)."""
    cases = [(d, shape) for d in (3, 5, 10, 20) for shape in shapes(d) if (shape.on, shape.off) != (1, 0)]
    for d, shape in cases:
        gaps = [_gaps(Law("Image", d, nu), shape, limit) for nu in TOWARDS_ZERO]
        for before, after in pairwise(gaps):
            falls = all(one > other for one, other in zip(before, after, strict=True))
            certify(falls, f"β of {shape} nears occlusion as ν falls, d = {d}", (before, after))
        certify(all(gap < arb("1e-4") for gap in gaps[-1]), f"β of {shape} is near occlusion, d = {d}", gaps[-1])
    return f"{len(cases)} cases"


def _gaps(law: Law, shape: Shape, limit: Callable[[Shape, str], int]) -> list[arb]:
    names = [name for name, _ in shape.groups(law.d)]

    def gaps() -> list[arb]:
        values = coefficients(moments(law), shape)
        return [abs(value - limit(shape, name)) for name, value in zip(names, values, strict=True)]

    return narrow(gaps)


CERTIFICATES = (
    Certificate("s + deviations = solution of the normal equations, for leaves", RANGE, solves),
    Certificate("deviations sum to 0", RANGE, deviations_vanish_in_sum),
    Certificate("β_j → F(1) − F(1∖j) as ν → 0", "image, leaves, d = 3…20, ν = 0.025…0.00625", tends_to_occlusion),
)
