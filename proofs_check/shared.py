"""The samples of lem:shared-strata, one by one with their probabilities, and the estimate from each."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations, product
from typing import TypeAlias

from proofs_check.exact import ONE, ZERO

Unit: TypeAlias = tuple[int, int]
"""The size of a mask, and which of its masks it is."""


@dataclass(frozen=True)
class Shared:
    """A stratum of several sizes with their values, laws and weights, and how the surrogate follows what it sees.

    Args:
        d: masks of the first size.
        values: y of the masks of each size.
        law: p_s, the probability that a draw has a size.
        shares: P_s.
        endless: of each size 1 if its masks are drawn with replacement.
        folds: the fold of each place.
        kernel: g(u) = (1 + how many different masks the other folds have) kernel[u][0] + Σ kernel[u][1 + v] y_v over
            these masks v, counted through the sizes.
        table, masses: F and the design of three superpixels that limetheory is run on.
        run: 1 if it is, which takes long.
        again: 1 if masks may be drawn again, though the estimate has it otherwise.
        alike: 1 if all places have the same size.
        peeks: 1 if the surrogate sees the fold too.
        sorts: 1 if the places are dealt in the order of their values.
    """

    d: int
    values: tuple[tuple[Fraction, ...], ...]
    law: tuple[Fraction, ...]
    shares: tuple[Fraction, ...]
    endless: tuple[int, ...]
    folds: tuple[int, ...]
    kernel: tuple[tuple[Fraction, ...], ...]
    table: tuple[Fraction, ...]
    masses: tuple[Fraction, ...]
    run: int = 0
    again: int = 0
    alike: int = 0
    peeks: int = 0
    sorts: int = 0

    @property
    def n(self) -> int:
        """How many masks are drawn."""
        return len(self.folds)

    @property
    def mean(self) -> Fraction:
        """The mean over the stratum, Σ_s P_s ȳ_s."""
        return sum((p * sum(y, ZERO) / len(y) for p, y in zip(self.shares, self.values, strict=True)), ZERO)

    @property
    def labels(self) -> dict[int, Fraction]:
        """The share of all places that each fold has."""
        return {fold: Fraction(self.folds.count(fold), self.n) for fold in sorted(set(self.folds))}

    def y(self, unit: Unit) -> Fraction:
        """The value of a mask."""
        return self.values[unit[0]][unit[1]]

    def number(self, unit: Unit) -> int:
        """The number of a mask, counted through the sizes."""
        return sum(map(len, self.values[: unit[0]])) + unit[1]


@dataclass(frozen=True)
class Outcome:
    """One outcome of the drawing, with its probability, and the fold of each place."""

    probability: Fraction
    drawn: tuple[Unit, ...]
    folds: tuple[int, ...]

    def of(self, fold: int) -> tuple[Unit, ...]:
        """The masks of a fold, in their order."""
        return tuple(unit for unit, label in zip(self.drawn, self.folds, strict=True) if label == fold)

    def others(self, fold: int) -> tuple[Unit, ...]:
        """The masks of the other folds, in order."""
        return tuple(unit for unit, label in zip(self.drawn, self.folds, strict=True) if label != fold)


def outcomes(instance: Shared) -> Iterator[Outcome]:
    """Sizes at random, place by place; then the masks of each size, all choices being as likely."""
    for sizes, chance in _sizes(instance):
        counts = Counter(sizes)
        choices = [list(_choices(instance, size, times)) for size, times in counts.items()]
        probability = chance / math.prod(map(len, choices))
        for chosen in product(*choices):
            left = {size: iter(units) for size, units in zip(counts, chosen, strict=True)}
            drawn = tuple((size, next(left[size])) for size in sizes)
            yield Outcome(probability, drawn, _sorted(instance, drawn) if instance.sorts else instance.folds)


def _sizes(instance: Shared) -> Iterator[tuple[tuple[int, ...], Fraction]]:
    """The size of each place, with its probability."""
    possible = range(len(instance.law))
    if instance.alike:
        yield from (((size,) * instance.n, instance.law[size]) for size in possible)
    else:
        yield from ((sizes, chance_of(instance, sizes)) for sizes in product(possible, repeat=instance.n))


def chance_of(instance: Shared, sizes: Sequence[int]) -> Fraction:
    """The probability of the sizes of some places, if they are independent."""
    return math.prod((instance.law[size] for size in sizes), start=ONE)


def _choices(instance: Shared, size: int, times: int) -> Iterator[tuple[int, ...]]:
    """The masks of a size in order; those of an exhausted size are drawn with replacement."""
    masks = range(len(instance.values[size]))
    anew = instance.endless[size] or instance.again or times > len(masks)
    return product(masks, repeat=times) if anew else permutations(masks, times)


def _sorted(instance: Shared, drawn: tuple[Unit, ...]) -> tuple[int, ...]:
    """The folds dealt so that the smallest values come first."""
    order = sorted(range(len(drawn)), key=lambda i: instance.y(drawn[i]))
    fold_of = dict(zip(order, sorted(instance.folds), strict=True))
    return tuple(fold_of[i] for i in range(len(drawn)))


def estimate(instance: Shared, outcome: Outcome, fold: int, weights: Sequence[Mapping[str, Fraction]]) -> Fraction:
    """T of one fold, with "added", "known" and "new" of each size, and "whole" in place of both if it has run out."""
    seen = outcome.drawn if instance.peeks else outcome.others(fold)
    total = ZERO
    for size, (y, weight) in enumerate(zip(instance.values, weights, strict=True)):
        fitted = [_surrogate(instance, (size, u), seen) for u in range(len(y))]
        misfit = [value - g for value, g in zip(y, fitted, strict=True)]
        total += weight["added"] * sum(fitted, ZERO)
        if "whole" in weight:
            total += weight["whole"] * sum(misfit, ZERO) / len(y)
            continue
        parts = ((weight["known"], outcome.others(fold)), (weight["new"], outcome.of(fold)))
        total += sum((x * misfit[u] for x, units in parts for s, u in units if s == size), ZERO)
    return total


def _surrogate(instance: Shared, unit: Unit, seen: Sequence[Unit]) -> Fraction:
    row = instance.kernel[instance.number(unit)]
    slopes = (row[1 + instance.number(other)] * instance.y(other) for other in seen)
    return (1 + len(set(seen))) * row[0] + sum(slopes, ZERO)


def average(weighted: Sequence[tuple[Fraction, Fraction]]) -> Fraction:
    """The mean of numbers, each with its probability.

    >>> average([(Fraction(1, 4), Fraction(8)), (Fraction(1, 4), Fraction(4))])
    Fraction(6, 1)
    """
    return sum((p * x for p, x in weighted), ZERO) / sum((p for p, _ in weighted), ZERO)
