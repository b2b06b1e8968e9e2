"""Exchangeable designs whose masks have independent coordinates before they are weighted."""

from __future__ import annotations

import numpy as np

from limetheory.arguments import generator, integer
from limetheory.arrays import Masks, PerSize
from limetheory.designs.binomial import log_binomial_pmf
from limetheory.designs.coordinates import independent_coordinates
from limetheory.designs.exchangeable import ExchangeableDesign


class BinomialLawDesign(ExchangeableDesign):
    """Independent Bernoulli(p) coordinates under any weight π(K)."""

    def __init__(self, d: int, p: float, log_weight: PerSize):
        self.p = p
        super().__init__(d, log_binomial_pmf(np.arange(d + 1), d, p), log_weight)

    def sample(self, n: int, rng: np.random.Generator) -> Masks:
        """Draw n masks with independent coordinates: (n, d) bool."""
        n, rng = integer("n", n, 0), generator(rng)
        return independent_coordinates(n, self.d, self.p, rng)

    def _overdispersion_forms(self) -> list[tuple[float, float]]:
        """Adds d E[Q(U)] − (d−1) E[U]² for U = K − d p and Q = U² − (1−2p) U − d p (1−p).

        U and Q have mean zero under the sampling law (Krawtchouk polynomials), so a constant may be
        subtracted from the weight: no digits are lost when the weight is nearly flat.
        """
        d, p, u = self.d, self.p, np.arange(self.d + 1) - self.d * self.p
        excess = self._excess_law()
        mass = 1 + excess.sum()
        if not mass > 0:
            return super()._overdispersion_forms()
        terms = excess * (u**2 - (1 - 2 * p) * u - d * p * (1 - p)) / mass
        gained, lost = terms[terms > 0].sum(), -terms[terms < 0].sum()
        return [*super()._overdispersion_forms(), (d * gained, d * lost + (d - 1) * (excess @ u / mass) ** 2)]

    def _excess_law(self) -> PerSize:
        """law(k) (π(k) / π(mode) − 1), shape (d+1,)."""
        law, relative = np.exp(self.log_law), self.log_weight - self.log_weight[np.argmax(self.log_mass)]
        near = np.abs(relative) < 1
        nearly_flat = law * np.expm1(np.where(near, relative, 0.0))
        return np.where(near, nearly_flat, np.exp(self.log_law + relative) - law)
