"""Cross-fitting: masks are assigned to folds, and the residuals of a fold are those of a fit to the other folds."""

from __future__ import annotations

import numpy as np

from limetheory.arrays import PerMask
from limetheory.estimation.samples.sample import Sample

ALLOWANCE = 1.25
"""Inflation of variances for the correlation of folds, each of which is in the surrogates of the others.

`covariance_of_estimate` takes residuals as independent. `experiments/inference/surrogates.jsonl`, measured with this
value, has a stated variance of 1.09 times the squared error on average, which without it is 0.9 times.
"""


def assigned_folds(sample: Sample, most: int, fewest: int) -> np.ndarray:
    """The fold of each mask, (n,): the units of each stratum take turns, and strata begin with different folds.

    Args:
        sample: the masks.
        most: the number of folds, where there are enough masks.
        fewest: the least number of units, masks or pairs, that each fold has of each stratum that is not exhausted, if
            there is more than one fold.
    """
    strata, width = sample.stratified, 1 + sample.paired
    sampled = strata.draws[strata.undrawn_share > 0]
    count = max(min(most, *((sampled + width - 1) // width // fewest)), 1) if len(sampled) else 1
    order = np.argsort(strata.number, kind="stable")
    first = np.cumsum(strata.draws) - strata.draws
    rank = np.empty(sample.n, int)
    rank[order] = np.arange(sample.n) - first[strata.number[order]]
    folds: np.ndarray = (rank // width + strata.number) % count
    return folds


def fold_weights(sample: Sample, folds: np.ndarray) -> np.ndarray:
    """The weight of each mask's ratio × residual from the surrogate of each fold, (folds, n).

    Of the N masks of a size in the population, those drawn in other folds have known residuals, of weight 1/N each;
    those of the fold are drawn without replacement from the rest and estimate its total (lem:stratified). A size in a
    stratum of several has as weight the share of the fold's masks in the stratum that have it, whose expectation is its
    probability (lem:shared-strata). Folds are weighted by their number of masks, and strata by their share of the
    sample, because ratios are relative to it.
    """
    rows = []
    for k in range(folds.max() + 1):
        own = folds == k
        known, new = residual_weights(sample, own, itself=False)
        rows.append(own.mean() * (known + new))
    return np.stack(rows)


def residual_weights(sample: Sample, own: np.ndarray, itself: bool = True) -> tuple[PerMask, PerMask]:
    """Weights of ratio × residual: of masks that the surrogate is fitted to, (n,), and of masks held out, (n,).

    Args:
        sample: the masks.
        own: the masks that are held out in turn, (n,) bool.
        itself: whether they are held out one by one (leave-one-out); else all at once (a fold).
    """
    strata = sample.stratified
    known, number, cell = 1 / strata.cell_population, strata.number, strata.cell
    draws, mine = (np.bincount(cell[which], minlength=len(known)) for which in (slice(None), own))
    of_stratum = np.bincount(number[own], minlength=len(strata.population))[number]
    share = np.where(of_stratum > 0, mine[cell] / np.maximum(of_stratum, 1), draws[cell] / strata.draws[number])
    seen = draws if itself else draws - mine
    rest = (1 - known * seen)[cell] / np.maximum(of_stratum, 1)
    others = np.ones(sample.n, bool) if itself else ~own
    exhausted = draws > strata.cell_population
    weight = known[cell]
    if exhausted.any():  # the sample has every mask of the size, and copies of some
        rest[exhausted[cell]], others = 0.0, others | exhausted[cell]
        weight = weight / np.where(exhausted[cell], sample.copies.counts, 1.0)
    return strata.share * share * weight * others, strata.share * np.where(own, rest, 0.0)
