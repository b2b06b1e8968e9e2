"""The design of the paper's own text experiments: how many words are shown, and what a mask weighs."""

from __future__ import annotations

import math

import numpy as np

from limetheory.arguments import integer
from limetheory.designs.exchangeable import ExchangeableDesign
from limetheory.designs.kernel import log_kernel

WIDTH = 0.25
"""ρ = 25 on 100 times the cosine distance, divided by 100."""


class PaperTextDesign(ExchangeableDesign):
    """Number of words shown uniform on 1..d−1, weight exp(−D²/ρ²) with D = 100 (1 − √(K/d)) and ρ = 25.

    Source: the authors' code of the experiments of Ribeiro, Singh & Guestrin 2016, as recalled. It multiplies rows and
    values by √exp(−D²/ρ²), so that the weight of a square is exp(−D²/ρ²), as in the paper. lime 0.2.0.1 takes the root
    itself as weight: `TextDesign` with the same ρ is √2 times as wide as this one, and draws 0..d−1 words.

    Args:
        d: number of words, at least 3.
        width: ρ / 100; ∞ switches the weights off.

    >>> design = PaperTextDesign(4)
    >>> design.size_law.round(3).tolist()  # in proportion to exp(−16 (1 − √(k/4))²)
    [0.0, 0.018, 0.248, 0.734, 0.0]
    """

    wider = "widen the bandwidth"

    def __init__(self, d: int, width: float = WIDTH):
        d = integer("d", d, 3, "with fewer words all masks have the same size")
        law = np.full(d + 1, -math.log(d - 1))
        law[[0, d]] = -np.inf
        super().__init__(d, law, log_kernel(d, width / math.sqrt(2)))

    def __repr__(self) -> str:
        return f"PaperTextDesign(d={self.d})"
