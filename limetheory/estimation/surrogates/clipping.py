"""Clipping a surrogate, so that the terms of prop:unbiased are bounded whatever its predictions are."""

from __future__ import annotations

import numpy as np

from limetheory.arrays import Masks, PerMask, PerMaskAndSuperpixel
from limetheory.designs import Design
from limetheory.estimation.sequential.term_bounds import influence_bounds

_WITH_WHOLE_RANGE = 0.9  # a round number; experiments/stopping/rows.jsonl has the evaluations with it
_LEAST_SHARE = 0.5  # with a smaller share, the interval to which g is clipped can be empty


class Clipping:
    r"""g ↦ g_c with g_c and F in [lo, hi] and \|influence_j(z) (F(z) − g_c(z))\| ≤ bounds_j for all masks and any F.

    Clipping to [lo, hi] alone gives bounds_j = max \|influence_j\| (hi − lo). Under many designs few masks have nearly
    the largest influence; for image LIME they are those that keep almost all superpixels. On these masks g is clipped
    further, to [hi − r, lo + r] with r < hi − lo: no value of F is more than r from that interval's points, so that a
    fraction of the bound, the share, is enough:

        bounds_j = share · max \|influence_j\| (hi − lo),    r(z) = min(hi − lo, min_j bounds_j / \|influence_j(z)\|).

    The share is such that r = hi − lo on the masks with nine tenths of the total squared influence. It is at least 1/2,
    because the interval is empty for r < (hi − lo) / 2.

    Args:
        design: what masks are drawn from.
        span: (lo, hi), between which F is known to lie.
        masks: some that were drawn from it, which determine the share: (n, d) bool.

    Attributes:
        span: (lo, hi).
        bounds: shape (d,).
    """

    def __init__(self, design: Design, span: tuple[float, float], masks: Masks):
        self.span = span
        self._largest = influence_bounds(design)
        strength = np.sort(self._strength(design.influence(masks, np.ones(len(masks)))))
        totals = np.cumsum(strength**2)
        last = np.searchsorted(totals, _WITH_WHOLE_RANGE * totals[-1])
        self._share = max(float(strength[last]), _LEAST_SHARE)
        self.bounds = self._share * self._largest * (span[1] - span[0])

    def __call__(self, values: PerMask, influence: PerMaskAndSuperpixel) -> PerMask:
        """The values of g_c, from the values of g, (n,), and the influence of a value of 1 at each mask, (n, d)."""
        low, high = self.span
        room = (high - low) * self._share / np.maximum(self._strength(influence), self._share)
        clipped: PerMask = np.clip(values, high - room, low + room)
        return clipped

    def _strength(self, influence: PerMaskAndSuperpixel) -> PerMask:
        """max_j |influence_j| / max |influence_j|, in [0, 1]."""
        strength: PerMask = (np.abs(influence) / self._largest).max(axis=1)
        return strength
