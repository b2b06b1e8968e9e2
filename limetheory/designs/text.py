"""The design of text LIME."""

from __future__ import annotations

import numpy as np

from limetheory.arguments import integer
from limetheory.designs.exchangeable import ExchangeableDesign
from limetheory.designs.kernel import bandwidth as checked_bandwidth
from limetheory.designs.kernel import log_kernel


class TextDesign(ExchangeableDesign):
    """Number of removed words uniform on 1..d, weight ψ(1 − K/d): text LIME (prop:text; Mardaoui & Garreau
    2021).

    lime_text's width 25 on 100 × the cosine distance is ν = 0.25.

    Args:
        d: number of words, at least 1.
        bandwidth: ν in (0, ∞].

    >>> TextDesign(4, bandwidth=float("inf")).mean_size
    1.5
    """

    wider = "widen the bandwidth"

    def __init__(self, d: int, bandwidth: float = 0.25):
        d = integer("d", d, 1)
        self.bandwidth = checked_bandwidth(bandwidth)
        law = np.append(np.full(d, -np.log(d)), -np.inf)
        super().__init__(d, law, log_kernel(d, self.bandwidth))

    def __repr__(self) -> str:
        return f"TextDesign(d={self.d}, bandwidth={self.bandwidth:g})"
