"""How few segments an explanation concentrates on: Gini index, shown area, effective number of segments."""

from __future__ import annotations

from typing import Any

import numpy as np

from limetheory.arguments import vector, zero_one
from limetheory.metrics.faithfulness import area_fractions


def gini(coefficients: Any) -> float:
    """The Gini index of |c| (↑): 0 if all |c_j| are equal, also if all are 0, and (d − 1)/d if only one is not 0.

    Σ_ij | |c_i| − |c_j| | / (2 d Σ_i |c_i|). Source: Hurley & Rickard 2009, Chalasani et al. 2020; Quantus'
    Sparseness.

    >>> gini([0.0, -2.0, 0.0, 0.0]), gini([1.0, -1.0])
    (0.75, 0.0)
    """
    return _gini(np.abs(_coefficients(coefficients)))


def gini_shifted(coefficients: Any) -> float:
    """The Gini index of c − min c (↑), as DSEG-LIME's public code computes it.

    Σ_ij |c_i − c_j| / (2 d Σ_i (c_i − min c)), 0 for equal coefficients. Source: DSEG-LIME. Defect: a single strongly
    negative coefficient makes all others nearly equal after the shift, and the index small.

    >>> gini_shifted([0.0, -2.0, 0.0, 0.0]), gini_shifted([0.0, 2.0, 0.0, 0.0])
    (0.25, 0.75)
    """
    c = _coefficients(coefficients)
    return _gini(c - c.min())


def size(shown: Any, segments: Any) -> float:
    """The share of the image that the shown segments cover, in [0, 1] (↓; DSEG-LIME, "size" or "compactness").

    >>> size([True, False], np.array([[0, 0, 1, 0]]))
    0.75
    """
    shown, fractions = zero_one("shown", shown), area_fractions(segments)
    if shown.shape != fractions.shape:
        raise ValueError(f"shown must have shape {fractions.shape}, got {shown.shape}; one entry a segment")
    return float(fractions[shown].sum())


def effective_number(coefficients: Any) -> float:
    """The effective number of segments (↓), exp(−Σ p_i log p_i) with p = |c| / Σ|c|; 0 if all coefficients are 0.

    k segments of equal |c_j| and none else have the effective number k. Its logarithm is the complexity of Bhatt,
    Weller & Moura 2020 (Quantus' Complexity).

    >>> effective_number([0.0, -2.0, 0.0]), round(effective_number([1.0, -1.0, 1.0]), 12)
    (1.0, 3.0)
    """
    p = np.abs(_coefficients(coefficients))
    if not p.any():
        return 0.0
    p = p / p.max()
    p = p[p > 0] / p.sum()
    return float(np.exp(-(p * np.log(p, where=p > 0, out=np.zeros_like(p))).sum()))


def _gini(sizes: np.ndarray) -> float:
    """Σ_ij |x_i − x_j| / (2 d Σ x) by sorting: the i-th smallest x has the factor 2i − d − 1."""
    d, largest = len(sizes), sizes.max()
    if not largest > 0:
        return 0.0
    ranked = np.sort(sizes / largest)
    return float((2 * np.arange(1, d + 1) - d - 1) @ ranked / (d * ranked.sum()))


def _coefficients(coefficients: Any) -> np.ndarray:
    c = vector("coefficients", coefficients)
    if not c.size:
        raise ValueError("coefficients must hold at least one segment, got none; explain the image first")
    return c
