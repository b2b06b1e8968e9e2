"""Cross-fitting: the masks are dealt to folds, and F on a fold is compared with a fit to the other folds."""

from __future__ import annotations

import numpy as np

from limetheory.estimation.sample import Sample

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
    sampled = strata.draws[strata.unseen > 0]
    count = max(min(most, *((sampled + width - 1) // width // fewest)), 1) if len(sampled) else 1
    order = np.argsort(strata.number, kind="stable")
    first = np.cumsum(strata.draws) - strata.draws
    rank = np.empty(sample.n, int)
    rank[order] = np.arange(sample.n) - first[strata.number[order]]
    return (rank // width + strata.number) % count


def fold_weights(sample: Sample, folds: np.ndarray) -> np.ndarray:
    """How much ratio × term of each mask counts where a fold is compared with the fit to the others, (folds, n).

    Exactly unbiased, whatever the fit (lem:stratified).
    In a stratum of M masks the others' residuals are known and count 1/M each; the fold's own stand for what remains,
    as draws without replacement from it. Folds count by how many masks they have, and strata by their share of the
    sample, because ratios are relative to it.
    """
    strata = sample.stratified
    known, number, rows = 1 / strata.population, strata.number, []
    for k in range(folds.max() + 1):
        own = folds == k
        draws = np.bincount(number[own], minlength=len(known))
        new = (1 - known * (strata.draws - draws)) / np.maximum(draws, 1)
        rows.append(own.mean() * strata.share * np.where(own, new[number], known[number]))
    return np.stack(rows)
