"""Which coefficients a sample determines, and how far each mask is from a fit that did not see it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from limetheory.arrays import PerMask
from limetheory.designs import Design
from limetheory.estimation.methods.copies import all_seen, right_on_average
from limetheory.estimation.methods.least_squares import LeastSquares


@dataclass(frozen=True, eq=False)
class LeftOutUnits:
    """A fit without each of its units, a unit being a mask or a pair of complements with all its copies.

    Attributes:
        fit: the weighted least-squares fit.
        design: what the masks were drawn from; None where the values of equal masks may differ.
        ridge: the penalty of the fit, which is added to the sum of the n weighted squares.
    """

    fit: LeastSquares
    design: Design | None
    ridge: float = 0.0

    def misfits(self) -> PerMask:
        """The residual of each mask, made larger by what its unit takes of it in the fit (`right_on_average`), (n,).

        It is at least as large as the residual in the fit, but in pairs, whose two residuals belong together. Without a
        design it is that in the fit without the mask, whose copies stay.
        """
        if self.design is None:
            return self.fit.without_units.residuals
        sample = self.fit.sample
        without = right_on_average(sample, self.design, self.fit.without_copies, self.ridge / sample.n)
        if sample.paired:
            return without
        return np.where(np.abs(without) > np.abs(self.fit.residuals), without, self.fit.residuals)

    def undetermined(self, parameters: int) -> np.ndarray:
        """Which slopes the masks do not determine, or would not without one unit, (d,) bool.

        All of them where there are no more units than parameters, unless no other mask could have been drawn. Units of
        an exhausted stratum leave nothing to chance.
        """
        sample, strata = self.fit.sample, self.fit.sample.stratified
        if not strata.unseen.any() or all_seen(sample, self.design):
            return self.fit.undetermined
        if sample.n_units <= parameters:
            return np.ones(sample.d, bool)
        without = self.fit.without_copies
        sampled = strata.unseen[strata.number[without.deciding]] > 0
        return self.fit.undetermined | without.touched(sampled)
