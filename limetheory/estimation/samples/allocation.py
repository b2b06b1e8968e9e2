"""Allocation of masks to sizes: mostly proportional to the design's law, partly to the terms of prop:unbiased."""

from __future__ import annotations

from dataclasses import dataclass
from math import comb

import numpy as np

from limetheory.arrays import PerSize
from limetheory.designs import ExchangeableDesign

FEWEST = 10
"""Fewest masks of a stratum that is not exhausted, where n allows: two in each of five folds."""
PLAIN_SHARE = 0.75
"""Share of the masks that is allocated proportionally: in proportion to the design's probability of each size.

So the variance of a stratified mean is, for every F, at most 4/3 of that of simple random sampling (a defensive
mixture, Hesterberg 1995), up to the rounding to whole numbers of masks. Only proportional allocation has the bound 1:
any other takes masks from some size, and F may vary on that size alone. The value is a round number;
`experiments/efficiency/rows.jsonl` has the errors with it.
"""
_FEWEST_LEFT = 4  # the fewest draws for all sizes that are not exhausted; a convention
_ROUNDING = 1e-9  # by less than this share, an allocation that differs from the number of masks is that number
_SMALLEST_SHARE = 1e-150  # squares of smaller terms underflow


@dataclass(frozen=True, eq=False)
class Stratum:
    """One stratum: the masks of one size, or of several neighbouring sizes.

    Attributes:
        sizes: its sizes, (m,).
        law: the probability of each size in a draw, (m,).
        n: the number of masks to draw.
        population: the number of masks in it, for a single size; else ∞.
    """

    sizes: np.ndarray
    law: np.ndarray
    n: int
    population: float


def size_strata(design: ExchangeableDesign, n: int) -> list[Stratum]:
    """The strata and their numbers of draws: n in all, or every mask where there are fewer.

    `PLAIN_SHARE` of the masks are allocated in proportion to the probability of each size, the rest in proportion to
    probability × root mean square of the terms (intercept and slopes of prop:unbiased for F = 1), which is the optimal
    allocation if residuals have the same variance on all sizes (Neyman 1934). The empty and the full mask and sizes
    with few masks are exhausted; neighbouring sizes with fewer than `FEWEST` draws share a stratum.
    """
    scores = _mixed(design)
    counts = np.array([count(design.d, k) if score > 0 else 0.0 for k, score in enumerate(scores)])
    wanted = _allocation(scores, counts, n)
    exhausted = _reached(wanted, counts) & (scores > 0)
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
    """The share of the masks that is allocated to each size, (d+1,)."""
    scores = _scores(design)
    plain = np.where(scores > 0, np.exp(design.log_law), 0.0)
    return PLAIN_SHARE * _shares(plain) + (1 - PLAIN_SHARE) * _shares(scores)


def _scores(design: ExchangeableDesign) -> PerSize:
    """Neyman's allocation: probability of each size × root mean square of the terms of F = 1 on its masks."""
    scores = np.exp(design.log_law)
    drawn = np.flatnonzero(scores)
    masks = np.tri(design.d + 1, design.d, -1, dtype=bool)[drawn]
    density = design.density(masks)
    terms = np.column_stack([density, density[:, None] * design.slopes(masks)])  # of one size slopes are 0
    scale = np.exp2(np.frexp(np.abs(terms).max(axis=1))[1])  # a power of two changes no digit, and no square overflows
    scores[drawn] *= scale * np.sqrt(((terms.T / scale) ** 2).sum(axis=0))
    return np.where(scores > _SMALLEST_SHARE * scores.sum(), scores, 0.0)


def _shares(scores: PerSize) -> PerSize:
    shares: PerSize = scores / scores.sum()
    return shares


def count(d: int, size: int) -> float:
    """The number of masks of a size; ∞ beyond float64's range."""
    count = comb(d, size)
    return float(count) if count < 1 << 1023 else np.inf


def _allocation(scores: PerSize, counts: PerSize, n: int) -> PerSize:
    """n masks allocated in proportion to the scores, to no size more than it has: (d+1,) of real numbers.

    The empty and the full mask, the only ones of their sizes, are always drawn.
    """
    wanted, free = np.where((counts == 1) & (scores > 0), 1.0, 0.0), (scores > 0) & (counts > 1)
    while free.any():
        wanted[free] = max(n - wanted[~free].sum(), 0) * scores[free] / scores[free].sum()
        full = free & _reached(wanted, counts)
        if not full.any():
            break
        wanted[full] = counts[full]
        free &= ~full
    return wanted


def _reached(wanted: PerSize, counts: PerSize) -> np.ndarray:
    """The sizes of which all masks are wanted, but for rounding."""
    reached: np.ndarray = wanted >= counts * (1 - _ROUNDING)
    return reached


def _groups(wanted: PerSize, exhausted: np.ndarray) -> list[np.ndarray]:
    """The sizes of each stratum: a single one if exhausted or with enough draws, else neighbouring ones."""
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
    """Exhausted sizes, less the ones (of smallest score a mask) that must join the others, whose draws are too few."""
    kept = exhausted.copy()
    density = np.divide(scores, counts, out=np.full(len(scores), np.inf), where=counts > 1)
    for k in np.argsort(np.where(exhausted, density, np.inf), kind="stable"):
        if not (~kept & (scores > 0)).any() or not kept.any() or n - counts[kept].sum() >= _FEWEST_LEFT:
            break
        kept[k] = False
    return kept


def _rounded(shares: np.ndarray, most: np.ndarray) -> np.ndarray:
    """The allocation rounded to whole numbers of the same sum by largest remainders; exhausted ones do not change."""
    whole: np.ndarray = np.floor(np.minimum(shares, most) + 1e-9).astype(int)
    missing = round(shares.sum()) - whole.sum()
    remainders = np.where(whole < most, shares - whole, -1.0)
    whole[np.argsort(-remainders, kind="stable")[:missing]] += 1
    return whole
