"""How the errors of RISE's map hang together: the largest of them over all pixels."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from limetheory.arrays import Floats, HeatMap, PerMask
from limetheory.explanation.quantiles import at_same_level, directions, largest_t, two_sided
from limetheory.images.rise.masks import RiseDraws, RiseLaw

_DIRECTIONS = 1 << 10  # over which a simultaneous level is averaged: its standard error is below 0.007 at 0.95
_BLOCK = 1 << 9  # masks at once; a convention for memory
_POINTS = 8  # pixels of a cell that are looked at, in a row and in a column


@dataclass(frozen=True, eq=False)
class RiseSpread:
    """The multiplier process Σ_i u_i e_i(p) / ‖e(p)‖ over the pixels p, for directions u and contributions e_i(p).

    A contribution is e_i(p) = (F_i − a(p)) m_i(p) for the mean of the values weighted by the masks, and F_i m_i(p) − p
    a(p) for RISE's own mean. Their sum has the covariance of the map, so that the quantile of its largest absolute
    value is that of the map's errors (Chernozhukov, Chetverikov & Kato 2013). It is taken at every eighth of a cell,
    between which masks, and so errors, hardly change.

    Attributes:
        law, draws: of the masks.
        values: F, (n,).
        map: a, (h, w).
        errors: standard errors, (h, w).
        freedom: their degrees of freedom, (h, w); the quantile is that of the largest, and each pixel's its own at the
            same two-sided level, as in `Explanation.simultaneous_interval`.
        expected: whether a is RISE's own mean.
    """

    law: RiseLaw
    draws: RiseDraws
    values: PerMask
    map: HeatMap
    errors: HeatMap
    freedom: HeatMap
    expected: bool

    def half_widths(self, level: float) -> HeatMap:
        """Half-widths of intervals that cover all pixels at once, (h, w)."""
        most = float(self.freedom.max())
        quantile = two_sided(level, most)
        if self._largest.any():  # else the map is constant
            quantile = largest_t(self._largest, self.draws.n, level, most, self.map.size)
        found: HeatMap = at_same_level(quantile, most, self.freedom) * self.errors
        return found

    @cached_property
    def _largest(self) -> Floats:
        """The largest |t| in each direction, (directions,)."""
        down, across = (slice(None, None, max(1, size // _POINTS)) for size in self.law.cell)
        mean = self.map[down, across]
        drawn = directions(self.draws.n, _DIRECTIONS)
        found, squares = np.zeros((_DIRECTIONS, mean.size)), np.zeros(mean.size)
        for start in range(0, self.draws.n, _BLOCK):
            part = slice(start, start + _BLOCK)
            masks = self.law.masks(RiseDraws(self.draws.grids[part], self.draws.shifts[part]), down, across)
            values = self.values[part, None, None]
            rows = masks * values - self.law.p * mean if self.expected else masks * (values - mean)
            rows = rows.reshape(len(rows), -1)
            found += drawn[:, part] @ rows
            squares += np.einsum("ij,ij->j", rows, rows)
        random = squares > 0
        largest: Floats = np.abs(found[:, random] / np.sqrt(squares[random])).max(axis=1, initial=0.0)
        return largest
