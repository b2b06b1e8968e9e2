"""Quantiles of truncated normal laws, rounded as scipy rounds them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np

from limetheory.arrays import Floats


class TruncatedNormals:
    """Normal laws of different means and spreads, each truncated to an interval of its own.

    Quantiles have the digits of ``scipy.stats.truncnorm``, whose formula this is; but what depends on the law alone is
    computed once for each law, and not for each number. With a and b the ends in units of the spread from the mean, and
    a < 0, log Φ(x) = log(Φ(a) + q (Φ(b) − Φ(a))); else the same of −x, −b and −a, so that the tail is the small one.

    Args:
        low, high, mean, spread: of the laws, (m,).

    >>> laws = TruncatedNormals(*np.array([[-1.0, 0.0], [1.0, 9.0], [0.0, 0.0], [1.0, 1.0]]))
    >>> laws.quantiles(np.array([0, 1]), np.array([0.75, 0.5])).round(4).tolist()
    [0.4418, 0.6745]
    """

    def __init__(self, low: Floats, high: Floats, mean: Floats, spread: Floats):
        from scipy.special import log_ndtr

        with np.errstate(divide="ignore", invalid="ignore"):
            a, b = (low - mean) / spread, (high - mean) / spread
        self._proper, self._mirrored = (spread > 0) & (a < b), a >= 0
        a, b = np.where(self._proper, a, -1.0), np.where(self._proper, b, 1.0)
        self._edge, self._mass = log_ndtr(np.where(self._mirrored, -b, a)), _log_mass(a, b)
        self._mean, self._scale = mean, np.where(self._mirrored, -spread, spread)

    def quantiles(self, law: np.ndarray, level: Floats) -> Floats:
        """The quantile of each law at each level in [0, 1): numbers of laws (n,) and levels (n,) → (n,).

        Raises:
            ValueError: an interval without an inside, or a spread that is not positive.
        """
        from scipy.special import ndtri_exp

        if not self._proper.take(law).all():
            raise ValueError(
                "each bin must have a least value below its largest, and a positive standard deviation, got one that "
                "has not; mend mins, maxs or stds"
            )
        mirrored = self._mirrored.take(law)
        logs = np.log(level)
        logs[mirrored] = np.log1p(-level[mirrored])
        logs += self._mass.take(law)
        edge = self._edge.take(law)
        largest = np.maximum(logs, edge)
        np.minimum(logs, edge, out=logs)
        logs -= largest
        logs = _log_of_one_and()(np.exp(logs, out=logs))
        logs += largest
        found: Floats = ndtri_exp(logs, out=logs)
        found *= self._scale.take(law)
        found += self._mean.take(law)
        return found


@cache
def _log_of_one_and() -> Callable[[Floats], Floats]:
    """x ↦ log(1 + x) as scipy's logsumexp rounds it: older versions round 1 + x before they take its logarithm."""
    from scipy.special import logsumexp

    return np.log1p if logsumexp([0.0, -40.0]) > 0 else lambda x: np.log(1.0 + x)


def _log_mass(a: Floats, b: Floats) -> Floats:
    """log(Φ(b) − Φ(a)), from the tail where both are small, or from both tails where 0 is inside."""
    from scipy.special import log1p, log_ndtr, logsumexp, ndtr

    right = a > 0
    beside = right | (b <= 0)
    # no argument "where": with it scipy 1.17's log1p writes beyond its output
    found: Floats = log1p(np.where(beside, 0.0, -ndtr(a) - ndtr(-b)))
    if beside.any():
        below, upto = np.where(right, -b, a)[beside], np.where(right, -a, b)[beside]
        # the difference of two exponentials, as scipy takes it
        found[beside] = np.real(logsumexp([log_ndtr(upto), log_ndtr(below) + np.pi * 1j], axis=0))
    return found
