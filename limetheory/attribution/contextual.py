"""CIU: contextual importance and utility of a part, from the values with it and without it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from limetheory.arrays import PerSuperpixel
from limetheory.designs import Design
from limetheory.estimation.samples.sample import Sample
from limetheory.explanation import Explanation


def ciu(name: str, kept: bool) -> Callable[[Sample, Design | None, float], Explanation]:
    """(F(1) − F(1∖j)) / (2 R), or (F(e_j) − F(1)) / (2 R) with masks that keep one part; R the range of F.

    Contextual importance × (contextual utility − 1/2), Främling 2020. 0 where F is constant.
    """

    def fit(sample: Sample, design: Design | None, ridge: float = 0.0) -> Explanation:
        one, full = values_of_one(sample, kept)
        span = np.ptp(np.append(sample.values, full))
        change = (one - full) if kept else (full - one)
        values = change / (2 * span) if span > 0 else np.zeros(sample.d)
        census = not sample.stratified.undrawn_share.any()
        errors = np.zeros(sample.d) if census else np.full(sample.d, np.inf)
        return Explanation(values, 0.0, errors, sample.n_evaluations, covariance=np.diag(errors), method=name)

    return fit


def values_of_one(sample: Sample, kept: bool) -> tuple[PerSuperpixel, float]:
    """F with each part kept, or hidden, alone, (d,), and F(1)."""
    masks = sample.masks
    alone = masks if kept else ~masks
    rows = np.flatnonzero(np.count_nonzero(alone, axis=1) == 1)
    found = np.empty(sample.d)
    found[np.argmax(alone[rows], axis=1)] = sample.values[rows]
    return found, float(sample.values[masks.all(axis=1)][0])
