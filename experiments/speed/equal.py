"""The smallest n at which a method is as accurate as lime with 1000 evaluations, for a table with an exact limit."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

import limetheory as lt
from experiments.efficiency import lime_methods
from experiments.efficiency.measure import errors, repeated
from experiments.efficiency.methods import Method

CANDIDATES = (60, 80, 90, 100, 110, 120, 130, 140, 150, 160, 170, 180, 190, 200, 215, 230, 245, 260, 280, 300, 320, 340,
              360, 380, 400, 450, 500, 600, 700, 800, 900, 1000)  # fmt: skip
LIME_N = 1000
LIME_RUNS = 40


@dataclass(frozen=True)
class Equal:
    """The accuracy to reach, and the number of evaluations that reaches it.

    Attributes:
        n: evaluations of the method.
        mse: its mean squared error.
        lime_mse: lime's at 1000 evaluations.
    """

    n: int
    mse: float
    lime_mse: float


def equal_accuracy(
    function: lt.SetFunction, name: str, method: str, runs: int = 40, candidates: Sequence[int] = CANDIDATES
) -> Equal:
    """Bisect the candidates for the first whose error is at most lime's; the error falls as n grows.

    Args:
        function: all 2^d values.
        name: of the table, which fixes the seeds.
        method: one of the experiment on efficiency.
        runs: independent runs at each n.
        candidates: increasing n.

    Raises:
        ValueError: none of them is as accurate as lime.
    """
    target = lt.limit(function, lt.ImageDesign(function.d)).coefficients
    lime = mean_squared_error(function, "lime", LIME_N, LIME_RUNS, name, target)
    own = cache(lambda n: mean_squared_error(function, method, n, runs, name, target))
    first = bisect_left(candidates, True, key=lambda n: own(n) <= lime)
    if first == len(candidates):
        raise ValueError(f"one of the candidates must be as accurate as lime, got none up to {candidates[-1]}; go on")
    return Equal(candidates[first], own(candidates[first]), lime)


def mean_squared_error(
    function: lt.SetFunction, method: str, n: int, runs: int, name: str, target: np.ndarray
) -> float:
    """The mean squared error of a method of the experiment on efficiency."""
    found: Method = next(one for one in lime_methods.methods() if one.name == method)
    return float(errors(repeated(function, function.d, found, n, runs, name)["coefficients"], target)["mse"])
