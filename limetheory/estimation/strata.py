"""Masks drawn stratum by stratum of their size, most where prop:unbiased's terms are largest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import Any

import numpy as np

from limetheory.arrays import Masks, PerMask, PerSize
from limetheory.designs import Design, ExchangeableDesign

FEWEST = 10
"""Masks of a stratum that is not exhausted, where n allows: two in each of five folds."""
_FEWEST_LEFT = 4
_ENUMERATED = 1 << 12
_SMALLEST_SHARE = 1e-150  # squares of smaller terms underflow


@dataclass(frozen=True, eq=False)
class Stratum:
    """Sizes that are sampled together.

    Attributes:
        sizes: one or several neighbouring sizes, (m,); none where the masks come from the design itself.
        law: P(size) of a draw, (m,).
        n: how many masks are drawn.
        population: how many masks there are, for a single size drawn without replacement; else ∞.
    """

    sizes: np.ndarray
    law: np.ndarray
    n: int
    population: float

    @property
    def exhausted(self) -> bool:
        """Whether every mask of the stratum is drawn."""
        return self.n >= self.population


@dataclass(frozen=True, eq=False)
class StratifiedMasks:
    """A stratified sample of masks.

    Attributes:
        masks: (n, d) bool, in random order.
        stratum: the number of each mask's stratum, (n,).
        ratio: P(mask under the sampling law) / P(mask | a draw of its stratum), (n,): the mean of ratio × term over
            each stratum's draws, summed over the strata, is the mean of the terms under the sampling law.
        strata: the strata.
    """

    masks: Masks
    stratum: np.ndarray
    ratio: PerMask
    strata: Sequence[Stratum]


def stratified_masks(design: Design, n: int, rng: np.random.Generator) -> StratifiedMasks:
    """Draw n masks: from an exchangeable design by size, from any other design in one stratum.

    Sizes get masks in proportion to the size of their terms (root of the mean square of intercept and slopes of
    prop:unbiased for F = 1), which is the best allocation where the residuals vary alike. Sizes with few masks are
    exhausted; a size is drawn without replacement; neighbouring sizes with fewer than `FEWEST` draws share a stratum.
    """
    if not isinstance(design, ExchangeableDesign):
        whole = Stratum(np.arange(0), np.ones(0), n, np.inf)
        return StratifiedMasks(design.sample(n, rng), np.zeros(n, int), np.ones(n), [whole])
    strata = size_strata(design, n)
    masks = np.concatenate([_draw(design, stratum, rng) for stratum in strata])
    numbers = np.repeat(np.arange(len(strata)), [stratum.n for stratum in strata])
    order = rng.permutation(len(masks))
    masks, numbers = masks[order], numbers[order]
    return StratifiedMasks(masks, numbers, _ratios(design, strata, numbers, masks.sum(axis=1)), strata)


def size_strata(design: ExchangeableDesign, n: int) -> list[Stratum]:
    """Which sizes are drawn together, and how often: n in all, or every mask where there are fewer."""
    scores = _scores(design)
    counts = np.array([_count(design.d, k) if score > 0 else 0.0 for k, score in enumerate(scores)])
    wanted = _allocation(scores, counts, n)
    exhausted = (wanted >= counts) & (scores > 0)
    groups = _groups(wanted, exhausted)
    released = _released(scores, counts, exhausted, n)
    if (released != exhausted).any():
        exhausted = released
        wanted = np.where(exhausted, counts, (n - counts[exhausted].sum()) * _shares(scores, ~exhausted))
        groups = [*(np.array([k]) for k in np.flatnonzero(exhausted)), np.flatnonzero(~exhausted & (scores > 0))]
    most = np.array([counts[group[0]] if len(group) == 1 else np.inf for group in groups])
    draws = _rounded(np.array([wanted[group].sum() for group in groups]), most)
    return [
        Stratum(group, _shares(scores[group]), int(m), counts[group[0]] if len(group) == 1 else np.inf)
        for group, m in zip(groups, draws, strict=True)
    ]


def _released(scores: PerSize, counts: PerSize, exhausted: np.ndarray, n: int) -> np.ndarray:
    """The exhausted sizes without those, the least dense first, that must share what is too little for the others."""
    kept = exhausted.copy()
    density = np.divide(scores, counts, out=np.full(len(scores), np.inf), where=counts > 0)
    for k in np.argsort(np.where(exhausted, density, np.inf), kind="stable"):
        if not (~kept & (scores > 0)).any() or not kept.any() or n - counts[kept].sum() >= _FEWEST_LEFT:
            break
        kept[k] = False
    return kept


def _shares(scores: PerSize, among: Any = True) -> PerSize:
    chosen = np.where(among, scores, 0.0)
    return chosen / chosen.sum()


def _scores(design: ExchangeableDesign) -> PerSize:
    """Root of the mean square of the terms of F = 1 on masks of each size, times the probability of the size."""
    masks = np.tri(design.d + 1, design.d, -1, dtype=bool)
    terms = np.column_stack([design.density(masks), design.influence(masks, np.ones(design.d + 1))])
    law = np.exp(design.log_law)
    scores = np.where(law > 0, law * np.sqrt((np.where(law > 0, terms.T, 0.0) ** 2).sum(axis=0)), 0.0)
    return np.where(scores > _SMALLEST_SHARE * scores.sum(), scores, 0.0)


def _count(d: int, size: int) -> float:
    """How many masks have a size; ∞ beyond float64's range."""
    count = comb(d, size)
    return float(count) if count < 1 << 1023 else np.inf


