"""Which coefficients a sample identifies, also without any one unit, and residuals of the leave-one-out fits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from limetheory.arrays import PerMask
from limetheory.designs import Design
from limetheory.estimation.methods.copies import exhausts_support, variance_residuals
from limetheory.estimation.methods.least_squares import LeastSquares


@dataclass(frozen=True, eq=False)
class LeftOutUnits:
    """Leave-one-out fits: without each sampling unit, which is a mask or a pair of complements, and all its copies.

    Attributes:
        fit: the weighted least-squares fit.
        design: what the masks were drawn from; None where the values of equal masks may differ.
        ridge: the penalty of the fit, which is added to the sum of the n weighted squares.
    """

    fit: LeastSquares
    design: Design | None
    ridge: float = 0.0

    def residuals(self) -> PerMask:
        """Residuals for the sandwich covariance: with a design `variance_residuals`, else leave-one-out ones, (n,).

        The former are never smaller than the residuals of the fit, except in pairs, whose two residuals are scaled by
        one matrix. The latter leave out the mask alone, not its copies (HC3). They are those where F is random,
        too: the values of all 2^d masks are no population then, whose leverage would shrink them.
        """
        if self.design is None:
            return self.fit.without_units.residuals
        sample = self.fit.sample
        if sample.random:
            return self.fit.without_units.residuals
        without = variance_residuals(sample, self.design, self.fit.without_copies, self.ridge / sample.n)
        if sample.paired:
            return without
        return np.where(np.abs(without) > np.abs(self.fit.residuals), without, self.fit.residuals)

    def undetermined(self, parameters: int) -> np.ndarray:
        """Which slopes are not identifiable from the sample, or would not be without one of its units: (d,) bool.

        All of them where there are no more units than parameters, unless every possible mask is in the sample. Units of
        an exhausted stratum do not count as ones that could be missing, since no sample lacks them.
        """
        sample, strata = self.fit.sample, self.fit.sample.stratified
        if not strata.undrawn_share.any() or exhausts_support(sample, self.design):
            return self.fit.undetermined
        if sample.n_units <= parameters:
            return np.ones(sample.d, bool)
        without = self.fit.without_copies
        sampled = strata.undrawn_share[strata.number[without.full_leverage]] > 0
        undetermined: np.ndarray = self.fit.undetermined | without.not_identifiable(sampled)
        return undetermined
