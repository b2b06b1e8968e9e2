"""Strata: the stratum of each mask of a sample, and how masks are drawn in strata of their size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from math import comb

import numpy as np

from limetheory.arrays import Masks, PerMask
from limetheory.designs import Design, ExchangeableDesign
from limetheory.designs.binomial import log_binomial_pmf
from limetheory.estimation.samples.allocation import Stratum, count, size_strata
from limetheory.limits import all_masks

_ENUMERATED = 1 << 12  # up to so many masks of a size are listed to draw from; a convention for time and memory
_SCARCE = 1e-6  # a round number: negligible beside the probability with which intervals miss


@dataclass(frozen=True, eq=False)
class Strata:
    """The strata of a sample, and its cells: the masks of one size, or a whole stratum where `sizes` is None.

    Attributes:
        number: the number of each mask's stratum, (n,).
        population: the number of masks N_h in each stratum, (m,); ∞ where the sizes of its masks are drawn at random.
        of_size: the stratum of the masks of size k = 0..d, −1 for none, (d+1,); None where there is one stratum.
        sizes: the size of each mask where masks of one size are drawn without replacement, (n,); None where strata are
            not divided by size.
        repeated: sizes whose masks are drawn with replacement, as an exception.
        unit: the sampling unit of each mask, (n,), of masks that depend on each other; None where each mask is one, or
            each pair.
        centred: within which masks contributions have one mean, (n,), parts of strata; None where these are strata.
    """

    number: np.ndarray
    population: np.ndarray
    of_size: np.ndarray | None = None
    sizes: np.ndarray | None = None
    repeated: Sequence[int] = ()
    unit: np.ndarray | None = None
    centred: np.ndarray | None = None

    def beginning(self, n: int) -> Strata | None:
        """What is known of the first n masks, as draws from the mixture of all strata: their sampling units, if any."""
        return None if self.unit is None else Strata(np.zeros(n, int), np.array([np.inf]), unit=self.unit[:n])

    @property
    def means(self) -> np.ndarray:
        """Within which masks contributions have one mean, (n,)."""
        return self.number if self.centred is None else self.centred

    @cached_property
    def draws(self) -> np.ndarray:
        """The number of masks n_h drawn from each stratum, (m,)."""
        return np.bincount(self.number, minlength=len(self.population))

    @property
    def share(self) -> PerMask:
        """The share of the sample that is in each mask's stratum, n_h / n, (n,)."""
        share: PerMask = (self.draws / len(self.number))[self.number]
        return share

    @cached_property
    def undrawn_share(self) -> np.ndarray:
        """The finite-population correction 1 − n_h / N_h of each stratum, 0 if it is exhausted, (m,)."""
        undrawn: np.ndarray = 1 - self.draws / self.population
        return undrawn

    @property
    def cell(self) -> np.ndarray:
        """The number of each mask's cell, (n,): its size or, where sizes are None, its stratum."""
        return self.number if self.sizes is None else self.sizes

    @cached_property
    def cell_population(self) -> np.ndarray:
        """The number of masks in each cell, (cells,); ∞ where it is drawn with replacement."""
        if self.sizes is None or self.of_size is None:
            return self.population
        d = len(self.of_size) - 1
        counts = np.array([count(d, k) for k in range(d + 1)])
        return np.where(np.isin(np.arange(d + 1), self.repeated), np.inf, counts)

    @cached_property
    def cell_correction(self) -> np.ndarray:
        """Root of the finite-population correction of each cell in a stratum of several sizes, else 1, (cells,)."""
        draws, shared = np.bincount(self.cell, minlength=len(self.cell_population)), np.zeros(len(self.cell_population))
        np.maximum.at(shared, self.cell, np.isinf(self.population[self.number]).astype(float))
        left = np.sqrt(np.maximum(1 - draws / np.maximum(self.cell_population, 1), 0.0))
        return np.where(shared > 0, left, 1.0)


