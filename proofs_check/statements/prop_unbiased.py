"""prop:unbiased: with the Gram matrix known, the regression of F − g plus the limit of g has no bias."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from random import Random

import sympy as sp

from proofs_check import brute, drawn
from proofs_check.arrow import Stack
from proofs_check.exact import inverse_matrix, value
from proofs_check.notation import gamma, gram
from proofs_check.statement import Claim, Statement
from proofs_check.statements import prop_gram_inverse
from proofs_check.statements.thm_limit import limit
from proofs_check.world import REGULAR, World

surrogate = Stack(*sp.symbols("G_0 G_j G_T"))
"""E[π z̃ g] of a surrogate g, fixed before the masks are drawn."""


def identities(claim: Claim) -> dict[str, sp.Expr]:
    """The mean of one term is Σ^{-1} E[π z̃ (F − g)]; both sides are linear in the right-hand side."""
    inverse = prop_gram_inverse.inverse(prop_gram_inverse.STATEMENT.claim)
    residual = _combined(gamma, claim["subtracted"])
    mean = _combined(inverse.apply(residual), -claim["added"], limit(surrogate))
    return {
        **(mean - limit(gamma)).parts("E[estimate] = β(F)"),
        **(gram.apply(mean) - gamma).parts("Σ E[estimate] = E[π z̃ F]"),
    }


def _combined(first: Stack, factor: sp.Expr, second: Stack = surrogate) -> Stack:
    """First − factor × second."""
    return first - Stack(factor * second.head, factor * second.entry, factor * second.total)


@dataclass(frozen=True)
class Sampled(World):
    """A surrogate g, and the law of a mask by its size; π = w / law."""

    surrogate: tuple[Fraction, ...]
    law: tuple[Fraction, ...]


def draw(rng: Random, d: int) -> Sampled:
    """Any design, F and g; each size of mask as likely as another, or more likely."""
    return Sampled.drawn(rng, d, surrogate=drawn.set_function(rng, d), law=drawn.law(rng, d))


def check(instance: Sampled, claim: Claim) -> dict[str, Fraction]:
    """The mean of the estimate from one mask over all masks, and from two masks over all pairs if d ≤ 3."""
    estimates = _estimates(instance, claim)
    law = [instance.law[mask.bit_count()] for mask in range(2**instance.d)]
    found = brute.differences(_mean(law, estimates), instance.beta, "n = 1: E[estimate]")
    if instance.d > 3:
        return found
    pairs = [[(x + y) / 2 for x, y in zip(p, q, strict=True)] for p in estimates for q in estimates]
    mean = _mean([p * q for p in law for q in law], pairs)
    return {**found, **brute.differences(mean, instance.beta, "n = 2: E[estimate]")}


def _estimates(instance: Sampled, claim: Claim) -> list[list[Fraction]]:
    """β(g) + Σ^{-1} π z̃ (F − g) at each mask."""
    inverse = inverse_matrix(brute.gram(instance.d, instance.weights))
    surrogate = brute.least_squares(instance.d, instance.weights, instance.surrogate)
    added, subtracted = (value(claim[part], {}) for part in ("added", "subtracted"))
    terms = [brute.at_mask(inverse, mask) for mask in range(2**instance.d)]
    scales = [instance.masses[mask.bit_count()] / instance.law[mask.bit_count()] for mask in range(2**instance.d)]
    misfits = [f - subtracted * g for f, g in zip(instance.table, instance.surrogate, strict=True)]
    return [
        [added * base + x * scale * misfit for base, x in zip(surrogate, term, strict=True)]
        for term, scale, misfit in zip(terms, scales, misfits, strict=True)
    ]


def _mean(law: list[Fraction], vectors: list[list[Fraction]]) -> list[Fraction]:
    columns = zip(*vectors, strict=True)
    return [sum((p * x for p, x in zip(law, column, strict=True)), Fraction(0)) for column in columns]


STATEMENT = Statement(
    label="prop:unbiased",
    words="Estimating only E[π z̃ (F − g)] and adding β(g) is exactly unbiased for every n and every surrogate g.",
    latex=r"""
Let $z_1, \dots, z_n$ be drawn from the sampling law, and let $g$ be a set function independent of them whose limit
$\beta(g)$ is known. Then
\[
  \hat\beta = \beta(g) + \Sigma^{-1} \frac{1}{n} \sum_{i=1}^{n} \pi_i\, \tilde z_i \bigl( F(z_i) - g(z_i) \bigr)
\]
has mean $\beta(F)$ for every $n \ge 1$, and so has an average of such estimates in which $g$ is fitted on the masks
left out.""",
    source="new",
    code=("limetheory/estimation/unbiased.py", "limetheory/estimation/adjusted.py"),
    tests=(
        "tests/estimation/test_estimate.py",
        "tests/estimation/test_adjusted.py",
        "tests/estimation/test_lines.py",
        "tests/estimation/test_monte_carlo.py",
    ),
    claim={"subtracted": sp.S.One, "added": sp.S.One},
    identities=identities,
    draw=draw,
    check=check,
    assumptions=REGULAR,
    mutants={
        "β(g) not added back": {"added": sp.S.Zero},
        "g not subtracted": {"subtracted": sp.S.Zero},
        "β(g) added twice": {"added": sp.Integer(2)},
    },
)
