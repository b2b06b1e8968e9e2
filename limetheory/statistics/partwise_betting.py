"""Betting on terms that are sums of independent parts: each part has to respect the bound, not the sum."""

from __future__ import annotations

import numpy as np

from limetheory.arrays import PerSuperpixel
from limetheory.statistics.betting import BettingSequence


class PartwiseBettingSequence(BettingSequence):
    r"""A `BettingSequence` that also takes terms in parts, and covers all means at all times with probability ≥ level.

    Let term = centre + Σ_k x_k with parts that are independent given the past and \|x_k\| ≤ c. Since θc < 1,

        E[Π_k (1 + θ x_k) | past] = Π_k (1 + θ E x_k) ≤ exp(θ Σ_k E x_k) = exp(θ(β − centre)),

    which is the inequality that `BettingSequence` needs for its supermartingale. So c is the bound of the largest part;
    for terms as single numbers it would be the sum of the parts' bounds.

    >>> rng = np.random.default_rng(0)
    >>> sequence, bound = PartwiseBettingSequence(1, tolerance=0.05), np.array([0.5])
    >>> while sequence.half_widths()[0] > 0.05:
    ...     sequence.update_parts(rng.uniform(-0.1, 0.1, (10, 5, 1)), centres=np.array([0.3]), bounds=bound)
    >>> sequence.n, sequence.interval().round(3).tolist()
    (70, [[0.29, 0.382]])
    """

    def update_parts(self, parts: np.ndarray, centres: PerSuperpixel, bounds: PerSuperpixel) -> None:
        """Take n terms of k parts, (n, k, m), with centres and bounds (m,) that were fixed before they were drawn.

        Raises:
            ValueError: a part larger than its bound.
        """
        weights = self._weights(bounds)
        self._add(parts.reshape(-1, self.m), weights, np.zeros(self.m))
        self._weight += len(parts) * weights
        self._centred += len(parts) * weights * centres
        scatter = np.sqrt((parts**2).sum(axis=1))
        self._squares += weights**2 * (scatter**2).sum(axis=0)
        self._remember(scatter)
