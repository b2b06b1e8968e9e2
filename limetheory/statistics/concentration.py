"""The tail inequalities behind thm:bound, solved for the deviation; each is proved or cited in paper/bound.md."""

from __future__ import annotations

import math
from typing import Any

import numpy as np


def bernstein_deviation(variance: Any, largest: Any, n: float, exponent: float) -> Any:
    """The ε at which exp(−n ε² / (2 (v + b ε/3))) is exp(−exponent), for numbers or arrays v and b.

    A mean of n independent variables, of absolute value at most b and mean square at most v, centred or not, exceeds
    its expectation by ε with at most that probability.

    >>> round(bernstein_deviation(1.0, 0.0, 200, math.log(2 / 0.05)), 6)
    0.192065
    """
    linear = largest * exponent / (3 * n)
    return linear + (linear * linear + 2 * variance * exponent / n) ** 0.5


def bousquet_deviation(trace: Any, norm: Any, largest: Any, n: float, exponent: float) -> Any:
    """√(v/n) + √(2 λ (σ² + 2 b √(v/n)) / n) + b λ/(3 n) with λ = exponent (Bousquet 2002, Theorem 2.3).

    A mean of n independent centred vectors, each of length at most b, of mean squared length at most v and of variance
    at most σ² in every direction, is longer with probability at most exp(−λ). Here λ multiplies σ², the variance in one
    direction; in Bernstein's inequality for vectors it multiplies v, which grows with the dimension.

    >>> round(bousquet_deviation(50.0, 1.0, 0.0, 200, 5.0), 6), round(bernstein_deviation(50.0, 0.0, 200, 5.0), 6)
    (0.723607, 1.581139)
    """
    mean = (trace / n) ** 0.5
    return mean + (2 * exponent * (norm + 2 * largest * mean) / n) ** 0.5 + largest * exponent / (3 * n)


def vector_deviation(trace: Any, norm: Any, largest: Any, n: float, eta: float) -> Any:
    """The smaller of two bounds of the length of a mean of n centred vectors, each of which fails with probability η.

    Bousquet's, and Bernstein's for vectors (Pinelis 1994), which is smaller where the variance has few directions.
    """
    by_norm = bousquet_deviation(trace, norm, largest, n, -math.log(eta))
    return np.minimum(by_norm, bernstein_deviation(trace, largest, n, math.log(2 / eta)))


def shortfall(mean_square: Any, n: float, exponent: float) -> Any:
    """√(2 q λ / n) with λ = exponent: a lower-tail bound for a mean of variables Y ≥ 0 of mean square q.

    The mean is lower than its expectation by more with probability at most exp(−λ), since
    E e^{−θY} ≤ exp(−θ E Y + θ² q/2) for Y ≥ 0, without any upper bound on Y.

    >>> round(shortfall(0.5, 200, 2.0), 6)
    0.1
    """
    return (2 * mean_square * exponent / n) ** 0.5


def chernoff_exponent(t: float) -> float:
    """φ(t) = t + (1 − t) log(1 − t) for t in [0, 1], at least t²/2.

    >>> chernoff_exponent(0.0), round(chernoff_exponent(0.5), 6), chernoff_exponent(1.0)
    (0.0, 0.153426, 1.0)
    """
    if t < 0.01:  # the two terms cancel: the series, whose terms are all positive
        return sum(t**k / (k * (k - 1)) for k in range(2, 10))
    return t + (1 - t) * math.log1p(-t) if t < 1 else 1.0


def chernoff_loss(radius: float, n: float, exponent: float) -> float:
    """The t at which exp(−(n/R) φ(t)) is exp(−exponent), or 1 where n is too small for any t below 1.

    Newton's method for the convex φ, from the root of its lower bound t²/2: iterates decrease to t and stay above it
    up to rounding, for which the last line allows.

    >>> round(chernoff_loss(20.0, 2000, math.log(10)), 6)
    0.206776
    """
    target = radius * exponent / n
    if target >= 1:
        return 1.0
    t = min(math.sqrt(2 * target), 1 - 1e-16)
    for _ in range(60):
        step = (chernoff_exponent(t) - target) / -math.log1p(-t)
        if not step > 1e-12 * t:
            break
        t -= step
    return min(t * (1 + 1e-9), 1.0)
