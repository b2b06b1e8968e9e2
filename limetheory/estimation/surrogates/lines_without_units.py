"""The leave-one-out lines of a sample by weighted least squares, block by block."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

from limetheory.arrays import PerMask, PerSuperpixel
from limetheory.estimation.methods.least_squares import LeastSquares
from limetheory.estimation.methods.leave_one_out import Leverages
from limetheory.estimation.methods.linear_models import Free
from limetheory.estimation.samples.sample import Sample

Line: TypeAlias = tuple[LeastSquares, PerSuperpixel, float]
"""The fit of intercept and slopes, with the weighted mean mask and value."""


class LinesWithoutUnits:
    """The weighted least-squares line of a sample, and the lines without each sampling unit.

    A unit is a mask or a pair of complements. Where its leverage is 1, the other units are rank-deficient, and the line
    through them has slopes of minimum norm, so that no value of the unit enters it.

    Args:
        line: the fit of intercept and slopes, with the weighted mean mask and value.
        units: those that are left out.

    Attributes:
        fit: the line through all masks.
        regression: of which it is the fit.
        left_out: the leave-one-out residual of each mask, (n,).
    """

    def __init__(self, line: Line, units: Leverages):
        self.fit, self._mean, self._value = line
        self.regression, self._line = self.fit.regression, np.append(self._value, self.fit.slopes)
        self._weights, self._updates = units.weights, units.left_out(self.fit.residuals).residuals
        self._units, self.left_out = _minimum_norm_changes(self.fit, units, self._updates), self._updates.copy()
        for masks, change in self._units:
            self.left_out[masks] += change[0] + self.regression.rows.at(masks) @ change[1:]

    @classmethod
    def of(cls, sample: Sample) -> LinesWithoutUnits:
        """The lines without each unit; its copies, the equal masks of the sample, stay."""
        model = Free.of(sample)
        return cls((model.fit(sample)[0], model.mean_mask, sample.mean_value()), model.regression.without_units)

    def and_copies(self) -> LinesWithoutUnits:
        """The lines without each unit and all its copies."""
        if not self.regression.sample.copies.repeated:
            return self
        return LinesWithoutUnits((self.fit, self._mean, self._value), self.regression.without_copies)

    def mean_without(self, cells: np.ndarray, number: int) -> np.ndarray:
        """The mean, over the masks of each cell, of the line without the mask's unit; the line itself for empty cells.

        Args:
            cells: the cell of each mask, (n,) int; −1 for none.
            number: how many cells there are.

        Returns:
            Intercept and slopes of each cell, (number, d+1).
        """
        sums, sample = np.zeros((number, len(self._line))), self.regression.sample
        for part, x, _ in self.regression.rows.blocks():
            member = (cells[part, None] == np.arange(number)).astype(float)
            shared = np.repeat(sample.by_unit(member), 2, axis=0)[: len(x)] if sample.paired else member
            amounts = shared.T * (self._weights[part] * self._updates[part])
            sums[:, 0] += self.regression.intercept_share * amounts.sum(axis=1)
            sums[:, 1:] += (amounts @ x) @ self.regression.inverse
        for masks, change in self._units:
            np.add.at(sums, cells[masks][cells[masks] >= 0], change)
        counts = np.maximum(np.bincount(cells[cells >= 0], minlength=number), 1)
        return self._with_intercept(self._line - sums / counts[:, None])

    def _with_intercept(self, lines: np.ndarray) -> np.ndarray:
        """Fitted value at the mean mask and slopes → intercept (the fit at the empty mask) and slopes, (…, d+1)."""
        intercepts = lines[..., :1] - (lines[..., 1:] @ self._mean)[..., None]
        return np.concatenate([intercepts, lines[..., 1:]], axis=-1)


def _minimum_norm_changes(
    fit: LeastSquares, units: Leverages, residuals: PerMask
) -> list[tuple[np.ndarray, np.ndarray]]:
    """The masks of each unit of leverage 1, and the change that gives the line without it slopes of minimum norm.

    There are at most d + 1 such units, since leverages add up to the rank.
    """
    found, sample, rows = [], fit.regression.sample, fit.regression.rows
    for first in np.unique(units.full_leverage):
        masks = np.arange(first, min(first + 1 + sample.paired, sample.n))
        shift = (units.weights[masks] * residuals[masks]) @ fit.regression.influence_at(rows.at(masks))
        open_ = units.null_directions[units.full_leverage == first]
        amounts = np.linalg.lstsq(open_[:, 1:].T, fit.slopes - shift[1:], rcond=None)[0]
        found.append((masks, amounts @ open_))
    return found
