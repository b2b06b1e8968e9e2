"""Polynomials of the size that are orthogonal under a law of sizes, without cancellation (thm:quadratic)."""

from __future__ import annotations

import numpy as np

from limetheory.arrays import PerSize


def from_mean(law: PerSize) -> PerSize:
    """k − E[K] for k = 0..d, (d+1,), as a difference of two sums of one sign: exact where nearly all mass is on k.

    >>> from_mean(np.array([0.0, 1e-30, 1.0])).tolist()
    [-2.0, -1.0, 1e-30]
    """
    total = law.sum()
    return np.asarray((_distances(law) - _distances(law[::-1])[::-1]) / total)


def square(law: PerSize) -> PerSize:
    """The monic polynomial of degree 2 that is orthogonal to 1 and K under a law with mass 1, at k = 0..d, (d+1,).

    It is Σ_{i<j} law_i law_j (k − i)(k − j)(i − j)² / Var(K) (Heine): sums of one sign over the pairs below k, above k
    and around k, in O(d).

    >>> square(np.array([0.25, 0.5, 0.25])).tolist()
    [0.5, -0.5, 0.5]
    >>> print(square(np.array([1e-40, 1e-10, 1.0])))
    [ 2.e+00 -4.e-30  2.e-40]
    """
    scaled = law / (law @ _moments(law)[1])  # by the variance, Σ_{i<j} law_i law_j (i − j)²: products stay in range
    below, above = _pairs(law, scaled), _pairs(law[::-1], scaled[::-1])[::-1]
    (first, second, third), (one, two, three) = _moments(scaled), _moments(law[::-1])[:, ::-1]
    return np.asarray(below + above - (third * one + 2 * second * two + first * three))


def _distances(law: PerSize) -> PerSize:
    """Σ_{i<k} law_i (k − i) for k = 0..d, (d+1,)."""
    return np.append(0.0, np.cumsum(np.cumsum(law[:-1])))


def _moments(law: PerSize) -> np.ndarray:
    """Σ_{i<k} law_i (k − i)^r for r = 1, 2, 3 and k = 0..d, (3, d+1)."""
    found, (zeroth, first, second, third) = np.zeros((3, len(law))), np.zeros(4)
    for k, mass in enumerate(law[:-1]):
        third, second = third + 3 * second + 3 * first + zeroth + mass, second + 2 * first + zeroth + mass
        first, zeroth = first + zeroth + mass, zeroth + mass
        found[:, k + 1] = first, second, third
    return found


def _pairs(law: PerSize, scaled: PerSize) -> PerSize:
    """Σ_{i<j<k} scaled_i law_j (k − i)(k − j)(i − j)² for k = 0..d, (d+1,)."""
    found, (_, second, third) = np.zeros(len(law)), _moments(scaled)
    plain = summed = product = 0.0  # of (i − j)², times the sum and the product of both distances from k
    for k, mass in enumerate(law[:-1]):
        product, summed = product + summed + plain, summed + 2 * plain
        product += mass * (third[k] + second[k])
        summed += mass * (third[k] + 2 * second[k])
        plain += mass * second[k]
        found[k + 1] = product
    return found
