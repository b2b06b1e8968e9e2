"""prop:equivalence, prop:keep-one: CIU, the contextual importance and utility of a part hidden, or kept, alone."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from limetheory.arrays import PerSuperpixel
from limetheory.attribution.population import half_shares
from limetheory.designs import Design
from limetheory.estimation.samples.sample import Sample
from limetheory.explanation import Explanation


def ciu(name: str, kept: bool) -> Callable[[Sample, Design | None, float], Explanation]:
    """a_j = (F(1) − F(1∖j)) / (2 R), or (F(e_j) − F(1)) / (2 R) of masks that keep one part, R the range of F.

    Importance × (utility − 1/2), Främling 2020, where the values with and without part j are its extremes: statements
    prop:equivalence and prop:keep-one. R is over all masks of the sample; all are 0 where F is constant. Nothing is
    estimated where these are all masks that there are; else the range of those that were drawn says nothing certain of
    the rest, and standard errors are ∞.
    """

    def fit(sample: Sample, design: Design | None, ridge: float) -> Explanation:
        one, full = values_of_one(sample, kept)
        values = half_shares(one - full if kept else full - one, float(np.ptp(sample.values)))
        certain = not sample.stratified.undrawn_share.any()
        errors = np.full(sample.d, 0.0 if certain else np.inf)
        return Explanation(
            values, 0.0, errors, sample.n_evaluations, covariance=np.diag(errors),
            method=", ".join([name, *sample.drawn_in]),
        )  # fmt: skip

    return fit


def values_of_one(sample: Sample, kept: bool) -> tuple[PerSuperpixel, float]:
    """F with each part kept alone, or hidden alone, (d,), and F(1), at masks of the sample."""
    masks, found = sample.masks, np.zeros(sample.d)
    alone = masks if kept else ~masks
    rows = np.flatnonzero(np.count_nonzero(alone, axis=1) == 1)
    found[np.argmax(alone[rows], axis=1)] = sample.values[rows]
    return found, float(sample.values[np.flatnonzero(masks.all(axis=1))[0]])
