"""Clipping a surrogate, so that the terms of prop:unbiased keep to chosen bounds whatever the surrogate says."""

from __future__ import annotations

import numpy as np

from limetheory.arrays import Masks, PerMask, PerMaskAndSuperpixel
from limetheory.designs import Design
from limetheory.estimation.sequential.term_bounds import influence_bounds

_WITH_WHOLE_RANGE = 0.9
_LEAST_SHARE = 0.5


class Clipping:
    r"""g ↦ g_c with g_c and F in [lo, hi] and \|influence_j(z) (F(z) − g_c(z))\| ≤ bounds_j for all masks and any F.

    [lo, hi] alone would do with bounds_j = max \|influence_j\| (hi − lo). Under many designs only few masks have such
    an influence, for image LIME those of nearly all superpixels. There g is clipped to [hi − r, lo + r] with
    r < hi − lo, which is at most r away from every value of F, so that a share of that bound is enough:

        bounds_j = share · max \|influence_j\| (hi − lo),    r(z) = min(hi − lo, min_j bounds_j / \|influence_j(z)\|).

    The share leaves the whole range to masks that carry nine tenths of the squared influence; it is at least 1/2, for
    r ≥ (hi − lo) / 2.

    Args:
        design: what masks are drawn from.
        span: (lo, hi) that F never leaves.
        masks: some that were drawn from it, for the share: (n, d) bool.

    Attributes:
        span: (lo, hi).
        bounds: shape (d,).
    """

    def __init__(self, design: Design, span: tuple[float, float], masks: Masks):
        self.span = span
        self._largest = influence_bounds(design)
        strength = np.sort(self._strength(design.influence(masks, np.ones(len(masks)))))
        carried = np.cumsum(strength**2)
        last = np.searchsorted(carried, _WITH_WHOLE_RANGE * carried[-1])
        self._share = max(float(strength[last]), _LEAST_SHARE)
        self.bounds = self._share * self._largest * (span[1] - span[0])

    def __call__(self, values: PerMask, influence: PerMaskAndSuperpixel) -> PerMask:
        """The values of g_c: those of g, (n,), at masks with this influence, (n, d), where F = 1."""
        low, high = self.span
        room = (high - low) * self._share / np.maximum(self._strength(influence), self._share)
        clipped: PerMask = np.clip(values, high - room, low + room)
        return clipped

    def _strength(self, influence: PerMaskAndSuperpixel) -> PerMask:
        """max_j |influence_j| / max |influence_j|, in [0, 1]."""
        strength: PerMask = (np.abs(influence) / self._largest).max(axis=1)
        return strength
