"""Inference from one explanation: tests of differences between coefficients, and confidence intervals for ranks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from limetheory.arguments import integer, real
from limetheory.arrays import Gram
from limetheory.explanation import Explanation
from limetheory.explanation.quantiles import at_same_level, directions, factor, largest_t
from limetheory.explanation.result import checked_explanation

_OF_VALUES = 2e-11
"""Rounding of a difference, relative to |β_0| + Σ_j |β_j|: coefficients of a limit are exact to 1e-11 of max |F|."""


@dataclass(frozen=True)
class Comparison:
    """The difference of two coefficients.

    Attributes:
        difference: β_i − β_j.
        standard_error: of the difference.
        degrees_of_freedom: of Student's t, the smaller of the two coefficients'; ∞ means the normal distribution.
        p_value: one-sided, of the hypothesis β_i ≤ β_j.
    """

    difference: float
    standard_error: float
    degrees_of_freedom: float
    p_value: float


def above(explanation: Explanation, i: int, j: int) -> Comparison:
    """Test, one-sided, whether superpixel i is above superpixel j: β_i > β_j in the limit.

    For one pair that was chosen before this explanation was seen. For pairs chosen by the explanation itself, such as
    its first and its second, the p-value is too small; `rank_intervals` corrects for all pairs. Where no covariance is
    known, the standard error is the largest possible, the sum of the two.

    Args:
        explanation: an estimate, or a limit (whose standard error is 0 and whose p-value is 0 or 1, 1 where the
            coefficients differ by rounding alone).
        i, j: two different superpixels, 0..d−1.

    >>> answer = Explanation(np.array([0.5, 0.3]), 0.0, np.array([0.1, 0.1]), 100, covariance=np.diag([0.01, 0.01]))
    >>> found = above(answer, 0, 1)
    >>> round(found.standard_error, 4), round(found.p_value, 4)
    (0.1414, 0.0786)
    """
    from scipy.special import ndtr, stdtr

    checked_explanation("explanation", explanation)
    i, j = _superpixel("i", i, explanation.d), _superpixel("j", j, explanation.d)
    if i == j:
        raise ValueError(f"i and j must be two coefficients, got {i} twice")
    difference = float(explanation.coefficients[i] - explanation.coefficients[j])
    error, freedom = _error(explanation, i, j), float(_pair_freedom(explanation)[i, j])
    if error == 0:
        return Comparison(difference, error, freedom, float(difference <= _rounding(explanation)))
    below = -difference / error
    p_value = stdtr(freedom, below) if np.isfinite(freedom) else ndtr(below)
    return Comparison(difference, error, freedom, float(p_value))


def rank_intervals(explanation: Explanation, level: float = 0.95) -> np.ndarray:
    """Simultaneous confidence intervals for the ranks of all superpixels in the limit, (d, 2) int.

    Rank 1 is the largest coefficient. Superpixel i is certainly above j if their difference exceeds its simultaneous
    half-width over all d (d − 1) / 2 pairs (Tukey's method with this covariance); its rank then lies between 1 + the
    number certainly above it and d − the number certainly below it (Klein, Wright & Wieczorek 2020). Superpixels
    that are tied in the limit have any rank that their tie allows.

    Args:
        explanation: an estimate with a covariance and finite standard errors, or a limit.
        level: in (0, 1).

    Raises:
        ValueError: the covariance is not known, or infinite.

    >>> answer = Explanation(np.array([0.1, 0.9, 0.3]), 0.0, np.full(3, 0.1), 100, covariance=0.01 * np.eye(3))
    >>> rank_intervals(answer).tolist()
    [[2, 3], [1, 1], [2, 3]]
    """
    checked_explanation("explanation", explanation)
    level = real("level", level, above=0, below=1, remedy="write 0.95 for 95 %")
    covariance, beta = known_covariance(explanation), explanation.coefficients
    errors, freedom = _pair_errors(covariance), explanation.largest_freedom
    quantile = _pair_quantile(covariance, errors, level, freedom)
    half_widths = at_same_level(quantile, freedom, _pair_freedom(explanation)) * errors
    certain = beta[:, None] - beta > np.maximum(half_widths, _rounding(explanation))
    return np.stack([1 + certain.sum(axis=0), explanation.d - certain.sum(axis=1)], axis=1)


def _rounding(explanation: Explanation) -> float:
    """The largest difference between equal coefficients that rounding errors explain."""
    return _OF_VALUES * float(abs(explanation.intercept) + np.abs(explanation.coefficients).sum())


def known_covariance(explanation: Explanation) -> Gram:
    """The covariance of an estimate, zero for a limit.

    Raises:
        ValueError: it is not known, or infinite.
    """
    errors = explanation.standard_errors
    unknown = np.count_nonzero(~np.isfinite(errors))
    if unknown:
        raise ValueError(f"standard_errors must be finite, got {unknown} of {len(errors)} infinite; draw more masks")
    if explanation.covariance is not None:
        return explanation.covariance
    if errors.any():
        raise ValueError("the explanation must have a covariance, got None; explain by limetheory.estimate")
    return np.zeros((explanation.d, explanation.d))


def _superpixel(name: str, value: int, d: int) -> int:
    if integer(name, value, 0) >= d:
        raise ValueError(f"{name} must be below d = {d}, got {value}")
    return int(value)


def _error(explanation: Explanation, i: int, j: int) -> float:
    """Standard error of β_i − β_j; without a covariance its largest possible value."""
    errors = explanation.standard_errors[[i, j]]
    if explanation.covariance is None or not np.isfinite(errors).all():
        return float(errors.sum())
    return float(_pair_errors(explanation.covariance[np.ix_([i, j], [i, j])])[0, 1])


def _pair_freedom(explanation: Explanation) -> Gram:
    """The smaller degrees of freedom of each pair of coefficients, (d, d)."""
    each = np.broadcast_to(explanation.degrees_of_freedom, explanation.d)
    pairs: Gram = np.minimum.outer(each, each)
    return pairs


def _pair_errors(covariance: Gram) -> Gram:
    """Standard errors of all differences, (d, d); 0 where the variance is within its rounding error."""
    variances = np.diag(covariance)
    sums = np.add.outer(variances, variances)
    squares = sums - 2 * covariance
    return np.sqrt(np.where(squares > 8 * np.finfo(float).eps * sums, squares, 0.0))


def _pair_quantile(covariance: Gram, errors: Gram, level: float, freedom: float) -> float:
    """The ``level`` quantile of the largest |t| over all pairs with a random difference."""
    pairs = int(np.count_nonzero(np.triu(errors)))
    if not pairs:
        return 0.0
    axes = factor(covariance)
    along = directions(axes.shape[1]) @ axes.T
    largest = np.zeros(len(along))
    for i, row in enumerate(errors):
        others = np.flatnonzero(row[:i])
        if len(others):
            ratios = np.abs(along[:, others] - along[:, [i]]) / row[others]
            largest = np.maximum(largest, ratios.max(axis=1))
    return largest_t(largest, axes.shape[1], level, freedom, pairs)
