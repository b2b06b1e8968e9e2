"""How the errors of a map A(p) = Σ_j β_j M_j(p) hang together: by the covariance of its coefficients."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from limetheory.arrays import HeatMap, SoftMasks
from limetheory.explanation import Explanation
from limetheory.explanation.quantiles import at_same_level, directions, factor, largest_t

_DIRECTIONS = 1 << 11  # over which a simultaneous level is averaged: its standard error is below 0.005 at 0.95
_BLOCK = 1 << 12  # pixels at once; a convention for memory


@dataclass(frozen=True, eq=False)
class LinearSpread:
    """Standard errors and simultaneous half-widths of Σ_j β_j M_j(p) from the covariance of β.

    Attributes:
        found: β, with a covariance.
        masks: M, (d, h, w).
    """

    found: Explanation
    masks: SoftMasks

    @cached_property
    def errors(self) -> HeatMap:
        """Standard errors, (h, w); ∞ where a coefficient that is not determined has a part."""
        errors = np.sqrt(np.einsum("rp,rp->p", self._parts, self._parts)).reshape(self.masks.shape[1:])
        unknown = self.masks[~np.isfinite(self.found.standard_errors)].any(axis=0)
        return np.where(unknown, np.inf, errors)

    @property
    def freedom(self) -> float | HeatMap:
        """Degrees of freedom, see `fewest`."""
        return fewest(self.found, self.masks)

    def half_widths(self, level: float) -> HeatMap:
        """Half-widths of intervals that cover all pixels at once, (h, w), as in `Explanation.simultaneous_interval`."""
        random = np.flatnonzero(np.isfinite(self.errors) & (self.errors > 0))
        if not len(random):
            return self.errors  # 0 or ∞
        parts, errors = self._parts, self.errors.ravel()
        drawn = directions(len(parts), _DIRECTIONS)
        largest = np.zeros(_DIRECTIONS)
        for start in range(0, len(random), _BLOCK):
            pixels = random[start : start + _BLOCK]
            largest = np.maximum(largest, np.abs(drawn @ (parts[:, pixels] / errors[pixels])).max(axis=1))
        most = float(np.max(self.freedom))
        quantile = largest_t(largest, len(parts), level, most, len(random))
        found: HeatMap = at_same_level(quantile, most, self.freedom) * self.errors
        return found

    @cached_property
    def _parts(self) -> np.ndarray:
        """Independent parts of the error of each pixel, (rank, h · w)."""
        errors, covariance = self.found.standard_errors, self.found.covariance
        assert covariance is not None
        random = np.flatnonzero((errors > 0) & np.isfinite(errors))
        if not len(random):
            return np.zeros((1, self.masks[0].size))
        axes = factor(covariance[np.ix_(random, random)] / np.outer(errors[random], errors[random]))
        parts: np.ndarray = (axes * errors[random, None]).T @ self.masks[random].reshape(len(random), -1)
        return parts


@dataclass(frozen=True, eq=False)
class BoundedSpread:
    """Bounds that hold whatever the correlations: |Σ_j M_j(p) e_j| ≤ Σ_j M_j(p) |e_j|.

    For coefficients without a covariance, and for those of a tolerance, whose simultaneous intervals hold at every
    stopping time, and so the map's.
    """

    found: Explanation
    masks: SoftMasks

    @property
    def errors(self) -> HeatMap:
        """Upper bounds of the standard errors, (h, w)."""
        return self._summed(self.found.standard_errors)

    @property
    def freedom(self) -> float | HeatMap:
        """Degrees of freedom, see `fewest`."""
        return fewest(self.found, self.masks)

    def half_widths(self, level: float) -> HeatMap:
        """Half-widths of intervals that cover all pixels at once, (h, w)."""
        return self._summed(self.found.simultaneous_interval(level)[:, 1] - self.found.coefficients)

    def _summed(self, bounds: np.ndarray) -> HeatMap:
        finite = np.isfinite(bounds)
        found = np.tensordot(np.where(finite, bounds, 0.0), self.masks, axes=1)
        return np.where(self.masks[~finite].any(axis=0), np.inf, found)


def fewest(found: Explanation, masks: SoftMasks) -> float | HeatMap:
    """The fewest degrees of freedom of the coefficients that share a pixel, (h, w); one number where all are alike."""
    freedom = np.asarray(found.degrees_of_freedom, float)
    if freedom.ndim == 0:
        return float(freedom)
    least: HeatMap = np.where(masks > 0, freedom[:, None, None], np.inf).min(axis=0)
    return least
