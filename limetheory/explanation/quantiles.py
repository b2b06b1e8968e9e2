"""Quantiles of Student's t, of one number and of the largest of several."""

from __future__ import annotations

from typing import Any

import numpy as np

from limetheory.arrays import Gram

_DIRECTIONS = 1 << 14
"""How many directions a simultaneous level is averaged over: its standard error is below √(level (1 − level)) / 128."""

_ALIKE = 1 << 5
"""How many neighbouring directions, in order of their largest |t_i|, are replaced by their mean, which saves time."""


def two_sided(level: float, freedom: Any) -> Any:
    """The q with P(|t| ≤ q) = level, for one number of degrees of freedom or an array; ∞ means the normal law."""
    from scipy.special import ndtri, stdtrit

    tail = (1 + level) / 2
    finite = np.isfinite(freedom)
    found = np.where(finite, stdtrit(np.where(finite, freedom, 1.0), tail), ndtri(tail))
    return float(found) if np.ndim(freedom) == 0 else found


def at_same_level(quantile: float, freedom: float, others: Any) -> np.ndarray:
    """The q with P(|t| ≤ q) under other degrees of freedom as P(|t| ≤ quantile) is under ``freedom``."""
    from scipy.special import ndtr, ndtri, stdtr, stdtrit

    others = np.asarray(others, float)
    beyond = stdtr(freedom, -quantile) if np.isfinite(freedom) else ndtr(-quantile)
    finite = np.isfinite(others)
    found = -np.where(finite, stdtrit(np.where(finite, others, 1.0), beyond), ndtri(beyond))
    return np.where(others == freedom, quantile, found)


def sidak(level: float, freedom: Any, number: int) -> Any:
    """A q with P(|t_1| ≤ q, …, |t_number| ≤ q) ≥ level whatever the correlations (Šidák 1967)."""
    return two_sided(level ** (1 / max(number, 1)), freedom)


def factor(covariance: Gram) -> np.ndarray:
    """A with A Aᵀ = covariance and as many columns as its rank: (d, d) → (d, rank)."""
    values, vectors = np.linalg.eigh(covariance)
    kept = values > values[-1] * len(values) * np.finfo(float).eps
    columns: np.ndarray = vectors[:, kept] * np.sqrt(values[kept])
    return columns


def directions(rank: int, number: int = _DIRECTIONS) -> np.ndarray:
    """Directions uniform on the unit sphere, always the same, a multiple of 32 of them: (number, rank)."""
    normal = np.random.default_rng(0).standard_normal((number, rank))
    unit: np.ndarray = normal / np.linalg.norm(normal, axis=1, keepdims=True)
    return unit


def largest_t(largest: np.ndarray, rank: int, level: float, freedom: float, number: int) -> float:
    """The ``level`` quantile of max_i |t_i| over a multivariate Student vector of that rank.

    A normal vector is its length times an independent direction, so P(max |t_i| ≤ q) is the mean over directions of
    P(rank · F ≤ (q / largest)²) with F of Fisher's law with ``rank`` and ``freedom`` degrees of freedom; only the
    direction is sampled.

    Args:
        largest: the largest |t_i| that a vector of length 1 has in each of `directions`, (number of directions,).
        rank: the dimension of the sphere's space.
        level: in (0, 1).
        freedom: degrees of freedom of t; ∞ means the normal distribution.
        number: how many t_i there are; `sidak` bounds the quantile from above, a single t_i from below.
    """
    from scipy.optimize import brentq
    from scipy.special import chdtr, fdtr

    typical = (
        np.sort(largest).reshape(-1, _ALIKE).mean(axis=1)
    )  # over so short a range the probability is nearly linear

    def excess(q: float) -> float:
        squared = (q / typical) ** 2
        inside = fdtr(rank, freedom, squared / rank) if np.isfinite(freedom) else chdtr(rank, squared)
        return float(inside.mean()) - level

    least, most = two_sided(level, freedom), sidak(level, freedom, number)
    return float(np.clip(brentq(excess, least / 2, 2 * most, xtol=1e-9), least, most))
