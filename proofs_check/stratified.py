"""The samples of lem:stratified, one by one, and the estimate from each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations, product
from typing import TypeAlias

from proofs_check.exact import ZERO

Drawn: TypeAlias = tuple[tuple[int, ...], ...]
"""Of each stratum the units that are drawn, in order."""


@dataclass(frozen=True)
class Stratified:
    """Two strata with their values and weights, the fold of each place, and how the surrogate follows what it sees.

    Args:
        d: units of the first stratum.
        values: y of the units of each stratum.
        shares: P_h.
        folds: of each stratum the fold of each place, whose number is how many units are drawn.
        kernel: g(u) = kernel[u][0] + Σ kernel[u][1 + v] y_v over the units v of the other folds.
        table, masses: F and the design of four superpixels that limetheory is run on.
        run: 1 if it is, which takes long.
        again: 1 if units may be drawn again.
        peeks: 1 if the surrogate sees the fold too.
        sorts: 1 if the places of a stratum are dealt in the order of their values.
    """

    d: int
    values: tuple[tuple[Fraction, ...], ...]
    shares: tuple[Fraction, ...]
    folds: tuple[tuple[int, ...], ...]
    kernel: tuple[tuple[Fraction, ...], ...]
    table: tuple[Fraction, ...]
    masses: tuple[Fraction, ...]
    run: int = 0
    again: int = 0
    peeks: int = 0
    sorts: int = 0

    @property
    def mean(self) -> Fraction:
        """The mean over the strata, Σ_h P_h ȳ_h."""
        return sum((p * sum(y, ZERO) / len(y) for p, y in zip(self.shares, self.values, strict=True)), ZERO)

    @property
    def labels(self) -> dict[int, Fraction]:
        """The share of all places that each fold has."""
        places = [fold for of_stratum in self.folds for fold in of_stratum]
        return {fold: Fraction(places.count(fold), len(places)) for fold in sorted(set(places))}


def samples(instance: Stratified) -> Iterator[tuple[Drawn, Drawn]]:
    """Every outcome of the drawing, all as likely, with the fold of each place."""
    by_stratum = []
    for labels, y in zip(instance.folds, instance.values, strict=True):
        units = range(len(y))
        by_stratum.append(
            list(product(units, repeat=len(labels)) if instance.again else permutations(units, len(labels)))
        )
    for drawn in product(*by_stratum):
        yield drawn, _sorted(instance, drawn) if instance.sorts else instance.folds


def _sorted(instance: Stratified, drawn: Drawn) -> Drawn:
    """The folds dealt so that the smallest values come first."""
    dealt = []
    for labels, units, y in zip(instance.folds, drawn, instance.values, strict=True):
        order = sorted(range(len(units)), key=lambda i: y[units[i]])
        fold_of = dict(zip(order, sorted(labels), strict=True))
        dealt.append(tuple(fold_of[i] for i in range(len(units))))
    return tuple(dealt)


def estimate(instance: Stratified, drawn: Drawn, folds: Drawn, fold: int, weights: list[list[Fraction]]) -> Fraction:
    """Σ_h P_h T_h of one fold, with (added, known, new) of each stratum."""
    start, total = 0, ZERO
    seen = _seen(instance, drawn, folds, fold)
    rows = zip(instance.shares, instance.values, drawn, folds, weights, strict=True)
    for share, y, units, labels, (added, known, new) in rows:
        fitted = [_surrogate(instance, start + u, seen) for u in range(len(y))]
        misfit = [y[u] - fitted[u] for u in units]
        weighted = (x * (new if label == fold else known) for x, label in zip(misfit, labels, strict=True))
        total += share * (added * sum(fitted, ZERO) + sum(weighted, ZERO))
        start += len(y)
    return total


def _seen(instance: Stratified, drawn: Drawn, folds: Drawn, fold: int) -> list[tuple[int, Fraction]]:
    """The units that a surrogate is fitted to, counted through the strata, with their values."""
    start, found = 0, []
    for y, units, labels in zip(instance.values, drawn, folds, strict=True):
        chosen = (u for u, label in zip(units, labels, strict=True) if instance.peeks or label != fold)
        found += [(start + u, y[u]) for u in chosen]
        start += len(y)
    return found


def _surrogate(instance: Stratified, unit: int, seen: list[tuple[int, Fraction]]) -> Fraction:
    row = instance.kernel[unit]
    return row[0] + sum((row[1 + other] * y for other, y in seen), ZERO)
