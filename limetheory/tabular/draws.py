"""Random cells given the mask, many rows at once: every cell is a quantile of its law at one uniform number."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr, ndtri

from limetheory.arrays import Masks
from limetheory.tabular.bins import Bins


class CellDraws:
    """Cells by the laws of `BinLaws`: (n, p) masks and (n, p) uniform numbers → (n, p) cells.

    The row's own bin comes first in the order of the bins and those without training rows last, so that a uniform number w picks a bin by the cumulated
    shares, with w below the share of the own bin exactly where z_j = 1.

    Args:
        bins: of the p columns.
        own: the row's bin in each column, (p,) int.
        empirical: whether values are those of training rows, each as likely, instead of truncated normals.
    """

    def __init__(self, bins: Bins, own: np.ndarray, empirical: bool = False):
        p, m = bins.probability.shape
        empty = bins.probability == 0
        order = np.argsort(1 * (np.arange(m) != own[:, None]) + 2 * empty, axis=1, kind="stable")
        rows = np.arange(p)[:, None]
        self._share = bins.probability[rows, order]
        self._upto = np.cumsum(self._share, axis=1)
        last = np.arange(m) >= (~empty).sum(axis=1)[:, None] - 1
        self._border = np.where(last, np.inf, self._upto)
        self._empirical = empirical
        self._first, self._counts = bins.first[rows, order], bins.counts[rows, order]
        self._values = bins.values
        mean, spread, low, high = (one[rows, order] for one in (bins.mean, bins.spread, bins.low, bins.high))
        scale = np.where(spread > 0, spread, 1.0)
        self._mean, self._spread, self._low, self._high = mean, spread, low, high
        self._below = np.where(spread > 0, ndtr((low - mean) / scale), 0.25)  # any quantile times 0 is the mean
        self._mass = np.where(spread > 0, ndtr((high - mean) / scale), 0.75) - self._below

    @property
    def keep(self) -> np.ndarray:
        """P(z_j = 1): the share of training rows in the row's own bin, (p,)."""
        return self._share[:, 0]

    def __call__(self, masks: Masks, uniforms: np.ndarray) -> np.ndarray:
        """The cells, (n, p)."""
        keep = self.keep
        level = np.where(masks, uniforms * keep, keep + uniforms * (1 - keep))
        chosen = (~masks).astype(np.intp)
        for k in range(1, self._border.shape[1] - 1):
            chosen += level >= self._border[:, k]
        place = np.arange(len(keep)) * self._upto.shape[1] + chosen
        share, upto = self._share.ravel()[place], self._upto.ravel()[place]
        within = np.clip(1 - (upto - level) / share, 0.0, 1.0)
        return self._trained(place, within) if self._empirical else self._normal(place, within)

    def _normal(self, place: np.ndarray, within: np.ndarray) -> np.ndarray:
        def at(table: np.ndarray) -> np.ndarray:
            return table.ravel()[place]

        quantiles = ndtri(at(self._below) + within * at(self._mass))
        return np.clip(at(self._mean) + at(self._spread) * quantiles, at(self._low), at(self._high))

    def _trained(self, place: np.ndarray, within: np.ndarray) -> np.ndarray:
        counts = self._counts.ravel()[place]
        rank = np.minimum((within * counts).astype(int), counts - 1)
        return self._values[np.arange(len(self._values)), self._first.ravel()[place] + rank]
