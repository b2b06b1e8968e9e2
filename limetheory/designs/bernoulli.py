"""Unweighted Bernoulli masks."""

from __future__ import annotations

import numpy as np

from limetheory.arguments import integer, real
from limetheory.designs.binomial_law import BinomialLawDesign


class BernoulliDesign(BinomialLawDesign):
    """Masks i.i.d. Bernoulli(p), no weight; its limit is E[F|z_j=1] − E[F|z_j=0] (cor:unweighted).

    p = 1/2 gives the Banzhaf value and is image LIME at ν = ∞; p = 1/(1 + exp(−1/σ²)) is GLIME-binomial
    (Tan, Tian & Li 2023).

    Args:
        d: number of superpixels, at least 1.
        p: probability of keeping a superpixel, strictly between 0 and 1.

    >>> round(BernoulliDesign(8, p=0.25).alpha(1, 1), 12)
    0.1875
    """

    wider = "move p away from 0 and 1"

    def __init__(self, d: int, p: float = 0.5):
        d = integer("d", d, 1)
        super().__init__(d, real("p", p, above=0, below=1), np.zeros(d + 1))

    def __repr__(self) -> str:
        return f"BernoulliDesign(d={self.d}, p={self.p:g})"
