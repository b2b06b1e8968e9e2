"""Cross-fitting: the masks are dealt to folds, and F on a fold is compared with a fit to the other folds."""

from __future__ import annotations

import numpy as np

from limetheory.arrays import PerMask
from limetheory.estimation.samples.sample import Sample

ALLOWANCE = 1.25
"""For the errors that folds share because each is in the surrogates of the others.

`spread` takes their terms as independent. On networks' tables that gives 0.9 of the mean squared error on average.
"""


def assigned_folds(sample: Sample, most: int, fewest: int) -> np.ndarray:
    """The fold of each mask, (n,): in turn within its stratum, pair by pair, the strata beginning at different folds.

    Args:
        sample: the masks.
        most: how many folds there are, if there are masks enough.
        fewest: how many masks, or pairs, each fold has of each stratum that is not exhausted, if there is more than
            one fold.
    """
    strata, width = sample.stratified, 1 + sample.paired
    sampled = strata.draws[strata.undrawn_share > 0]
    count = max(min(most, *((sampled + width - 1) // width // fewest)), 1) if len(sampled) else 1
    order = np.argsort(strata.number, kind="stable")
    first = np.cumsum(strata.draws) - strata.draws
    rank = np.empty(sample.n, int)
    rank[order] = np.arange(sample.n) - first[strata.number[order]]
    return (rank // width + strata.number) % count


def fold_weights(sample: Sample, folds: np.ndarray) -> np.ndarray:
    """How much ratio × term of each mask counts where a fold is compared with the fit to the others, (folds, n).

    Of the M masks of a size, the others' residuals are known and count 1/M each; the fold's own stand for what remains,
    as draws without replacement from it (lem:stratified). A size of a stratum counts by the share of the fold's masks
    in the stratum that have it, which is its probability on average (lem:shared-strata). Folds count by how many masks
    they have, and strata by their share of the sample, because ratios are relative to it.
    """
    rows = []
    for k in range(folds.max() + 1):
        own = folds == k
        known, new = compared(sample, own, itself=False)
        rows.append(own.mean() * (known + new))
    return np.stack(rows)


def compared(sample: Sample, own: np.ndarray, itself: bool = True) -> tuple[PerMask, PerMask]:
    """How much ratio × residual counts if it is known from other masks, (n,), and if a mask stands for the rest, (n,).

    Args:
        sample: the masks.
        own: the masks that are compared with a surrogate which did not see them, (n,) bool.
        itself: whether each of them is compared by itself, with a surrogate that saw all others; else all at once.
    """
    strata = sample.stratified
    known, number, cell = 1 / strata.cell_population, strata.number, strata.cell
    draws, mine = (np.bincount(cell[which], minlength=len(known)) for which in (slice(None), own))
    of_stratum = np.bincount(number[own], minlength=len(strata.population))[number]
    share = np.where(of_stratum > 0, mine[cell] / np.maximum(of_stratum, 1), draws[cell] / strata.draws[number])
    seen = draws if itself else draws - mine
    rest = (1 - known * seen)[cell] / np.maximum(of_stratum, 1)
    others = np.ones(sample.n, bool) if itself else ~own
    full = draws > strata.cell_population
    weight = known[cell]
    if full.any():  # every mask of the size is there, and some of them several times
        rest[full[cell]], others = 0.0, others | full[cell]
        weight = weight / np.where(full[cell], sample.copies.counts, 1.0)
    return strata.share * share * weight * others, strata.share * np.where(own, rest, 0.0)
