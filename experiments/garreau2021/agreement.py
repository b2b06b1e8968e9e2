"""The Jaccard index of the superpixels with the largest positive coefficients: observed, by chance, in repetition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import comb
from typing import TypeAlias

import numpy as np

from experiments.garreau2021.rules import REFERENCE
from limetheory.verification.network import jaccard, top_positive

Coefficients: TypeAlias = Sequence[float] | np.ndarray
TOPS = (5, 10)
DUST = 1e-7
"""Coefficients of at most this times the largest count as 0: rounding decides their sign. A convention."""
DRAWS = 200
"""Pairs of repetitions that are simulated."""


def largest(values: Coefficients, k: int) -> set[int]:
    """The superpixels of the k largest positive coefficients, fewer where fewer are positive.

    >>> sorted(largest([0.3, 1e-17, -0.2, 0.1], 3))
    [0, 3]
    """
    array = np.asarray(values, float)
    return top_positive(np.where(np.abs(array) > DUST * np.abs(array).max(), array, 0.0), k)


def index(one: Coefficients, other: Coefficients, k: int) -> float:
    """The Jaccard index of the k largest positive coefficients of two explanations, fewer where fewer are positive."""
    return jaccard(largest(one, k), largest(other, k))


def chance(d: int, one: int, other: int) -> float:
    """The expected Jaccard index of two independent random sets of given sizes, of d superpixels; 1 for two empty ones.

    >>> round(chance(10, 5, 5), 3), round(chance(10, 5, 2), 3), chance(7, 0, 0)
    (0.35, 0.175, 1.0)
    """
    if not one + other:
        return 1.0
    shared = range(max(0, one + other - d), min(one, other) + 1)
    return sum(comb(one, c) * comb(d - one, other - c) * c / (one + other - c) for c in shared) / comb(d, other)


def chance_of(one: Coefficients, other: Coefficients, k: int) -> float:
    """What chance gives for the numbers of superpixels that `index` compares."""
    sizes = [len(largest(values, k)) for values in (one, other)]
    return chance(len(one), *sizes)


def simulated(
    limit: np.ndarray, covariance: np.ndarray, repetitions: int, gradients: Mapping[str, np.ndarray], k: int,
    seed: Sequence[int],
) -> dict[str, float]:  # fmt: skip
    """Mean indices over repetitions of LIME, drawn from the normal law around the limit that thm:clt gives.

    Args:
        limit: (d,).
        covariance: of one run, (d, d).
        repetitions: runs that are averaged, as in the study.
        gradients: by rule of integration.
        k: superpixels.
        seed: of the draws.

    Returns:
        The index of two runs, of two means, and of a run and of a mean with the limit and with the integral.
    """
    draws = np.random.default_rng([*seed, 2, k]).multivariate_normal(
        np.zeros(len(limit)), covariance, (2, DRAWS), method="eigh", check_valid="ignore"
    )
    exact, path = (largest(values, k) for values in (limit, gradients[REFERENCE]))
    found = {}
    for name, scale in (("run", 1.0), ("mean", repetitions**-0.5)):
        first, second = ([largest(limit + scale * error, k) for error in side] for side in draws)
        found[f"{name}, {name}"] = float(np.mean([jaccard(a, b) for a, b in zip(first, second, strict=True)]))
        found[f"{name}, limit"] = float(np.mean([jaccard(a, exact) for a in first]))
        found[f"{name}, gradients"] = float(np.mean([jaccard(a, path) for a in first]))
    return found
