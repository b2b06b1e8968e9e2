"""The one result type of closed forms and of sampling."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from limetheory.arguments import real
from limetheory.arrays import Gram, Intervals, PerSuperpixel

_DIRECTIONS = 1 << 14
"""Directions that a simultaneous level is averaged over, so its standard error is below √(level (1 − level)) / 128."""
_ALIKE = 1 << 5


@dataclass(frozen=True, eq=False)
class Explanation:
    """A weighted linear model of a set function: F(z) ≈ intercept + Σ coefficients_j z_j.

    The limit of a design and an estimate from samples are both of this type, so that every check is a
    comparison of two of them. A limit has standard errors zero.

    Attributes:
        coefficients: β_j of each superpixel, shape (d,).
        intercept: β_0.
        standard_errors: of the coefficients, shape (d,); ∞ where the masks do not determine a coefficient.
        n_evaluations: how many values of F were used.
        degrees_of_freedom: of Student's t in `interval`, one number or one for each coefficient, shape (d,); ∞ means
            the normal distribution.
        covariance: of the coefficients, shape (d, d), with ∞ on the diagonal and 0 beside it where the masks do not
            determine a coefficient; None if nothing is known beyond the standard errors.
        method: how coefficients and standard errors were obtained, such as ``"limit"``, ``"wls"`` or ``"wls, pairs"``;
            None where it is not known.

    >>> import numpy as np
    >>> Explanation(np.array([0.5]), 0.1, np.array([0.1]), 100).interval(0.95).round(3).tolist()
    [[0.304, 0.696]]
    """

    coefficients: PerSuperpixel
    intercept: float
    standard_errors: PerSuperpixel
    n_evaluations: int
    degrees_of_freedom: float | PerSuperpixel = np.inf
    covariance: Gram | None = field(default=None, kw_only=True)
    method: str | None = field(default=None, kw_only=True)

    @property
    def d(self) -> int:
        """Number of superpixels."""
        return len(self.coefficients)

    def interval(self, level: float = 0.95) -> Intervals:
        """Confidence interval of each coefficient at ``level`` in (0, 1), shape (d, 2).

        Each covers its own coefficient with this probability; `simultaneous_interval` covers all of them.
        """
        return self._about(two_sided(_checked(level), self.degrees_of_freedom))

    def simultaneous_interval(self, level: float = 0.95) -> Intervals:
        """Intervals that cover all coefficients at once with probability ``level`` in (0, 1), shape (d, 2).

        As wide as the ``level`` quantile of max_j |t_j| asks for, t multivariate Student with this covariance (Hothorn,
        Bretz & Westfall 2008). Where coefficients differ in their degrees of freedom, t has the largest of them, and
        each coefficient's half-width is taken at the two-sided level that the quantile has there. Without a covariance
        the half-width is that of Šidák's inequality (1967), which holds for every correlation. The same explanation
        always has the same intervals; their level has a standard error of at most 0.0017 at 0.95, from a fixed sample
        of directions.

        >>> errors = np.array([0.1, 0.1])
        >>> answer = Explanation(np.zeros(2), 0.0, errors, 100, covariance=0.01 * np.array([[1, 0.9], [0.9, 1]]))
        >>> answer.interval()[0].round(3).tolist(), answer.simultaneous_interval()[0].round(3).tolist()
        ([-0.196, 0.196], [-0.211, 0.211])
        """
        level, errors, freedom = _checked(level), self.standard_errors, self.largest_freedom
        random = np.flatnonzero((errors > 0) & np.isfinite(errors))
        if self.covariance is None or len(random) < 2:
            return self._about(self._at_each(sidak(level, freedom, len(random))))
        scale = np.outer(errors[random], errors[random])
        axes = factor(self.covariance[np.ix_(random, random)] / scale)
        reach = np.abs(directions(axes.shape[1]) @ axes.T).max(axis=1)
        return self._about(self._at_each(largest_t(reach, axes.shape[1], level, freedom, len(random))))

    @property
    def largest_freedom(self) -> float:
        """The largest degrees of freedom of a coefficient."""
        return float(np.max(self.degrees_of_freedom))

    def _at_each(self, quantile: float) -> float | PerSuperpixel:
        """A quantile of t with the largest degrees of freedom, at the same two-sided level for each coefficient's."""
        return at_same_level(quantile, self.largest_freedom, self.degrees_of_freedom)

    def _about(self, quantile: float | PerSuperpixel) -> Intervals:
        half_width = quantile * self.standard_errors
        return np.stack([self.coefficients - half_width, self.coefficients + half_width], axis=1)


