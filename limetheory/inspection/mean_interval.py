"""An interval for the mean of a few numbers whose law may be skewed."""

from __future__ import annotations

from typing import Any

import numpy as np

from limetheory.arguments import real, vector
from limetheory.explaining.budget import LEVEL
from limetheory.metrics import Interval


def mean_interval(values: Any, level: float = LEVEL) -> Interval:
    """The mean of independent numbers with an interval that is corrected for their skewness.

    Student's interval after Hall's monotone cubic transformation of the t statistic (Hall 1992, "On the removal of
    skewness by transformation"). For symmetric laws it is nearly Student's own. For skewed ones it reaches farther on
    the side of the long tail, and holds the mean more often, though still less often than its level if there are few
    numbers. With fewer than three numbers, or if all are equal, the ends are NaN.

    Args:
        values: (n,) finite numbers, n ≥ 1.
        level: in (0, 1).

    >>> mean_interval([0.1, 0.2, 0.3, 0.4])
    Interval(mean=0.25, low=0.044..., high=0.455...)
    >>> mean_interval([0.1, 0.1, 0.1, 0.9])
    Interval(mean=0.3..., low=-0.122..., high=2.339...)
    """
    x, level = vector("values", values), real("level", level, above=0, below=1, remedy="write 0.95 for 95 %")
    if not len(x):
        raise ValueError("values must be one or more numbers, got none; evaluate at least one input")
    mean = float(x.mean())
    if len(x) < 3 or np.ptp(x) <= 1e-12 * np.abs(x).max():
        return Interval(mean, float("nan"), float("nan"))
    low, high = (_transformed_back(x, side * _quantile(len(x), level)) for side in (1, -1))
    return Interval(mean, mean - low, mean - high)


def _quantile(n: int, level: float) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(n - 1, (1 + level) / 2) / np.sqrt(n))


def _transformed_back(x: np.ndarray, quantile: float) -> float:
    """By how much the mean of x exceeds that of its law at a quantile of the transformed statistic."""
    n, deviation = len(x), float(x.std(ddof=1))
    skewness = float(((x - x.mean()) ** 3).mean() / x.std() ** 3)
    if abs(skewness) < 1e-8:  # the limit of the formula, which cancels there
        return quantile * deviation
    inner = 1 + skewness * (quantile - skewness / (6 * n))
    return float(3 / skewness * (np.cbrt(inner) - 1) * deviation)
