"""The weighted least-squares lines of a sample without each of its units, block by block."""

from __future__ import annotations

import numpy as np

from limetheory.arrays import PerMask, PerSuperpixel
from limetheory.estimation.methods.least_squares import LeastSquares, LeaveOneOut, with_intercept
from limetheory.estimation.samples.sample import Sample


class LinesWithoutUnits:
    """Level and slopes of the weighted least-squares line of a sample, and what they are without each unit.

    A unit is a mask or a pair of complements. Where the other units leave a choice that this one decided, the slopes of
    the line without it have the least norm, so that a unit's values never enter the line that it is compared with.

    Args:
        line: the fit of level and slopes, with the weighted mean mask and value.
        without: the fit without each unit.

    Attributes:
        fit: the line through all masks.
        left_out: F at each mask minus the line without its unit, (n,).
    """

    def __init__(self, line: tuple[LeastSquares, PerSuperpixel, float], without: LeaveOneOut):
        self.fit, self._mean, level = line
        self._line = np.append(level, self.fit.slopes)
        self._weights, self._pulls, self.left_out = without.weights, without.residuals, without.residuals.copy()
        self._units = _chosen(self.fit, without)
        for masks, change in self._units:
            self.left_out[masks] += _at(self.fit, masks, change)

    @classmethod
    def of(cls, sample: Sample) -> LinesWithoutUnits:
        """The lines without each unit, whose copies stay."""
        line = with_intercept(sample)
        return cls(line, line[0].without_units)

    def and_copies(self) -> LinesWithoutUnits:
        """The lines without each unit and all its copies."""
        if not self.fit.sample.copies.repeated:
            return self
        return LinesWithoutUnits((self.fit, self._mean, self._line[0]), self.fit.without_copies)

    def mean_without(self, cells: np.ndarray, number: int) -> np.ndarray:
        """The mean, over the masks of each cell, of the line without the mask's unit; the line itself for empty cells.

        Args:
            cells: the cell of each mask, (n,) int; −1 for none.
            number: how many cells there are.

        Returns:
            Level and slopes of each cell, (number, d+1).
        """
        sums, sample = np.zeros((number, len(self._line))), self.fit.sample
        for part, x, _, _ in self.fit.blocks():
            member = (cells[part, None] == np.arange(number)).astype(float)
            shared = np.repeat(sample.by_unit(member), 2, axis=0)[: len(x)] if sample.paired else member
            amounts = shared.T * (self._weights[part] * self._pulls[part])
            sums[:, 0] += self.fit.intercept_share * amounts.sum(axis=1)
            sums[:, 1:] += (amounts @ x) @ self.fit.inverse
        for masks, change in self._units:
            np.add.at(sums, cells[masks][cells[masks] >= 0], change)
        counts = np.maximum(np.bincount(cells[cells >= 0], minlength=number), 1)
        return self._from_mask_zero(self._line - sums / counts[:, None])

    def _from_mask_zero(self, lines: np.ndarray) -> np.ndarray:
        """Lines whose level is at the mean mask, with the level at the empty mask: (…, d+1) → (…, d+1)."""
        levels = lines[..., :1] - (lines[..., 1:] @ self._mean)[..., None]
        return np.concatenate([levels, lines[..., 1:]], axis=-1)


def _chosen(fit: LeastSquares, without: LeaveOneOut) -> list[tuple[np.ndarray, np.ndarray]]:
    """The masks of each unit that decides something, and what is taken from level and slopes to have the least norm.

    There are at most d + 1 such units, since each has a leverage of 1.
    """
    found, sample = [], fit.sample
    for first in np.unique(without.full_leverage):
        masks = np.arange(first, min(first + 1 + sample.paired, sample.n))
        shift = (without.weights[masks] * without.residuals[masks]) @ fit.influence_at(_rows(fit, masks))
        open_ = without.null_directions[without.full_leverage == first]
        amounts = np.linalg.lstsq(open_[:, 1:].T, fit.slopes - shift[1:], rcond=None)[0]
        found.append((masks, amounts @ open_))
    return found


def _at(fit: LeastSquares, masks: np.ndarray, change: np.ndarray) -> PerMask:
    """A change of level and slopes at some masks, (m,)."""
    return change[0] + _rows(fit, masks) @ change[1:]


def _rows(fit: LeastSquares, masks: np.ndarray) -> np.ndarray:
    rows, _ = fit.centre(fit.sample.masks_at(masks).astype(float), fit.sample.values[masks])
    return rows
