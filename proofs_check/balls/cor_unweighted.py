"""cor:unweighted: β_j = E[F|z_j=1] − E[F|z_j=0] for Bernoulli masks, and the way there as ν → ∞."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from flint import arb

from proofs_check.balls.certificate import Certificate, certify
from proofs_check.balls.grid import INF, laws, those
from proofs_check.balls.laws import Law
from proofs_check.balls.leaves import Shape, coefficients, shapes
from proofs_check.balls.moments import Moments, moments
from proofs_check.balls.precision import narrow, narrow_together

WIDENING = tuple(2.0**i for i in range(0, 11, 2))
RATE = 0.05


def difference(p: arb, shape: Shape, group: str) -> arb:
    """E[g|z_j=1] − E[g|z_j=0] of a leaf under independent Bernoulli(p) coordinates."""
    on, off = shape.on, shape.off
    if group == "on":
        return p ** (on - 1) * (1 - p) ** off
    return -(p**on) * (1 - p) ** (off - 1) if group == "off" else arb(0)


def is_difference(formula: Callable[[arb, Shape, str], arb] = difference) -> str:
    """The normal equations under Bernoulli(p) give the difference of means."""
    chosen = those(laws(), lambda law: law.design == "Bernoulli")
    for law in chosen:
        for shape in shapes(law.d):
            solved = narrow_together(lambda law=law, shape=shape: coefficients(moments(law), shape))
            stated = [formula(arb(law.parameter), shape, name) for name, _ in shape.groups(law.d)]
            agree = all(one.overlaps(other) for one, other in zip(solved, stated, strict=True))
            certify(agree, f"β of {shape} = difference of means under {law}", (solved, stated))
    return f"{len(chosen)} designs, up to 5 leaves"


def alpha_rate(m: Moments, p: int) -> arb:
    """ν² 2^{p+1} (2^{−p} − α_p), which lies in (0, 1) because 0 < 1 − ψ < 1/(2ν²)."""
    return (1 - m.alpha(p) * arb(2) ** p) * 2 * arb(m.law.parameter) ** 2


def moments_tend(rate: Callable[[Moments, int], arb] = alpha_rate) -> str:
    """0 < 2^{−p} − α_p < 2^{−p}/(2ν²), falling as ν grows."""
    cases = [(d, p) for d in (3, 10, 100, 1000) for p in (0, 1, 2)]
    for d, p in cases:
        laws_of = [Law("Image", d, nu) for nu in WIDENING]
        rates = [narrow(lambda law=law, p=p: [rate(moments(law), p)])[0] for law in laws_of]
        bounded = all(bool(x > 0) and bool(x < 1) for x in rates)
        certify(bounded, f"0 < 2^(−{p}) − α_{p} < 2^(−{p})/(2ν²), d = {d}", [x.str(5) for x in rates])
        gaps = [x / arb(nu) ** 2 for x, nu in zip(rates, WIDENING, strict=True)]
        certify(_falls(gaps), f"2^(−{p}) − α_{p} falls as ν grows, d = {d}", [x.str(5) for x in gaps])
    return f"{len(cases)} moments, ν = 1…{WIDENING[-1]:g}"


def limits_tend(to: float = INF, rate: float = RATE) -> str:
    """|β_j(ν) − β_j(∞)| < rate/ν², falling as ν grows."""
    cases = [(design, d, shape) for design in ("Image", "Text") for d in (3, 10, 100, 1000) for shape in shapes(d)]
    nonlinear = [case for case in cases if case[2] != Shape(1, 0)]
    largest = arb(0)
    for design, d, shape in nonlinear:
        gaps = [_gaps(Law(design, d, nu), Law(design, d, to), shape) for nu in WIDENING]
        for group in zip(*gaps, strict=True):
            certify(_falls(group), f"β of {shape} nears β(∞) as ν grows, {design}({d})", [x.str(5) for x in group])
            scaled = [x * arb(nu) ** 2 for x, nu in zip(group, WIDENING, strict=True)]
            certify(all(x < rate for x in scaled), f"|β(ν) − β(∞)| < {rate}/ν², {design}({d}), {shape}", scaled)
            largest = max([largest, *(x.upper() for x in scaled)])
    return f"{len(nonlinear)} leaves and designs, ν = 1…{WIDENING[-1]:g}; {largest.str(3, radius=False)}/ν² at most"


def _falls(gaps: Sequence[arb]) -> bool:
    return all(bool(one > following) for one, following in pairwise(gaps))


def _gaps(law: Law, limit: Law, shape: Shape) -> list[arb]:
    def gaps() -> list[arb]:
        pairs = zip(coefficients(moments(law), shape), coefficients(moments(limit), shape), strict=True)
        return [abs(near - far) for near, far in pairs]

    return narrow(gaps)


CERTIFICATES = (
    Certificate("β_j = E[F|z_j=1] − E[F|z_j=0], for leaves", "Bernoulli(p), p = 0.01…0.9, d = 2…10,000", is_difference),
    Certificate(
        "2^{−p} − α_p falls as ν grows, below 2^{−p}/(2ν²)", "image, p = 0, 1, 2, d = 3…1000, ν = 1…1024", moments_tend
    ),
    Certificate(f"|β_j(ν) − β_j(∞)| < {RATE}/ν², falling", "image and text, d = 3…1000, ν = 1…1024", limits_tend),
)
