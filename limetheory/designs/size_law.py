"""Any exchangeable design, from the total mass on each size."""

from __future__ import annotations

from typing import Any

import numpy as np

from limetheory.arguments import vector
from limetheory.arrays import PerSize
from limetheory.designs.exchangeable import ExchangeableDesign


class SizeLawDesign(ExchangeableDesign):
    """The exchangeable design with total mass m_k on the masks of size k (lem:count).

    Masks are drawn with P(K = k) ∝ m_k, uniformly within a size, and carry the equal weight Σ m_k.

    Args:
        masses: m_0..m_d, non-negative with a positive sum, shape (d+1,) with d ≥ 1.

    >>> SizeLawDesign([0, 3, 3, 0]).size_variance
    0.25
    """

    wider = "give other sizes more mass"

    def __init__(self, masses: Any):
        masses = vector("masses", masses)
        if len(masses) < 2:
            raise ValueError(f"masses must have one entry for each size 0..d with d ≥ 1, got {len(masses)}")
        if (masses < 0).any() or not _sum(masses) > 0:
            raise ValueError(f"masses must be non-negative with a positive sum, got {masses.tolist()}")
        if not np.isfinite(_sum(masses)):
            raise ValueError(f"masses must have a finite sum, got {masses.tolist()}; divide them by their largest")
        self.masses = masses
        with np.errstate(divide="ignore"):
            law = np.log(masses) - np.log(masses.sum())
        super().__init__(len(masses) - 1, law, np.full(len(masses), np.log(masses.sum())))


def _sum(masses: PerSize) -> float:
    with np.errstate(over="ignore"):
        return float(masses.sum())
