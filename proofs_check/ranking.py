"""Attributions by their definitions on a few rows or under a law, the order they give, and scores of that order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import combinations

from proofs_check import brute
from proofs_check.exact import ZERO


def mean(weights: brute.Table, table: brute.Table, j: int, active: int) -> Fraction:
    """The weighted mean of F over the masks in which z_j has the given value.

    >>> mean((1, 1, 1, 3), tuple(map(Fraction, (0, 2, 5, 6))), 0, 1)
    Fraction(5, 1)
    """
    chosen = [w if brute.shows(mask, j) == active else ZERO for mask, w in enumerate(weights)]
    return brute.integral(chosen, table) / sum(chosen)


def influence(output: Fraction, other: Fraction, extent: Fraction) -> Fraction:
    """CIU, importance × (utility − 1/2), of a superpixel by which the output moves to ``other``; 0 if it stays.

    >>> influence(Fraction(3), Fraction(1), Fraction(4))
    Fraction(1, 4)
    """
    low, high = sorted((output, other))
    if low == high:
        return ZERO
    return (high - low) / extent * ((output - low) / (high - low) - Fraction(1, 2))


def same_order(
    vectors: Mapping[str, Sequence[Fraction]], reference: Sequence[Fraction], table: brute.Table
) -> dict[str, Fraction]:
    """How many pairs of superpixels each vector orders otherwise than ``reference``, and how its score differs."""
    expected, found = relevance_gain(reference, table), {}
    for name, vector in vectors.items():
        found[f"pairs that {name} ranks otherwise"] = discordant(vector, reference)
        found[f"occlusion score of {name}"] = relevance_gain(vector, table) - expected
    return found


def discordant(found: Sequence[Fraction], reference: Sequence[Fraction]) -> Fraction:
    """How many pairs of superpixels two vectors order differently; a tie is an order of its own.

    >>> discordant([Fraction(1), Fraction(2), Fraction(2)], [Fraction(0), Fraction(7), Fraction(8)])
    Fraction(1, 1)
    """
    pairs = combinations(zip(found, reference, strict=True), 2)
    return Fraction(sum(_sign(x - u) != _sign(y - v) for (x, y), (u, v) in pairs))


def _sign(number: Fraction) -> int:
    return (number > 0) - (number < 0)


def relevance_gain(scores: Sequence[Fraction], table: brute.Table) -> Fraction:
    """SRG with superpixels: the mean of F as the least important are hidden first, less that as the most are.

    >>> relevance_gain([Fraction(1), Fraction(2)], tuple(map(Fraction, (0, 1, 5, 6))))
    Fraction(4, 3)
    """
    ascending = sorted(range(len(scores)), key=lambda j: scores[j])
    descending = sorted(range(len(scores)), key=lambda j: -scores[j])
    return _curve(ascending, table) - _curve(descending, table)


def _curve(order: Iterable[int], table: brute.Table) -> Fraction:
    """The mean of F from the full mask to the empty one, as superpixels are hidden in an order."""
    mask = len(table) - 1
    values = [table[mask]]
    for j in order:
        mask ^= 1 << j
        values.append(table[mask])
    return sum(values, ZERO) / len(values)
