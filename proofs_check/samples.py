"""Samples of masks: P(λ_min(Σ̂) ≤ (1 − t) λ_min(Σ)) in Σ's own coordinates, over all samples, for thm:bound."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations_with_replacement

from proofs_check import brute
from proofs_check.exact import ZERO, determinant
from proofs_check.world import World

SAMPLED = 3
"""Masks of the samples that are enumerated."""


@dataclass(frozen=True)
class Sample(World):
    """The law of a mask by its size, π = w / law, and a sample that holds each mask of one superpixel and the empty."""

    law: tuple[Fraction, ...]
    masks: tuple[int, ...]

    def weight(self, mask: int) -> Fraction:
        """The weight π of a mask."""
        return self.masses[mask.bit_count()] / self.law[mask.bit_count()]


def sampled(instance: Sample, masks: tuple[int, ...]) -> list[Fraction]:
    """π / n for each mask of a sample, 0 for the others."""
    weights = [ZERO] * 2**instance.d
    for mask in masks:
        weights[mask] += instance.weight(mask) / len(masks)
    return weights


def chernoff(t: float, radius: float, n: int = SAMPLED) -> float:
    """Chernoff's bound exp(−n φ(t) / R)."""
    return math.exp(-n * (t + (1 - t) * math.log(1 - t) if t < 1 else 1.0) / radius) if radius > 0 else 0.0


def tail(instance: Sample, t: Fraction, n: int = SAMPLED) -> Fraction:
    """P(λ_min(Σ^{-1/2} Σ̂ Σ^{-1/2}) ≤ 1 − t): that Σ̂ − (1 − t) Σ is not positive definite."""
    exact = brute.gram(instance.d, instance.weights)
    grams = ((p, brute.gram(instance.d, weights)) for p, weights in _samples(instance, n))
    return sum((p for p, found in grams if not _positive(found, exact, 1 - t)), ZERO)


def _samples(instance: Sample, n: int) -> Iterator[tuple[Fraction, list[Fraction]]]:
    """The probability of each unordered sample of n masks, and its weights."""
    for masks in combinations_with_replacement(range(2**instance.d), n):
        orders = math.factorial(n)
        for mask in set(masks):
            orders //= math.factorial(masks.count(mask))
        probability = Fraction(orders)
        for mask in masks:
            probability *= instance.law[mask.bit_count()]
        yield probability, sampled(instance, masks)


def _positive(found: list[list[Fraction]], exact: list[list[Fraction]], share: Fraction) -> bool:
    """Whether found − share × exact is positive definite, by its leading minors."""
    gap = [[x - share * y for x, y in zip(*rows, strict=True)] for rows in zip(found, exact, strict=True)]
    return all(determinant([row[:size] for row in gap[:size]]) > 0 for size in range(1, len(gap) + 1))
