"""prop:text: the design of text LIME, its mass per mask and its moments."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from fractions import Fraction
from random import Random

import sympy as sp

import limetheory as lt
from proofs_check import brute, drawn, library
from proofs_check.exact import ONE, ZERO, Point, value
from proofs_check.notation import d, k
from proofs_check.sizes import fixed
from proofs_check.statement import Claim, Statement

order = sp.Symbol("p", integer=True, nonnegative=True)
"""p of α_p."""

kernel = sp.Symbol("psi")
"""ψ(1 − k/d)."""

_bound = sp.Symbol("n", integer=True, nonnegative=True)


def identities(claim: Claim) -> dict[str, sp.Expr]:
    """Each size has probability 1/d; p words stay in a share of its subsets; a sum of binomials by Pascal's rule."""
    law = claim["mass"].subs(kernel, 1)
    summed = sp.binomial(_bound, order + 1)
    return {
        "the sizes 0, …, d − 1 are alike": sp.binomial(d, k) * law - 1 / d,
        "the law has mass 1": d * (sp.binomial(d, k) * law) - 1,
        "the weight is a factor": claim["mass"] - kernel * law,
        "share of z_1 … z_p": claim["share"] * sp.binomial(d, k) - fixed(order),
        "Σ_{k<n} C(k, p) = C(n, p + 1), n = 0": summed.subs(_bound, 0),
        "Σ_{k<n} C(k, p), one more": summed.subs(_bound, _bound + 1) - summed - sp.binomial(_bound, order),
        "α_p without weight": summed.subs(_bound, d) / (d * sp.binomial(d, order)) - claim["flat"],
        "α_1 without weight": claim["flat"].subs(order, 1) - (d - 1) / (2 * d),
        "α_2 without weight": claim["flat"].subs(order, 2) - (d - 2) / (3 * d),
    }


@dataclass(frozen=True)
class Words:
    """ψ(1 − k/d) for k = 0, …, d − 1, and the probability that 1, …, d words are removed."""

    d: int
    kernel: tuple[Fraction, ...]
    removed: tuple[Fraction, ...]


def draw(rng: Random, d: int) -> Words:
    """Random positive weights."""
    return Words(d, tuple(drawn.positive(rng) for _ in range(d)), (ONE / d,) * d)


def uneven(rng: Random, d: int) -> Words:
    """Some numbers of removed words are likelier than others."""
    odds = [rng.randint(1, 5) for _ in range(d)]
    return replace(draw(rng, d), removed=tuple(Fraction(x, sum(odds)) for x in odds))


def check(instance: Words, claim: Claim) -> dict[str, Fraction]:
    """The two draws, of the number of removed words and of their set, followed case by case."""
    law, found = _law(instance), dict[str, Fraction]()
    weights = [p * (*instance.kernel, ZERO)[mask.bit_count()] for mask, p in enumerate(law)]
    points: list[Point] = [{d: instance.d, k: size, kernel: x} for size, x in enumerate(instance.kernel)]
    masses = [value(claim["mass"], point) for point in points] + [ZERO]
    found["mass of a mask"] = max(abs(w - masses[mask.bit_count()]) for mask, w in enumerate(weights))
    for p in range(instance.d + 1):
        shares = [value(claim["share"], {**point, order: p}) for point in points]
        moment = sum((x * y for x, y in zip(instance.kernel, shares, strict=True)), ZERO) / instance.d
        found[f"α_{p}"] = moment - brute.moment(weights, range(p))
        found[f"α_{p} without weight"] = value(claim["flat"], {d: instance.d, order: p}) - brute.moment(law, range(p))
    return found


def _law(instance: Words) -> list[Fraction]:
    size, law = instance.d, [ZERO] * 2**instance.d
    for removed, probability in enumerate(instance.removed, 1):
        subsets = [mask for mask in range(2**size) if size - mask.bit_count() == removed]
        for mask in subsets:
            law[mask] += probability / len(subsets)
    return law


def computed(instance: Words) -> dict[str, library.Computed]:
    """α_p of `TextDesign` at ν = ∞, each relative to itself."""
    design, law = lt.TextDesign(instance.d, bandwidth=math.inf), _law(instance)
    moments = ((design.alpha(p), brute.moment(law, range(p))) for p in range(instance.d + 1))
    return {f"alpha {p}": library.Computed.of([found], [exact]) for p, (found, exact) in enumerate(moments)}


STATEMENT = Statement(
    label="prop:text",
    words="Text LIME is exchangeable with w(k) = ψ(1 − k/d) / (d C(d, k)) for k < d; its moments follow.",
    latex=r"""
Let the number of removed words be uniform on $1, \dots, d$ and their set uniform given the number, with weight
$\psi(1 - k/d)$ if $k$ words are left. This design is exchangeable with
\[
  w(k) = \frac{\psi(1 - k/d)}{d \binom{d}{k}} \quad (k < d), \qquad w(d) = 0, \qquad
  \alpha_p = \frac{1}{d} \sum_{k=0}^{d-1} \frac{\binom{k}{p}}{\binom{d}{p}}\, \psi(1 - k/d),
\]
and $\alpha_p = \dfrac{d - p}{d\,(p + 1)}$ for $\pi = 1$, the limit $\nu \to \infty$.""",
    source="Mardaoui & Garreau 2021",
    code=("limetheory/designs/text.py",),
    tests=("tests/designs/test_moments.py", "tests/designs/test_precision.py"),
    claim={
        "mass": kernel / (d * sp.binomial(d, k)),
        "share": sp.binomial(k, order) / sp.binomial(d, order),
        "flat": (d - order) / (d * (order + 1)),
    },
    identities=identities,
    draw=draw,
    check=check,
    without={"the number of removed words is uniform": uneven},
    library=computed,
    mutants={
        "every mask alike": {"mass": kernel / 2**d},
        "sizes 0 to d": {"mass": kernel / ((d + 1) * sp.binomial(d, k))},
        "words kept independently": {"share": (k / d) ** order},
        "moments of sizes 0 to d": {"flat": 1 / (order + 1)},
        "moments with p for p + 1": {"flat": (d - order) / (d * (order + 2))},
    },
    holds="every d ≥ 1, 0 ≤ p ≤ d",
)
