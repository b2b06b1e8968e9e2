"""How many masks of each size: as the design has it, and some more where prop:unbiased's terms are largest."""

from __future__ import annotations

from dataclasses import dataclass
from math import comb

import numpy as np

from limetheory.arrays import PerSize
from limetheory.designs import ExchangeableDesign

FEWEST = 10
"""Masks of a stratum that is not exhausted, where n allows: two in each of five folds."""
PLAIN_SHARE = 0.75
"""Share of the masks that are split among sizes as the design has it.

Whatever F is, the variance of a stratified mean is therefore at most 4/3 of that of plain sampling (Hesterberg 1995,
defensive mixtures), but for the rounding to whole numbers of masks. No split but the design's own has 1 in place of
4/3: F may vary only where it draws fewer.
"""
_FEWEST_LEFT = 4
_SMALLEST_SHARE = 1e-150  # squares of smaller terms underflow


@dataclass(frozen=True, eq=False)
class Stratum:
    """Sizes that are to be sampled together.

    Attributes:
        sizes: one or several neighbouring sizes, (m,).
        law: P(size) of a draw, (m,).
        n: how many masks to draw.
        population: how many masks there are, for a single size; else ∞.
    """

    sizes: np.ndarray
    law: np.ndarray
    n: int
    population: float


def size_strata(design: ExchangeableDesign, n: int) -> list[Stratum]:
    """Which sizes are drawn together, and how often: n in all, or every mask where there are fewer.

    Sizes get `PLAIN_SHARE` of the masks in proportion to their probability, and the rest in proportion to the size of
    their terms (root of the mean square of intercept and slopes of prop:unbiased for F = 1), which is the best
    allocation where the residuals vary alike (Neyman 1934). The empty and the full mask and sizes with few masks are
    exhausted; neighbouring sizes with fewer than `FEWEST` draws share a stratum.
    """
    scores = _mixed(design)
    counts = np.array([count(design.d, k) if score > 0 else 0.0 for k, score in enumerate(scores)])
    wanted = _allocation(scores, counts, n)
    exhausted = (wanted >= counts) & (scores > 0)
    groups = _groups(wanted, exhausted)
    released = _released(scores, counts, exhausted, n)
    if (released != exhausted).any():
        rest = np.where(released, 0.0, scores)
        wanted = np.where(released, counts, (n - counts[released].sum()) * _shares(rest))
        groups = [*(np.array([k]) for k in np.flatnonzero(released)), np.flatnonzero(rest)]
    populations = np.array([counts[group[0]] if len(group) == 1 else np.inf for group in groups])
    draws = _rounded(np.array([wanted[group].sum() for group in groups]), populations)
    return [
        Stratum(group, _shares(scores[group]), int(m), population)
        for group, m, population in zip(groups, draws, populations, strict=True)
    ]


def _mixed(design: ExchangeableDesign) -> PerSize:
    """The share of the masks that each size is to get, (d+1,)."""
    scores = _scores(design)
    plain = np.where(scores > 0, np.exp(design.log_law), 0.0)
    return PLAIN_SHARE * _shares(plain) + (1 - PLAIN_SHARE) * _shares(scores)


def _scores(design: ExchangeableDesign) -> PerSize:
    """Root of the mean square of the terms of F = 1 on masks of each size, times the probability of the size."""
    scores = np.exp(design.log_law)
    drawn = np.flatnonzero(scores)
    masks = np.tri(design.d + 1, design.d, -1, dtype=bool)[drawn]
    terms = np.column_stack([design.density(masks), design.influence(masks, np.ones(len(drawn)))])
    scale = np.exp2(np.frexp(np.abs(terms).max(axis=1))[1])  # a power of two changes no digit, and no square overflows
    scores[drawn] *= scale * np.sqrt(((terms.T / scale) ** 2).sum(axis=0))
    return np.where(scores > _SMALLEST_SHARE * scores.sum(), scores, 0.0)


def _shares(scores: PerSize) -> PerSize:
    return scores / scores.sum()


def count(d: int, size: int) -> float:
    """How many masks have a size; ∞ beyond float64's range."""
    count = comb(d, size)
    return float(count) if count < 1 << 1023 else np.inf


def _allocation(scores: PerSize, counts: PerSize, n: int) -> PerSize:
    """n split in proportion to the scores, no size getting more than its masks: (d+1,) of real numbers.

    The empty and the full mask, the only ones of their sizes, are drawn first.
    """
    wanted, free = np.where((counts == 1) & (scores > 0), 1.0, 0.0), (scores > 0) & (counts > 1)
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


def _released(scores: PerSize, counts: PerSize, exhausted: np.ndarray, n: int) -> np.ndarray:
    """The exhausted sizes without those, the least dense first, that must share what is too little for the others."""
    kept = exhausted.copy()
    density = np.divide(scores, counts, out=np.full(len(scores), np.inf), where=counts > 1)
    for k in np.argsort(np.where(exhausted, density, np.inf), kind="stable"):
        if not (~kept & (scores > 0)).any() or not kept.any() or n - counts[kept].sum() >= _FEWEST_LEFT:
            break
        kept[k] = False
    return kept


def _rounded(shares: np.ndarray, most: np.ndarray) -> np.ndarray:
    """Whole numbers near the shares with the same sum, exhausted ones unchanged (largest remainders)."""
    whole = np.floor(np.minimum(shares, most) + 1e-9).astype(int)
    missing = round(shares.sum()) - whole.sum()
    remainders = np.where(whole < most, shares - whole, -1.0)
    whole[np.argsort(-remainders, kind="stable")[:missing]] += 1
    return whole
