"""prop:bias-split: the error of a library's answer is bandwidth, ridge and Monte Carlo, added up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from random import Random

import sympy as sp

import limetheory as lt
from limetheory.statistics.bias_split import bias_split
from proofs_check import brute, drawn, library
from proofs_check.exact import ZERO, value
from proofs_check.notation import alpha_0, d, delta, gamma, size_variance
from proofs_check.statement import Claim, Statement
from proofs_check.statements import prop_ridge
from proofs_check.statements.prop_ridge import penalty
from proofs_check.statements.thm_limit import limit
from proofs_check.world import EXCHANGEABLE, REGULAR, World, regular, tilted

answer, shrunk, free, target = sp.symbols("b_hat b_lambda b b_star")
"""The library's answer, its population limit with the penalty, that without, and the limit that was wanted."""

_mean = sp.Symbol("s")
_variance = alpha_0 * size_variance / d


def identities(claim: Claim) -> dict[str, sp.Expr]:
    """The parts telescope; the ridge part is what prop:ridge takes away."""
    plain, ridge = limit(gamma), prop_ridge.solution(prop_ridge.STATEMENT.claim)
    by_ridge = claim["ridge"].subs({free: plain.entry, _mean: plain.total / d}, simultaneous=True)
    return {
        "the parts add up": claim["bandwidth"] + (shrunk - free) + claim["sampling"] - (answer - target),
        "the ridge part": ridge.entry - plain.entry - by_ridge,
        "no penalty, no ridge part": claim["ridge"].subs(penalty, 0),
    }


@dataclass(frozen=True)
class Library(World):
    """Sampled masks with their law by size (π = w / law), a penalty, and the masses of another, wanted design."""

    wanted: tuple[Fraction, ...]
    law: tuple[Fraction, ...]
    masks: tuple[int, ...]
    penalty: Fraction


def draw(rng: Random, d: int) -> Library:
    """Two random designs, a random F, a penalty above 0, and one to twelve masks."""
    masks = tuple(rng.randrange(2**d) for _ in range(rng.randint(1, 12)))
    further = {"wanted": drawn.masses(rng, d), "law": drawn.law(rng, d), "masks": masks}
    return Library.drawn(rng, d, **further, penalty=drawn.positive(rng))


def sampled_weights(instance: Library) -> tuple[Fraction, ...]:
    """π / n for each sampled mask, 0 for the others."""
    weights, size = [ZERO] * 2**instance.d, len(instance.masks)
    for mask in instance.masks:
        weights[mask] += instance.masses[mask.bit_count()] / instance.law[mask.bit_count()] / size
    return tuple(weights)


def check(instance: Library, claim: Claim) -> dict[str, Fraction]:
    """Four regressions: on the sample, on all masks with and without the penalty, and under the wanted design."""
    answers = brute.least_squares(instance.d, sampled_weights(instance), instance.table, instance.penalty)
    ridge = brute.least_squares(instance.d, instance.weights, instance.table, instance.penalty)
    wanted = replace(instance, masses=instance.wanted).beta
    mean = sum(instance.beta[1:], ZERO) / instance.d
    found: dict[str, Fraction] = {}
    for j in range(1, instance.d + 1):
        point = {answer: answers[j], shrunk: ridge[j], free: instance.beta[j], target: wanted[j], _mean: mean}
        point |= {**instance.moments, penalty: instance.penalty}
        parts = {name: value(claim[name], point) for name in ("bandwidth", "ridge", "sampling")}
        found[f"ridge part {j}"] = parts["ridge"] - (ridge[j] - instance.beta[j])
        found[f"sum {j}"] = sum(parts.values()) - (answers[j] - wanted[j])
    return found


def computed(instance: Library) -> dict[str, library.Computed]:
    """The bandwidth and the ridge part of `bias_split`, of which n = 1 mask has the penalty λ."""
    design, wanted = library.size_law(instance), library.size_law(replace(instance, masses=instance.wanted))
    table, height = library.set_function(instance.table), library.height(instance.table)
    parts = bias_split(lt.limit(table, design), table, design, n=1, ridge=float(instance.penalty), wanted=wanted)
    ridge = brute.least_squares(instance.d, instance.weights, instance.table, instance.penalty)
    target = replace(instance, masses=instance.wanted).beta
    exact = {
        "bandwidth": [x - y for x, y in zip(instance.beta[1:], target[1:], strict=True)],
        "ridge": [x - y for x, y in zip(ridge[1:], instance.beta[1:], strict=True)],
    }
    return {name: library.Computed.of(getattr(parts, name), part, height) for name, part in exact.items()}


_RIDGE = -penalty * (_mean / (_variance + penalty) + (free - _mean) / (delta + penalty))

STATEMENT = Statement(
    label="prop:bias-split",
    words="The error of a library's answer is a bandwidth part, a ridge part and a Monte Carlo part.",
    latex=r"""
Let $\hat\beta^\lambda$ be the ridge regression on $n$ sampled masks under one design, $\beta^\lambda$ and $\beta$ its
population limits with and without the penalty, and $\beta^*$ the limit under the design that was wanted, such as
another bandwidth. Then
\[
  \hat\beta^\lambda_j - \beta^*_j = (\beta_j - \beta^*_j)
    - \lambda \left( \frac{s}{v + \lambda} + \frac{\beta_j - s}{\Delta + \lambda} \right)
    + (\hat\beta^\lambda_j - \beta^\lambda_j),
\]
with $s$, $v$ and $\Delta$ of Proposition~\ref{prop:ridge}: the choice of the design, the penalty, and the finite
sample, whose error Theorem~\ref{thm:clt} describes.""",
    source="new",
    code=("limetheory/statistics/bias_split.py",),
    tests=("tests/statistics/test_bias_split.py",),
    claim={"bandwidth": free - target, "ridge": _RIDGE, "sampling": answer - shrunk},
    identities=identities,
    draw=draw,
    check=check,
    assumptions={
        **REGULAR,
        "the wanted design is regular": lambda x: regular(replace(x, masses=x.wanted)),
        "a sampled mask has weight": lambda x: any(sampled_weights(x)),
    },
    without={EXCHANGEABLE: tilted(draw)},
    library=computed,
    mutants={
        "the ridge part of the other sign": {"ridge": -_RIDGE},
        "one shrinkage for all": {"ridge": -penalty * free / (delta + penalty)},
        "Monte Carlo against the limit without penalty": {"sampling": answer - free},
        "the bandwidth part reversed": {"bandwidth": target - free},
    },
)
