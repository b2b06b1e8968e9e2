"""Instances of prop:ratio: a law of masks, weights and a set function, and all samples of a few masks or pairs."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from itertools import product
from random import Random

from proofs_check import brute, drawn
from proofs_check.exact import ONE, ZERO


@dataclass(frozen=True)
class Ratios:
    """Any law of the 2^d masks, weights π on them, F and a sample; p and slopes of an additive F under Bernoulli(p)."""

    d: int
    law: tuple[Fraction, ...]
    weights: tuple[Fraction, ...]
    table: tuple[Fraction, ...]
    sample: tuple[int, ...]
    p: Fraction
    slopes: tuple[Fraction, ...]
    weighted: int = 0
    """Whether the formulas without weights are used on weighted means."""
    skewed: int = 0
    """Whether pairs are drawn from a law under which a mask and its complement are not equally likely."""
    repeated: int = 0
    """Whether a sample is one mask, taken again and again."""

    @cached_property
    def mass(self) -> brute.Table:
        """Law times weight."""
        return [p * w for p, w in zip(self.law, self.weights, strict=True)]

    @cached_property
    def symmetric(self) -> brute.Table:
        """The law of a mask that is replaced by its complement at random."""
        return self.law if self.skewed else [(x + y) / 2 for x, y in zip(self.law, reversed(self.law), strict=True)]

    @cached_property
    def bernoulli(self) -> Ratios:
        """Independent superpixels, without weights, and the additive F."""
        q, sizes = 1 - self.p, [mask.bit_count() for mask in range(2**self.d)]
        law = tuple(self.p**k * q ** (self.d - k) for k in sizes)
        table = brute.tabulated(self.d, lambda z: sum((c for j, c in enumerate(self.slopes) if brute.shows(z, j)), ONE))
        return replace(self, law=law, weights=(ONE,) * 2**self.d, table=table)

    def of_a_mask(self, values: brute.Table | None, j: int, active: int) -> list[Fraction]:
        """π × indicator × values of each mask, or π × indicator without values."""
        row = indicators(self.d, active)[j]
        return [math.prod(entries, start=ONE) for entries in zip(self.weights, row, values or row, strict=True)]

    def of_a_pair(self, values: brute.Table | None, j: int, active: int) -> list[Fraction]:
        """The same summed over each mask and its complement."""
        alone = self.of_a_mask(values, j, active)
        return [x + y for x, y in zip(alone, reversed(alone), strict=True)]

    def samples(self, n: int) -> Iterator[tuple[Fraction, tuple[int, ...]]]:
        """Every sample of n masks, with its probability."""
        for masks in product(range(2**self.d), repeat=1 if self.repeated else n):
            yield math.prod((self.law[z] for z in masks), start=ONE), masks * (n // len(masks))


def draw(rng: Random, d: int) -> Ratios:
    """A law that each mask has with positive probability, weights, F, one to eight masks, and an additive F."""
    law = [Fraction(rng.randint(1, 9)) for _ in range(2**d)]
    return Ratios(
        d=d,
        law=tuple(x / sum(law) for x in law),
        weights=tuple(drawn.positive(rng) for _ in range(2**d)),
        table=drawn.set_function(rng, d),
        sample=tuple(rng.randrange(2**d) for _ in range(rng.randint(1, 8))),
        p=drawn.share(rng),
        slopes=tuple(drawn.rational(rng) for _ in range(d)),
    )


def weighted(rng: Random, d: int) -> Ratios:
    """Weights that the formulas without weights do not know."""
    return replace(draw(rng, d), weighted=1)


def skewed(rng: Random, d: int) -> Ratios:
    """Pairs under a law that is not symmetric."""
    return replace(draw(rng, d), skewed=1)


def repeated(rng: Random, d: int) -> Ratios:
    """Samples whose masks are not independent."""
    return replace(draw(rng, d), repeated=1)


def indicators(d: int, active: int) -> list[list[Fraction]]:
    """For each superpixel, whether each mask has the given state of it.

    >>> [list(map(int, row)) for row in indicators(2, 1)]
    [[0, 1, 0, 1], [0, 0, 1, 1]]
    """
    return [[Fraction(brute.shows(mask, j) == active) for mask in range(2**d)] for j in range(d)]


def moment(mass: brute.Table, *factors: Sequence[Fraction]) -> Fraction:
    """The sum of mass × factors over the masks.

    >>> moment((Fraction(1), Fraction(3)), (2, 5), (1, 2))
    Fraction(32, 1)
    """
    return sum((math.prod(entries, start=ONE) for entries in zip(mass, *factors, strict=True)), ZERO)


def ratios(mass: brute.Table, table: brute.Table, rows: Sequence[Sequence[Fraction]]) -> list[Fraction]:
    """The weighted mean of F over the masks of each row of indicators."""
    return [moment(mass, row, table) / moment(mass, row) for row in rows]


def given(law: brute.Table, row: Sequence[Fraction], table: brute.Table) -> tuple[Fraction, Fraction]:
    """The probability of a state, and Var(F | state)."""
    probability, centre = moment(law, row), ratios(law, table, [row])[0]
    return probability, moment(law, row, [(x - centre) ** 2 for x in table]) / probability