def _allocation(scores: PerSize, counts: PerSize, n: int) -> PerSize:
    """n split in proportion to the scores, no size getting more than its masks: (d+1,) of real numbers."""
    wanted, free = np.zeros(len(scores)), scores > 0
    while free.any():
        wanted[free] = max(n - wanted[~free].sum(), 0) * scores[free] / scores[free].sum()
        full = free & (wanted >= counts)
        if not full.any():
            break
        wanted[full] = counts[full]
        free &= ~full
    return wanted


def _groups(wanted: PerSize, exhausted: np.ndarray) -> list[np.ndarray]:
    """Sizes that are sampled together: alone if exhausted or sampled often enough, else neighbours."""
    groups: list[np.ndarray] = []
    open_group: list[int] = []
    for k in map(int, np.flatnonzero(wanted)):
        if exhausted[k]:
            groups.append(np.array([k]))
            continue
        open_group.append(k)
        if wanted[open_group].sum() >= FEWEST:
            groups.append(np.array(open_group))
            open_group = []
    if open_group:  # a remainder joins the last of the groups
        sampled = [i for i, group in enumerate(groups) if not exhausted[group[0]]]
        if sampled:
            groups[sampled[-1]] = np.append(groups[sampled[-1]], open_group)
        else:
            groups.append(np.array(open_group))
    return groups


def _rounded(shares: np.ndarray, most: np.ndarray) -> np.ndarray:
    """Whole numbers near the shares with the same sum, exhausted ones unchanged (largest remainders)."""
    whole = np.floor(np.minimum(shares, most) + 1e-9).astype(int)
    missing = round(shares.sum()) - whole.sum()
    remainders = np.where(whole < most, shares - whole, -1.0)
    whole[np.argsort(-remainders, kind="stable")[:missing]] += 1
    return whole


def _draw(design: ExchangeableDesign, stratum: Stratum, rng: np.random.Generator) -> Masks:
    if len(stratum.sizes) == 1:
        return _distinct_subsets(design.d, int(stratum.sizes[0]), stratum.n, rng)
    return _subsets(design.d, rng.choice(stratum.sizes, stratum.n, p=stratum.law), rng)


def _subsets(d: int, sizes: np.ndarray, rng: np.random.Generator) -> Masks:
    """A uniform subset of each size: (n, d) bool."""
    return rng.random((len(sizes), d)).argsort(axis=1).argsort(axis=1) < sizes[:, None]


def _distinct_subsets(d: int, size: int, n: int, rng: np.random.Generator) -> Masks:
    """n different subsets of one size, each such choice being equally likely: (n, d) bool."""
    population = comb(d, size)
    if population <= max(_ENUMERATED, 4 * n):
        members = np.array(list(combinations(range(d), size)), int).reshape(population, size)
        masks = np.zeros((n, d), bool)
        masks[np.arange(n)[:, None], members[rng.choice(population, n, replace=False)]] = True
        return masks
    drawn = np.zeros((0, d), bool)
    while len(drawn) < n:
        more = _subsets(d, np.full(n - len(drawn), size), rng)
        drawn = np.concatenate([drawn, more])
        drawn = drawn[np.sort(np.unique(np.packbits(drawn, axis=1), axis=0, return_index=True)[1])]
    return drawn


def _ratios(design: ExchangeableDesign, strata: list[Stratum], numbers: np.ndarray, sizes: np.ndarray) -> PerMask:
    table = np.zeros((len(strata), design.d + 1))
    for number, stratum in enumerate(strata):
        table[number, stratum.sizes] = np.exp(design.log_law[stratum.sizes]) / stratum.law
    return table[numbers, sizes]
