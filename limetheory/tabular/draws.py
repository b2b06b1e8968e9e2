"""Random cells given the mask, many rows at once: every cell is a quantile of its law at one uniform number."""

from __future__ import annotations

import numpy as np

from limetheory.arrays import Masks
from limetheory.tabular.bins import Bins

_IN_CACHE = 1 << 14
"""Cells that are drawn at a time: their arrays fit into a core's cache. None is broadcast over the rows: that costs."""


class CellDraws:
    """Cells by the laws of `BinLaws`: (n, p) masks and (n, p) uniform numbers → (n, p) cells.

    The row's own bin comes first in the order of the bins and those without training rows last, so that a uniform
    number w picks a bin by the cumulated shares, with w below the share of the own bin exactly where z_j = 1.

    Args:
        bins: of the p columns.
        own: the row's bin in each column, (p,) int.
        empirical: whether values are those of training rows, each as likely, instead of truncated normals.
    """

    def __init__(self, bins: Bins, own: np.ndarray, empirical: bool = False):
        from scipy.special import ndtr

        p, m = bins.probability.shape
        empty = bins.probability == 0
        order = np.argsort(1 * (np.arange(m) != own[:, None]) + 2 * empty, axis=1, kind="stable")
        rows = np.arange(p)[:, None]
        self._share = bins.probability[rows, order]
        self._upto = np.cumsum(self._share, axis=1)
        last = np.arange(m) >= (~empty).sum(axis=1)[:, None] - 1
        size = max(_IN_CACHE // p, 1)
        self._borders = [np.tile(column, (size, 1)) for column in np.where(last, np.inf, self._upto).T[1:-1]]
        self._offsets = np.tile(np.arange(p) * m, (size, 1))
        self._level_slope, self._level_start = np.zeros(p * m), np.zeros(p * m)
        self._level_slope[::m], self._level_slope[1::m] = self._share[:, 0], 1 - self._share[:, 0]
        self._level_start[1::m] = self._share[:, 0]
        self._empirical = empirical
        self._first, self._counts = bins.first[rows, order], bins.counts[rows, order]
        self._values = bins.values
        mean, spread, self._low, self._high = (
            one[rows, order].ravel() for one in (bins.mean, bins.spread, bins.low, bins.high)
        )
        scale = np.where(spread > 0, spread, 1.0)
        below = np.where(spread > 0, ndtr((self._low - mean) / scale), 0.25)  # any quantile times 0 is the mean
        mass = np.where(spread > 0, ndtr((self._high - mean) / scale), 0.75) - below
        self._mean, self._spread = mean, spread
        self._start, self._slope = _line(self._upto.ravel(), self._share.ravel(), below, mass)
        self._rank_start, self._rank_slope = _line(
            self._upto.ravel(), self._share.ravel(), self._first.ravel(), self._counts.ravel()
        )

    def __call__(self, masks: Masks, uniforms: np.ndarray) -> np.ndarray:
        """The cells, (n, p)."""
        found, size = np.empty(masks.shape), len(self._offsets)
        for start in range(0, len(masks), size):
            part = slice(start, start + size)
            self._draw(~masks[part], uniforms[part], found[part])
        return found

    def _draw(self, hidden: np.ndarray, uniforms: np.ndarray, found: np.ndarray) -> None:
        """The cells of a block; ``place`` is the position of each cell's bin in the tables, of p × m entries."""
        place = hidden + self._offsets[: len(hidden)]
        level = self._level_slope.take(place)
        level *= uniforms
        level += self._level_start.take(place)
        for border in self._borders:
            place += level >= border[: len(hidden)]
        if self._empirical:
            found[:] = self._trained(place, level)
        else:
            self._draw_normal(place, level, found)

    def _draw_normal(self, place: np.ndarray, level: np.ndarray, found: np.ndarray) -> None:
        from scipy.special import ndtri

        quantiles = self._slope.take(place)
        quantiles *= level
        quantiles += self._start.take(place)
        np.maximum(quantiles, 0.0, out=quantiles)
        np.minimum(quantiles, 1.0, out=quantiles)
        ndtri(quantiles, out=quantiles)
        quantiles *= self._spread.take(place)
        quantiles += self._mean.take(place)
        np.maximum(quantiles, self._low.take(place), out=quantiles)
        np.minimum(quantiles, self._high.take(place), out=found)

    def _trained(self, place: np.ndarray, level: np.ndarray) -> np.ndarray:
        first = self._first.ravel()[place]
        rank = np.floor(self._rank_start[place] + level * self._rank_slope[place]).astype(int)
        rank = np.clip(rank, first, first + self._counts.ravel()[place] - 1)
        answer: np.ndarray = self._values[np.arange(len(self._values)), rank]
        return answer


def _line(upto: np.ndarray, share: np.ndarray, below: np.ndarray, mass: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Intercept and slope of the line that takes a level in (upto − share, upto) to (below, below + mass)."""
    slope = np.divide(mass, share, out=np.zeros(len(share)), where=share > 0)
    return below + mass - slope * upto, slope
