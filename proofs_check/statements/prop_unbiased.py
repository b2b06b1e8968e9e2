"""prop:unbiased: with the Gram matrix known, the regression of F − g plus the limit of g has no bias."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from random import Random

import numpy as np
import sympy as sp

import limetheory as lt
from limetheory.estimation.surrogates.families import unbiased_terms
from proofs_check import brute, drawn, library
from proofs_check.arrow import Stack
from proofs_check.exact import ZERO, inverse_matrix, value
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
    peeks: int = 0
    """1 if the surrogate is the constant F(z) at the mask that it is compared with."""

    @property
    def probabilities(self) -> list[Fraction]:
        """The probability of each mask under the sampling law."""
        return [self.law[mask.bit_count()] for mask in range(2**self.d)]


def draw(rng: Random, d: int) -> Sampled:
    """A random design, F and g."""
    return Sampled.drawn(rng, d, surrogate=drawn.set_function(rng, d), law=drawn.law(rng, d))


def peeking(rng: Random, d: int) -> Sampled:
    """The surrogate is fitted to the mask that it is compared with."""
    return replace(draw(rng, d), peeks=1)


def check(instance: Sampled, claim: Claim) -> dict[str, Fraction]:
    """The mean of the estimate from a mask over all masks; from two over all pairs if d ≤ 3, in two folds if d = 2."""
    estimates, law = _estimates(instance, claim), instance.probabilities
    found = brute.differences(_mean(law, estimates), instance.beta, "n = 1: E[estimate]")
    if instance.d > 3:
        return found
    laws = [p * q for p in law for q in law]
    plain = [_halfway(p, q) for p in estimates for q in estimates]
    found |= brute.differences(_mean(laws, plain), instance.beta, "n = 2: E[estimate]")
    if instance.d > 2:
        return found
    return found | brute.differences(_mean(laws, _cross_fitted(instance, claim)), instance.beta, "folds: E[estimate]")


def _halfway(first: list[Fraction], second: list[Fraction]) -> list[Fraction]:
    return [(x + y) / 2 for x, y in zip(first, second, strict=True)]


def _cross_fitted(instance: Sampled, claim: Claim) -> list[list[Fraction]]:
    """For each pair of masks the mean of two estimates from one mask, with g the constant F at the other."""
    constants = ((x,) * 2**instance.d for x in instance.table)
    by_other = [_estimates(replace(instance, surrogate=g), claim) for g in constants]
    everything = range(2**instance.d)
    return [_halfway(by_other[other][mask], by_other[mask][other]) for mask in everything for other in everything]


def _estimates(instance: Sampled, claim: Claim) -> list[list[Fraction]]:
    """β(g) + Σ^{-1} π z̃ (F − g) at each mask."""
    if instance.peeks:
        return [[x, *[ZERO] * instance.d] for x in instance.table]
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


def computed(instance: Sampled) -> dict[str, library.Computed]:
    """The terms of (E_μ[F], β) at each mask, relative to the largest of them."""
    inverse, mass = inverse_matrix(brute.gram(instance.d, instance.weights)), brute.moment(instance.weights)
    masks = lt.all_masks(instance.d)
    found = unbiased_terms(library.sampled(instance, instance.law), masks, np.array(instance.table, float))
    exact: list[Fraction] = []
    for mask, scale in enumerate(
        instance.masses[m.bit_count()] / instance.law[m.bit_count()] for m in range(len(masks))
    ):
        term = scale * instance.table[mask]
        exact += [term / mass, *(term * x for x in brute.at_mask(inverse, mask)[1:])]
    return {"unbiased_terms": library.Computed.of(found.ravel(), exact)}


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
    code=("limetheory/estimation/methods/unbiased.py", "limetheory/estimation/methods/adjusted.py"),
    tests=(
        "tests/estimation/test_estimate.py",
        "tests/estimation/methods/test_adjusted.py",
        "tests/estimation/surrogates/test_lines.py",
        "tests/estimation/test_monte_carlo.py",
    ),
    claim={"subtracted": sp.S.One, "added": sp.S.One},
    identities=identities,
    draw=draw,
    check=check,
    assumptions=REGULAR,
    without={"g is independent of the masks": peeking},
    library=computed,
    mutants={
        "β(g) not added back": {"added": sp.S.Zero},
        "g not subtracted": {"subtracted": sp.S.Zero},
        "β(g) added twice": {"added": sp.Integer(2)},
    },
)
