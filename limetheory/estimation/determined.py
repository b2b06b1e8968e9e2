"""Which coefficients a sample determines, and how far each mask is from a fit that did not see it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from limetheory.arrays import PerMask
from limetheory.designs import Design
from limetheory.estimation.copies import Copies, all_seen, copies, right_on_average
from limetheory.estimation.least_squares import LeastSquares, LeftOut


@dataclass(frozen=True, eq=False)
class LeftOutUnits:
    """A fit without each of its units, a unit being a mask or a pair of complements with all its copies.

    Attributes:
        fit: the weighted least-squares fit.
        design: what the masks were drawn from; None where the values of equal masks may differ.
    """

    fit: LeastSquares
    design: Design | None

    @cached_property
    def _copies(self) -> Copies:
        return copies(self.fit.sample)

    @cached_property
    def _without(self) -> LeftOut:
        return self.fit.left_out(self._copies.total(self.fit.sample.weights))

    def misfits(self) -> PerMask:
        """The residual of each mask in the fit without its unit, scaled to the population's, (n,).

        It is at least as large as the residual in the fit, but in pairs, whose two residuals belong together. Without a
        design copies stay in the fit.
        """
        if self.design is None:
            return self.fit.left_out().residuals
        without = right_on_average(self._copies, self.fit.sample, self.design, self._without.residuals)
        if self.fit.sample.paired:
            return without
        return np.where(np.abs(without) > np.abs(self.fit.residuals), without, self.fit.residuals)

    def undetermined(self, parameters: int) -> np.ndarray:
        """Which slopes the masks do not determine, or would not without one unit, (d,) bool.

        All of them where there are no more units than parameters, unless no other mask could have been drawn. Units of
        an exhausted stratum leave nothing to chance.
        """
        sample, strata = self.fit.sample, self.fit.sample.stratified
        if not strata.unseen.any() or all_seen(self._copies, sample, self.design):
            return self.fit.undetermined
        if sample.n_units <= parameters:
            return np.ones(sample.d, bool)
        sampled = strata.unseen[strata.number[self._without.deciding]] > 0
        return self.fit.undetermined | self._without.touched(sampled)
