"""Balanced masks: sizes in strata, and in each size every superpixel kept equally often, up to one mask."""

from __future__ import annotations

from math import comb

import numpy as np

from limetheory.arrays import Ints, Masks, PerMask
from limetheory.designs import ExchangeableDesign
from limetheory.designs.ranks import smallest
from limetheory.estimation.samples.allocation import Stratum, size_strata
from limetheory.estimation.samples.strata import Strata, drawn_sizes, every_subset, ratios_within

LARGEST_UNIT = 6
"""The most masks of a sampling unit.

Masks cut from one permutation are disjoint. Values that depend on pairs of parts are then positively correlated, two of
size k by at most 1/(d/k − 1)². Of the d/k masks of a permutation a unit of g leaves out at most 1/(4 (g − 1)) of the
variance, 5 % here; where d/k ≤ g, nothing. Values that depend on single parts are negatively correlated, so that what
units leave out makes standard errors larger.
"""
_FEWEST_DEGREES = 3  # the fewest degrees of freedom of a pooled stratum, where there are enough; a convention


def balanced_sample(design: ExchangeableDesign, n: int, rng: np.random.Generator) -> tuple[Masks, PerMask, Strata]:
    """Masks in random order, (n, d) bool, their ratios as in sampling.py, (n,), and their strata with sampling units.

    Sizes are allocated as by `stratified_sample`. A size with as many draws as masks has each of them once; the masks
    of any other are cut from random permutations of the superpixels, see `balanced_subsets`, so that each mask is
    uniform among those of its size and each superpixel is kept equally often, up to one mask. Masks of a size thereby
    depend on each other. A sampling unit is up to `LARGEST_UNIT` neighbours cut from one permutation; strata of too
    few units are pooled for the variance, each with its own mean.
    """
    parts = size_strata(design, n)
    number = np.repeat(np.arange(len(parts)), [part.n for part in parts])
    sizes = np.concatenate([drawn_sizes(part, rng) for part in parts])
    masks, unit = np.zeros((len(sizes), design.d), bool), np.zeros(len(sizes), int)
    for k in map(int, np.unique(sizes)):
        own = np.flatnonzero(sizes == k)
        masks[own], groups = _of_size(design.d, k, len(own), rng)
        unit[own] = unit.max() + 1 + groups
    ratio = ratios_within(design, parts)[number, sizes] * len(masks) / np.bincount(number)[number]
    order = rng.permutation(len(sizes))
    return masks[order], ratio[order], _strata(parts, number[order], unit[order])


def _of_size(d: int, size: int, n: int, rng: np.random.Generator) -> tuple[Masks, Ints]:
    """n masks of a size, (n, d) bool, and the unit of each, (n,)."""
    if n % comb(d, size) == 0:
        return np.tile(every_subset(d, size), (n // comb(d, size), 1)), np.arange(n)
    return balanced_subsets(d, size, n, rng)


def balanced_subsets(d: int, size: int, n: int, rng: np.random.Generator) -> tuple[Masks, Ints]:
    """n subsets of one size in 1..d − 1, (n, d) bool, and the unit of each, (n,).

    The members of the subsets are the entries of random permutations, one permutation behind the other, cut into
    pieces of the size. A piece that two permutations share has no superpixel twice: the second begins with superpixels
    that are not among the last of the first. Pieces larger than d/2 are complements of such.

    >>> masks, _ = balanced_subsets(5, 2, 4, np.random.default_rng(0))
    >>> sorted(masks.sum(axis=0).tolist()), masks.sum(axis=1).tolist()
    ([1, 1, 2, 2, 2], [2, 2, 2, 2])
    """
    if 2 * size > d:
        hidden, groups = balanced_subsets(d, d - size, n, rng)
        return ~hidden, groups
    members = _permutations(d, size, -(-n * size // d), rng).ravel()[: n * size].reshape(n, size)
    masks = np.zeros((n, d), bool)
    masks[np.arange(n)[:, None], members] = True
    most = (2 * np.arange(n) + 1) * size // (2 * d)  # the permutation that most of a piece is cut from
    place = np.arange(n) - np.searchsorted(most, most)
    return masks, np.cumsum(place % LARGEST_UNIT == 0) - 1


def _permutations(d: int, size: int, n: int, rng: np.random.Generator) -> Ints:
    """n permutations of 0..d − 1, (n, d) int, each beginning with none of what the one before left over.

    Each is the one before with its places permuted, at random but for that; the products are made by doubling.
    """
    left = np.arange(n) * d % size  # how many places of the permutation before belong to the piece that begins it
    keys = rng.random((n, d))
    free = np.where(np.arange(d) < d - left[:, None], keys, np.inf)
    begin = smallest(free, np.where(left > 0, size - left, 0))
    found = np.where(begin, keys, 1 + rng.random((n, d))).argsort(axis=1)
    step = 1
    while step < n:
        found[step:] = np.take_along_axis(found[:-step].copy(), found[step:], axis=1)
        step *= 2
    return found


def _strata(parts: list[Stratum], number: Ints, unit: Ints) -> Strata:
    """The strata of a sample, pooled until their units have degrees of freedom enough.

    Masks are units of their own in samples too small for that.
    """
    population = np.array([part.population for part in parts])
    exhausted = np.array([part.n == part.population for part in parts])
    units = np.bincount(number[np.unique(unit, return_index=True)[1]], minlength=len(parts))
    groups = _groups(np.flatnonzero(~exhausted), units - 1)
    if any((units - 1)[group].sum() < 1 for group in groups):
        unit = np.arange(len(unit))
    groups += [np.array([i]) for i in np.flatnonzero(exhausted)]
    pooled = np.zeros(len(parts), int)
    for i, group in enumerate(groups):
        pooled[group] = i
    populations = np.array([population[group[0]] if exhausted[group[0]] else np.inf for group in groups])
    return Strata(pooled[number], populations, unit=unit, centred=number)


def _groups(strata: Ints, degrees: Ints) -> list[Ints]:
    """Neighbouring strata together until they have `_FEWEST_DEGREES`; a remainder joins the last of the groups."""
    groups: list[list[int]] = []
    for i in strata:
        if groups and degrees[groups[-1]].sum() < _FEWEST_DEGREES:
            groups[-1].append(i)
        else:
            groups.append([i])
    if len(groups) > 1 and degrees[groups[-1]].sum() < _FEWEST_DEGREES:
        groups[-2:] = [groups[-2] + groups[-1]]
    return [np.array(group) for group in groups]
