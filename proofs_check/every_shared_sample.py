"""The answers of limetheory averaged over every sample of three superpixels whose sizes 1 and 2 share a stratum."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import combinations

import numpy as np

import limetheory as lt
from limetheory.estimation.samples.sample import Sample
from limetheory.estimation.samples.strata import Strata
from proofs_check import brute, library
from proofs_check.every_sample import METHODS, Arrangement, Method
from proofs_check.shared import Shared, outcomes

_NUMBER, _POPULATION = np.array([0, 1, 1, 2]), np.array([1.0, np.inf, 1.0])
"""The stratum of each size, and how many masks each stratum has."""


def means(instance: Shared) -> dict[str, library.Computed]:
    """The mean of each method's coefficients over all samples, beside the limit."""
    return {name: _mean(instance, arranged, method) for name, (_, arranged, method) in METHODS.items()}


def _mean(instance: Shared, arranged: Arrangement, method: Method) -> library.Computed:
    design = lt.SizeLawDesign(list(map(float, instance.masses)))
    chances: defaultdict[tuple[int, ...], Fraction] = defaultdict(Fraction)
    for chance, order in _orders(instance):
        chances[tuple(sorted(order) if arranged is combinations else order)] += chance
    drawn = ((chance, method(_sample(design, instance, list(order)), design)) for order, chance in chances.items())
    answers = [float(chance) * answer.coefficients for chance, answer in drawn]
    weights = [instance.masses[m.bit_count()] / math.comb(3, m.bit_count()) for m in range(8)]
    exact = brute.least_squares(3, weights, instance.table)[1:]
    return library.Computed.of(np.sum(answers, axis=0), exact, library.height(instance.table))


def _orders(instance: Shared) -> Iterator[tuple[Fraction, list[int]]]:
    """Every sample with its probability: the empty and the full mask, and three masks of sizes 1 and 2 in order."""
    law = instance.law[0] / (instance.law[0] + instance.law[1])
    tables = ([1, 2, 4], [3, 5, 6])
    values = tuple(tuple(Fraction(mask) for mask in of_size) for of_size in tables)
    stratum = replace(instance, values=values, law=(law, 1 - law), endless=(0, 0), folds=(0, 0, 0))
    for outcome in outcomes(stratum):
        yield outcome.probability, [0, *(tables[size][u] for size, u in outcome.drawn), 7]


def _sample(design: lt.SizeLawDesign, instance: Shared, order: list[int]) -> Sample:
    masks, values = lt.all_masks(3)[order], np.array([instance.table[mask] for mask in order], float)
    sizes = masks.sum(axis=1)
    law = float(instance.law[0] / (instance.law[0] + instance.law[1]))
    strata = Strata(_NUMBER[sizes], _POPULATION, _NUMBER, sizes)
    chance = np.array([1.0, law, 1 - law, 1.0])[sizes] * strata.share
    ratio = design.size_law[sizes] / chance
    return replace(Sample.of(masks, design.weight(masks) * ratio, values), ratio=ratio, strata=strata)
