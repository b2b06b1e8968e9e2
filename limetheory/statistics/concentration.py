"""The two tail inequalities behind thm:bound, solved for the deviation; both are proved or cited in paper/bound.md."""

from __future__ import annotations

import math


def bernstein_deviation(variance: float, largest: float, n: float, log_odds: float) -> float:
    """The ε at which exp(−n ε² / (2 (v + b ε/3))) is exp(−log_odds).

    A mean of n independent centred vectors of a Hilbert space, each of length at most b and of mean squared length at
    most v, is longer than ε with probability at most twice this; a mean of numbers of size at most b and mean
    square at most v, centred or not, exceeds its expectation by ε with probability at most this.

    >>> round(bernstein_deviation(1.0, 0.0, 200, math.log(2 / 0.05)), 6)
    0.192065
    """
    linear = largest * log_odds / (3 * n)
    return linear + math.sqrt(linear * linear + 2 * variance * log_odds / n)


def chernoff_exponent(t: float) -> float:
    """φ(t) = t + (1 − t) log(1 − t) for t in [0, 1], at least t²/2.

    >>> chernoff_exponent(0.0), round(chernoff_exponent(0.5), 6), chernoff_exponent(1.0)
    (0.0, 0.153426, 1.0)
    """
    if t < 0.01:  # the two terms cancel: the series, whose terms are all positive
        return sum(t**k / (k * (k - 1)) for k in range(2, 10))
    return t + (1 - t) * math.log1p(-t) if t < 1 else 1.0


def chernoff_loss(radius: float, n: float, log_odds: float) -> float:
    """The t at which exp(−(n/R) φ(t)) is exp(−log_odds), or 1 where n is too small for any t below 1.

    Newton's steps on the convex φ from the root of its lower bound t²/2 fall towards t and never below it, but for
    rounding, which the last line covers.

    >>> round(chernoff_loss(20.0, 2000, math.log(10)), 6)
    0.206776
    """
    target = radius * log_odds / n
    if target >= 1:
        return 1.0
    t = min(math.sqrt(2 * target), 1 - 1e-16)
    for _ in range(60):
        step = (chernoff_exponent(t) - target) / -math.log1p(-t)
        if not step > 1e-12 * t:
            break
        t -= step
    return min(t * (1 + 1e-9), 1.0)
