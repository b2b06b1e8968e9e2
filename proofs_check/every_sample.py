"""The answers of limetheory averaged over every stratified sample of a few superpixels."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import combinations, permutations, product
from typing import Any, TypeAlias

import numpy as np

import limetheory as lt
from limetheory.estimation.methods.adjusted import cross_fitted
from limetheory.estimation.methods.unbiased import unbiased
from limetheory.estimation.samples.sample import Sample
from limetheory.estimation.samples.strata import Strata
from limetheory.explanation import Explanation
from limetheory.limits import SetFunction
from proofs_check import brute, library
from proofs_check.stratified import Stratified


class Remembered:
    """A surrogate that returns the values it was fitted to, and their mean for all other masks."""

    def fit(self, masks: np.ndarray, values: np.ndarray) -> SetFunction:
        """Fit the surrogate and return its table of values."""
        table = np.full(2 ** masks.shape[1], values.mean())
        table[masks @ (1 << np.arange(masks.shape[1]))] = values
        return SetFunction(table)


Method: TypeAlias = Callable[[Sample, Any], Explanation]
Arrangement: TypeAlias = Callable[[list[int], int], Iterable[tuple[int, ...]]]

METHODS: dict[str, tuple[tuple[int, ...], Arrangement, Method]] = {
    "adjusted": (
        (1, 2, 2, 1),
        permutations,
        lambda sample, design: cross_fitted(sample, design, np.random.default_rng(0)),
    ),
    "adjusted with another surrogate": (
        (1, 2, 2, 1),
        permutations,
        lambda sample, design: cross_fitted(sample, design, np.random.default_rng(0), learn=lambda *seen: Remembered()),
    ),
    "unbiased": ((1, 4, 4, 4, 1), combinations, unbiased),
}
"""By name, how many masks of each size are drawn, whether their order matters to the method, and the method."""


def means(instance: Stratified) -> dict[str, library.Computed]:
    """The mean of each method's coefficients over all samples, beside the limit."""
    return {name: _mean(instance, *row) for name, row in METHODS.items()}


def _mean(instance: Stratified, draws: tuple[int, ...], arranged: Arrangement, method: Method) -> library.Computed:
    d = len(draws) - 1
    table, masses = instance.table[: 2**d], instance.masses[: d + 1]
    design = lt.SizeLawDesign(list(map(float, masses)))
    answers = [method(_sample(design, draws, order, table), design).coefficients for order in _orders(draws, arranged)]
    weights = [masses[m.bit_count()] / math.comb(d, m.bit_count()) for m in range(2**d)]
    exact = brute.least_squares(d, weights, table)[1:]
    return library.Computed.of(np.mean(answers, axis=0), exact, library.height(table))


def _orders(draws: tuple[int, ...], arranged: Arrangement) -> Iterator[list[int]]:
    """Every sample, all equally likely: all arrangements of some masks of a size, and one of all of them."""
    d, by_size = len(draws) - 1, []
    for size, n in enumerate(draws):
        masks = [m for m in range(2**d) if m.bit_count() == size]
        by_size.append(list(arranged(masks, n)) if n < len(masks) else [tuple(masks)])
    for chosen in product(*by_size):
        yield [mask for of_size in chosen for mask in of_size]


def _sample(design: lt.SizeLawDesign, draws: tuple[int, ...], order: list[int], table: tuple[Fraction, ...]) -> Sample:
    masks, values = lt.all_masks(design.d)[order], np.array([table[mask] for mask in order], float)
    number = masks.sum(axis=1)
    ratio = design.size_law[number] * len(order) / np.array(draws)[number]
    population = [float(math.comb(design.d, size)) for size in range(design.d + 1)]
    strata = Strata(number, np.array(population), np.arange(design.d + 1))
    return replace(Sample.of(masks, design.weight(masks) * ratio, values), ratio=ratio, strata=strata)
