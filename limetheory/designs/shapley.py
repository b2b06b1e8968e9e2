"""The design of KernelSHAP."""

from __future__ import annotations

import numpy as np

from limetheory.arguments import integer
from limetheory.designs.exchangeable import ExchangeableDesign


class ShapleyDesign(ExchangeableDesign):
    """P(K = k) ∝ 1/(k(d−k)), equal weights, efficient: the limit is the Shapley value (cor:efficient).

    Lundberg & Lee 2017, Covert & Lee 2021. A mask of size k, 1 ≤ k ≤ d−1, has the mass (d−1) / (C(d,k) k (d−k));
    F(0) and F(1) enter exactly.

    Args:
        d: number of superpixels, at least 2.

    >>> from limetheory import Leaf, limit
    >>> limit(Leaf(3, on=(0, 1)), ShapleyDesign(3)).coefficients.round(12).tolist()[:2]
    [0.5, 0.5]
    """

    efficient = True

    def __init__(self, d: int):
        d = integer("d", d, 2, "at d = 1 the Shapley value is F(1) − F(0)")
        k = np.arange(1.0, d)
        mass = (d - 1) / (k * (d - k))
        log_law = np.full(d + 1, -np.inf)
        log_law[1:d] = np.log(mass / mass.sum())
        super().__init__(d, log_law, np.full(d + 1, np.log(mass.sum())))
