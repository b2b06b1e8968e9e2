"""Which coefficients a sample identifies, also without any one unit, and residuals of the leave-one-out fits."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from limetheory.arrays import PerMaskOfEach
from limetheory.designs import Design
from limetheory.estimation.methods.copies import PopulationHat, exhausts_support
from limetheory.estimation.methods.least_squares import LeastSquares, Regression


@dataclass(frozen=True, eq=False)
class LeftOutUnits:
    """Leave-one-out fits: without each sampling unit, which is a mask or a pair of complements, and all its copies.

    Attributes:
        regression: weighted least squares on the masks.
        design: what the masks were drawn from; None where the values of equal masks may differ.
        ridge: the penalty of the fit, which is added to the sum of the n weighted squares.
    """

    regression: Regression
    design: Design | None
    ridge: float = 0.0

    @cached_property
    def _population(self) -> PopulationHat | None:
        """What the residuals are made smaller by: nothing without a design, or where F is random."""
        sample = self.regression.sample
        if self.design is None or sample.random:
            return None
        return PopulationHat(sample, self.design, self.ridge / sample.n)

    def residuals(self, fit: LeastSquares) -> PerMaskOfEach:
        """Residuals for the sandwich covariance: with a design `variance_residuals`, else leave-one-out ones, (…, n).

        The former are never smaller than the residuals of the fit, except in pairs, whose two residuals are scaled by
        one matrix. The latter leave out the mask alone, not its copies (HC3). They are those where F is random,
        too: the values of all 2^d masks are no population then, whose leverage would shrink them.
        """
        if self._population is None:
            return fit.without_units.residuals
        without = self._population.variance_residuals(fit.without_copies)
        if self.regression.sample.paired:
            return without
        return np.where(np.abs(without) > np.abs(fit.residuals), without, fit.residuals)

    def undetermined(self, parameters: int) -> np.ndarray:
        """Which slopes are not identifiable from the sample, or would not be without one of its units: (d,) bool.

        All of them where there are no more units than parameters, unless every possible mask is in the sample. Units of
        an exhausted stratum do not count as ones that could be missing, since no sample lacks them.
        """
        sample, strata = self.regression.sample, self.regression.sample.stratified
        if not strata.undrawn_share.any() or exhausts_support(sample, self.design):
            return self.regression.undetermined
        if sample.n_units <= parameters:
            return np.ones(sample.d, bool)
        without = self.regression.without_copies
        sampled = strata.undrawn_share[strata.number[without.full_leverage]] > 0
        undetermined: np.ndarray = self.regression.undetermined | without.not_identifiable(sampled)
        return undetermined
