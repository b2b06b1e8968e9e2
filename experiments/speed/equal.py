"""The smallest n at which a method is as accurate as lime at 1000, on a table whose limit is exact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

import limetheory as lt
from experiments.efficiency import lime_methods
from experiments.efficiency.measure import errors, repeated
from experiments.efficiency.methods import Method

CANDIDATES = (60, 80, 100, 110, 125, 140, 160, 180, 200, 225, 250, 300, 350, 400, 500, 600, 700, 800, 900, 1000)
LIME_N = 1000
LIME_RUNS = 40


@dataclass(frozen=True)
class Equal:
    """The accuracy that is aimed at, and what reaches it.

    Attributes:
        n: evaluations of the method.
        mse: its mean squared error.
        lime_mse: lime's at 1000 evaluations.
    """

    n: int
    mse: float
    lime_mse: float


def equal_accuracy(
    function: lt.SetFunction, name: str, method: str, runs: int = 20, candidates: Sequence[int] = CANDIDATES
) -> Equal:
    """Search the candidates from below; the first whose error is at most lime's.

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
    for n in candidates:
        own = mean_squared_error(function, method, n, runs, name, target)
        if own <= lime:
            return Equal(n, own, lime)
    raise ValueError(f"one of the candidates must be as accurate as lime, got none up to {candidates[-1]}; add larger")


def mean_squared_error(
    function: lt.SetFunction, method: str, n: int, runs: int, name: str, target: np.ndarray
) -> float:
    """Of a method of the experiment on efficiency."""
    found: Method = next(one for one in lime_methods.methods() if one.name == method)
    return float(errors(repeated(function, function.d, found, n, runs, name)["coefficients"], target)["mse"])
