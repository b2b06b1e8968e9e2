"""LIME's exponential kernel on the cosine distance to the all-ones mask."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from limetheory.arguments import real
from limetheory.arrays import PerSize

_NARROWEST = 1e-150  # its square is a float; all weights but the full mask's are 0 long before


def bandwidth(value: Any) -> float:
    """Return a bandwidth ν in (0, ∞]; ∞ switches the weights off."""
    if isinstance(value, (float, np.floating)) and value == math.inf:
        return math.inf
    return real("bandwidth", value, above=0, remedy="lime 0.2.0.1 uses 0.25, and infinity means no weights")


def log_kernel(d: int, bandwidth: float) -> PerSize:
    """log ψ(1 − k/d) = −(1 − √(k/d))² / (2ν²) for k = 0..d, shape (d+1,).

    δ = 1 − √(k/d) is written (1 − k/d) / (1 + √(k/d)), which keeps its digits near k = d.
    """
    k = np.arange(d + 1.0)
    distance = ((d - k) / d) / (1 + np.sqrt(k / d))
    log_weights: PerSize = -0.5 * (distance / max(bandwidth, _NARROWEST)) ** 2
    return log_weights
