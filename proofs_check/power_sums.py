"""Moments of Σ τ_j z_j over the masks of one size, for a τ of sum 0, by the power sums Σ τ_j^p."""

from __future__ import annotations

import sympy as sp
from sympy.utilities.iterables import multiset_partitions

from proofs_check.notation import d, k
from proofs_check.statement import Claim

squares, cubes, fourths = sp.symbols("S_2 S_3 S_4")
_SUMS = {1: sp.S.Zero, 2: squares, 3: cubes, 4: fourths}


def identities(claim: Claim) -> dict[str, sp.Expr]:
    """The third moment and the fourth, in any direction, as a claim has them."""
    fourth = claim["even"] * squares**2 + claim["uneven"] * fourths
    return {
        "third moment in any direction": moment(3) - claim["third"] * cubes,
        "fourth moment in any direction": moment(4) - fourth,
    }


def moment(power: int) -> sp.Expr:
    """E[(Σ τ_j z_j)^power | K = k]: the factors fall on the same superpixel by the blocks of a partition.

    >>> sp.factor(moment(2))
    S_2*k*(d - k)/(d*(d - 1))
    """
    sizes = ([len(block) for block in blocks] for blocks in multiset_partitions(range(power)))
    return sp.Add(*(_all_shown(len(blocks)) * _over_distinct(blocks) for blocks in sizes))


def _all_shown(number: int) -> sp.Expr:
    """The chance that so many given superpixels are shown by a mask of size k."""
    return sp.Mul(*((k - i) / (d - i) for i in range(number)))


def _over_distinct(powers: list[int]) -> sp.Expr:
    """Σ over distinct superpixels i, j, … of τ_i^{p_1} τ_j^{p_2} …: all tuples but those where the last one is met."""
    *others, last = powers
    if not others:
        return _SUMS[last]
    met = ([p + last * (i == at) for i, p in enumerate(others)] for at in range(len(others)))
    return sp.expand(_SUMS[last] * _over_distinct(others) - sp.Add(*map(_over_distinct, met)))
