"""How faithful a map of segments is: what the network says while they are removed in order of their coefficients."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from experiments._frame import Row
from limetheory.metrics import (
    Predictions,
    area_fractions,
    deletion,
    deletion_auc,
    lif,
    mif,
    orders,
    preservation,
)


@dataclass(frozen=True, eq=False)
class Scorer:
    """The scores of coefficients of one label map, with one grey for removed pixels.

    A curve of whole segments has the share of removed pixels as its axis, so that coarse and fine maps compare. A curve
    of pixels removes equal shares of them at each step; equal scores, as those of the pixels of one segment, come in
    random order. Equal masks are evaluated once.

    Attributes:
        whole: the network's answers where whole segments are removed.
        pixels: its answers where single pixels are.
        labels: (s, s) label map.
        areas: the shares of the picture that are kept, and removed, for the answers of yes and no.
        steps: of the curve of pixels, both ends included.
    """

    whole: Predictions
    pixels: Predictions
    labels: np.ndarray
    areas: tuple[float, float]
    steps: int

    @cached_property
    def sizes(self) -> np.ndarray:
        """The share of the picture that each segment covers, (d,)."""
        return area_fractions(self.labels)

    def __call__(self, coefficients: np.ndarray) -> Row:
        """The scores of coefficients (d,); those that are rounding errors of equal ones count as equal."""
        c = rounded(coefficients)
        most, least = (deletion_auc(self.whole, sign * c, sizes=self.sizes) for sign in (1, -1))
        of_pixels = c[self.labels].ravel()
        dotted_most, dotted_least = (score(self.pixels, of_pixels, steps=self.steps, draws=1) for score in (mif, lif))
        kept, gone = (nearest_area(c, self.sizes, area) for area in self.areas)
        return {
            "mif": most, "lif": least, "srg": least - most, "srg_pixels": dotted_least - dotted_most,
            "preserved": float(preservation(self.whole, kept)), "deleted": float(deletion(self.whole, gone)),
            "kept_area": float(self.sizes[kept].sum()), "gone_area": float(self.sizes[gone].sum()),
        }  # fmt: skip


def rounded(coefficients: np.ndarray) -> np.ndarray:
    """Coefficients with nine digits of the largest one, so that rounding errors decide no order."""
    largest = np.abs(coefficients).max()
    if not largest > 0:
        return coefficients
    found: np.ndarray = np.round(coefficients / largest, 9)
    return found


def nearest_area(coefficients: np.ndarray, sizes: np.ndarray, area: float) -> np.ndarray:
    """The set of segments of largest coefficients whose share of the picture is nearest to an area, (d,) bool.

    The sets are {best}, {best, second}, …; of two as near the smaller one, and of tied coefficients those that come
    first in a random order of seed 0.

    >>> nearest_area(np.array([0.1, 0.5, 0.2]), np.array([0.5, 0.2, 0.3]), 0.45).tolist()
    [False, True, True]
    """
    order = orders(coefficients, 1, 0)[0]
    last = int(np.argmin(np.round(np.abs(np.cumsum(sizes[order]) - area), 12)))
    kept = np.zeros(len(sizes), bool)
    kept[order[: last + 1]] = True
    return kept