def _checked(level: float) -> float:
    return real("level", level, above=0, below=1, remedy="write 0.95 for 95 %")


def two_sided(level: float, freedom: Any) -> Any:
    """The q with P(|t| ≤ q) = level, for one number of degrees of freedom or an array; ∞ means the normal law."""
    from scipy.special import ndtri, stdtrit

    tail = (1 + level) / 2
    finite = np.isfinite(freedom)
    found = np.where(finite, stdtrit(np.where(finite, freedom, 1.0), tail), ndtri(tail))
    return float(found) if np.ndim(freedom) == 0 else found


def at_same_level(quantile: float, freedom: float, others: Any) -> Any:
    """The q with P(|t| ≤ q) under other degrees of freedom as P(|t| ≤ quantile) is under ``freedom``."""
    from scipy.special import ndtr, ndtri, stdtr, stdtrit

    others = np.asarray(others, float)
    beyond = stdtr(freedom, -quantile) if np.isfinite(freedom) else ndtr(-quantile)
    finite = np.isfinite(others)
    found = -np.where(finite, stdtrit(np.where(finite, others, 1.0), beyond), ndtri(beyond))
    return np.where(others == freedom, quantile, found)


def sidak(level: float, freedom: float, number: int) -> float:
    """A q with P(|t_1| ≤ q, …, |t_number| ≤ q) ≥ level whatever the correlations (Šidák 1967)."""
    return two_sided(level ** (1 / max(number, 1)), freedom)


def factor(covariance: Gram) -> np.ndarray:
    """A with A Aᵀ = covariance and as many columns as its rank: (d, d) → (d, rank)."""
    values, vectors = np.linalg.eigh(covariance)
    kept = values > values[-1] * len(values) * np.finfo(float).eps
    return vectors[:, kept] * np.sqrt(values[kept])


def directions(rank: int) -> np.ndarray:
    """Directions uniform on the unit sphere, always the same: (number, rank)."""
    normal = np.random.default_rng(0).standard_normal((_DIRECTIONS, rank))
    return normal / np.linalg.norm(normal, axis=1, keepdims=True)


def largest_t(reach: np.ndarray, rank: int, level: float, freedom: float, number: int) -> float:
    """The ``level`` quantile of max_i |t_i| over a multivariate Student vector of that rank.

    A normal vector is its length times an independent direction, so P(max |t_i| ≤ q) is the mean over directions of
    P(rank · F ≤ (q / reach)²), F of Fisher's law with ``rank`` and ``freedom`` degrees: only the direction is sampled.

    Args:
        reach: the largest |t_i| that a vector of length 1 has in each of `directions`, (number of directions,).
        rank: the dimension of the sphere's space.
        level: in (0, 1).
        freedom: degrees of freedom of t; ∞ means the normal distribution.
        number: how many t_i there are; `sidak` bounds the quantile from above, a single t_i from below.
    """
    from scipy.optimize import brentq
    from scipy.special import chdtr, fdtr

    typical = np.sort(reach).reshape(-1, _ALIKE).mean(axis=1)  # within so few alike the law is linear

    def excess(q: float) -> float:
        squared = (q / typical) ** 2
        inside = fdtr(rank, freedom, squared / rank) if np.isfinite(freedom) else chdtr(rank, squared)
        return float(inside.mean()) - level

    least, most = two_sided(level, freedom), sidak(level, freedom, number)
    return float(np.clip(brentq(excess, least / 2, 2 * most, xtol=1e-9), least, most))
