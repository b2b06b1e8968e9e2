"""prop:enumeration: d + 2 running sums over the masks, in any order, give the limit of any F."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from random import Random

import numpy as np
import sympy as sp

from proofs_check import brute, library
from proofs_check.arrow import Stack
from proofs_check.exact import ZERO, Point, value
from proofs_check.notation import gamma, gamma_0, gamma_j, k, total
from proofs_check.statement import Claim, Statement
from proofs_check.statements.thm_limit import limit
from proofs_check.world import EXCHANGEABLE, REGULAR, World, tilted

active, weight, output = sp.symbols("z_j pi F")
"""z_j, law × weight, and F of the mask that is added."""

_intercept, _entry, _others = sp.symbols("b_0 b_j r")
_block = Stack(*sp.symbols("H_0 H_j H_T"))


def identities(claim: Claim) -> dict[str, sp.Expr]:
    """What a mask adds to the normal equations; Σ_j z_j = k; sums of blocks may be added."""
    loss = weight * (output - _intercept - _entry * active - _others) ** 2
    start = {_intercept: 0, _entry: 0, _others: 0}
    both, first, second = limit(gamma + _block), limit(gamma), limit(_block)
    return {
        "Γ_0": -sp.diff(loss, _intercept).subs(start) / 2 - claim["Γ_0"],
        "Γ_j": -sp.diff(loss, _entry).subs(start) / 2 - claim["Γ_j"],
        "T = Σ_j Γ_j: nothing where z = 0": claim["Γ_j"].subs(active, 0),
        "T = Σ_j Γ_j": claim["Γ_j"].subs(active, 1) * k - claim["T"],
        "blocks add up, β_0": both.head - first.head - second.head,
        "blocks add up, β_j": both.entry - first.entry - second.entry,
    }


@dataclass(frozen=True)
class Ordered(World):
    """An order in which to visit the masks, in blocks that begin at the given places."""

    order: tuple[int, ...]
    starts: tuple[int, ...]


def draw(rng: Random, d: int) -> Ordered:
    """A random design, F and order of the masks, in one to three blocks."""
    starts = (0, *sorted(rng.randrange(2**d + 1) for _ in range(rng.randrange(3))))
    return Ordered.drawn(rng, d, order=tuple(rng.sample(range(2**d), 2**d)), starts=starts)


def check(instance: Ordered, claim: Claim) -> dict[str, Fraction]:
    """The sums of each block, added and inserted in thm:limit, against weighted least squares."""
    ends = (*instance.starts[1:], 2**instance.d)
    blocks = [_block_sums(instance, instance.order[i:j], claim) for i, j in zip(instance.starts, ends, strict=True)]
    intercept, summed, *entries = map(sum, zip(*blocks, strict=True))
    sums = {**instance.moments, gamma_0: intercept, total: summed}
    beta = limit(gamma)
    claimed = [value(beta.entry, {**sums, gamma_j: x}) for x in entries]
    return brute.differences([value(beta.head, sums), *claimed], instance.beta)


def _block_sums(instance: Ordered, masks: tuple[int, ...], claim: Claim) -> list[Fraction]:
    """Γ_0, T and Γ_1, …, Γ_d of some masks."""
    intercept, summed, entries = ZERO, ZERO, [ZERO] * instance.d
    for mask in masks:
        point: Point = {weight: instance.weights[mask], output: instance.table[mask], k: mask.bit_count()}
        intercept += value(claim["Γ_0"], point)
        summed += value(claim["T"], point)
        added = [value(claim["Γ_j"], {**point, active: z}) for z in (0, 1)]
        entries = [x + added[brute.shows(mask, j)] for j, x in enumerate(entries)]
    return [intercept, summed, *entries]


def computed(instance: Ordered) -> dict[str, library.Computed]:
    """`limetheory.limit` of F as a function that is called with masks."""
    values, powers = np.array(instance.table, float), 1 << np.arange(instance.d)
    return library.limit(instance, lambda masks: values[masks @ powers], instance.beta, library.height(instance.table))


STATEMENT = Statement(
    label="prop:enumeration",
    words="One pass over the 2^d masks with d + 2 running sums gives the limit of any F.",
    latex=r"""
Let the masks be visited once each, in any order or in blocks whose sums are added, with the running sums
\[
  \Gamma_0 \mathrel{+}= w(|z|)\, F(z), \qquad
  \Gamma_j \mathrel{+}= w(|z|)\, z_j\, F(z) \quad (1 \le j \le d), \qquad
  T \mathrel{+}= w(|z|)\, |z|\, F(z) .
\]
Afterwards $\Gamma_0 = \mathbb{E}[\pi F]$, $\Gamma_j = \mathbb{E}[\pi z_j F]$ and $T = \mathbb{E}[\pi K F]$, so
Theorem~\ref{thm:limit} gives $\beta$ of any set function in $O(d)$ memory.""",
    source="new",
    code=("limetheory/limits/enumeration.py",),
    tests=("tests/limits/test_enumeration.py",),
    claim={"Γ_0": weight * output, "Γ_j": weight * active * output, "T": weight * k * output},
    identities=identities,
    draw=draw,
    check=check,
    assumptions=REGULAR,
    without={EXCHANGEABLE: tilted(draw)},
    library=computed,
    mutants={
        "masks without weight": {"Γ_0": output},
        "Γ_j over every mask": {"Γ_j": weight * output},
        "T without the size": {"T": weight * output},
        "the weight twice": {"Γ_j": weight**2 * active * output},
    },
)