def stratified_sample(design: Design, n: int, rng: np.random.Generator) -> tuple[Masks, PerMask, Strata]:
    """Masks in random order, (n, d) bool, their ratios as in sampling.py, (n,), and their strata.

    An exchangeable design has the strata of `size_strata`: in a stratum of several sizes the size of each mask is
    drawn, then masks of each size are drawn without replacement. With replacement where there may be more draws than
    masks of the size, with a probability above `_SCARCE`: a size that must not be exhausted would not be independent
    of the others (lem:shared-strata). Any other design is one stratum of independent masks or, if n ≥ 2^d, of every
    mask. Fewer than n masks are drawn where the design has fewer.
    """
    if not isinstance(design, ExchangeableDesign):
        return _one_stratum(design, n, rng)
    parts = size_strata(design, n)  # in the order of their sizes
    sizes = np.concatenate([drawn_sizes(part, rng) for part in parts])
    number = np.repeat(np.arange(len(parts)), [part.n for part in parts])
    order = rng.permutation(len(sizes))
    sizes, number = sizes[order], number[order]
    masks = np.zeros((len(sizes), design.d), bool)
    repeated = [k for part in parts for k in _scarce(design.d, part)]
    for k in map(int, np.unique(sizes)):
        own = sizes == k
        draw_again = k in repeated or own.sum() > comb(design.d, k)
        masks[own] = (
            _subsets(design.d, sizes[own], rng) if draw_again else _distinct_subsets(design.d, k, own.sum(), rng)
        )
    of_size = np.full(design.d + 1, -1)
    for i, part in enumerate(parts):
        of_size[part.sizes] = i
    strata = Strata(number, np.array([part.population for part in parts]), of_size, sizes, repeated)
    ratio = ratios_within(design, parts)[number, sizes] * len(masks) / strata.draws[number]
    return masks, ratio, strata


def _one_stratum(design: Design, n: int, rng: np.random.Generator) -> tuple[Masks, PerMask, Strata]:
    if n < np.exp2(design.d):
        return design.sample(n, rng), np.ones(n), Strata(np.zeros(n, int), np.array([np.inf]))
    masks = all_masks(design.d)[rng.permutation(1 << design.d)]
    return masks, design.chance(masks) * len(masks), Strata(np.zeros(len(masks), int), np.array([float(len(masks))]))


def _scarce(d: int, part: Stratum) -> list[int]:
    """The sizes, in a stratum of several, that may have more draws than masks and have more than one mask."""
    if len(part.sizes) == 1:
        return []
    draws = np.arange(part.n + 1.0)
    laws = {
        int(k): np.exp(log_binomial_pmf(draws, part.n, share)) for k, share in zip(part.sizes, part.law, strict=True)
    }
    few = ((k, comb(d, k)) for k in laws)
    return [k for k, masks in few if 1 < masks < part.n and laws[k][draws > masks].sum() > _SCARCE]


def drawn_sizes(part: Stratum, rng: np.random.Generator) -> np.ndarray:
    """The size of each mask of a stratum, (n,)."""
    return np.repeat(part.sizes, part.n) if len(part.sizes) == 1 else rng.choice(part.sizes, part.n, p=part.law)


def ratios_within(design: ExchangeableDesign, parts: list[Stratum]) -> np.ndarray:
    """P(mask under the sampling law) / P(mask | a draw of a stratum) by stratum and size, (m, d + 1)."""
    ratios = np.zeros((len(parts), design.d + 1))
    for row, part in zip(ratios, parts, strict=True):
        row[part.sizes] = np.exp(design.log_law[part.sizes]) / part.law
    return ratios


def every_subset(d: int, size: int) -> Masks:
    """Every subset of one size once: (C(d, size), d) bool."""
    members = np.array(list(combinations(range(d), size)), int).reshape(comb(d, size), size)
    masks = np.zeros((len(members), d), bool)
    masks[np.arange(len(masks))[:, None], members] = True
    return masks


def _subsets(d: int, sizes: np.ndarray, rng: np.random.Generator) -> Masks:
    """A uniform subset of each size: (n, d) bool."""
    keys = rng.random((len(sizes), d))
    highest = np.pad(np.sort(keys, axis=1), ((0, 0), (1, 0)), constant_values=-1.0)[np.arange(len(sizes)), sizes]
    subsets: Masks = keys <= highest[:, None]
    return subsets


def _distinct_subsets(d: int, size: int, n: int, rng: np.random.Generator) -> Masks:
    """n different subsets of one size, each such choice being equally likely: (n, d) bool."""
    population = comb(d, size)
    if population <= max(_ENUMERATED, 4 * n):
        return every_subset(d, size)[rng.choice(population, n, replace=False)]
    drawn = np.zeros((0, d), bool)
    while len(drawn) < n:
        more = _subsets(d, np.full(n - len(drawn), size), rng)
        drawn = np.concatenate([drawn, more])
        drawn = drawn[np.sort(np.unique(np.packbits(drawn, axis=1), axis=0, return_index=True)[1])]
    return drawn
