"""One row: many independent runs on one table, each compared with the exact limit and with the next run."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any
from zlib import crc32

import numpy as np

import limetheory as lt
from limetheory.estimation.methods.few_masks import few_masks_studied
from limetheory.statistics import Stability, stability

LEVEL = 0.95
BINS = 10
DRAWS = 2000


@few_masks_studied()
def row(name: str, function: lt.SetFunction, n: int, runs: int, sizes: Sequence[int], seed: int) -> dict[str, Any]:
    """Coverage of the limit under `ImageDesign`, and agreement of each run with the one after it.

    Args:
        name: of the table; with n and seed it fixes the masks.
        function: all 2^d values.
        n: masks of each run.
        runs: independent runs.
        sizes: the k of the top-k sets.
        seed: of the whole experiment.
    """
    design, rng = lt.ImageDesign(function.d), np.random.default_rng([seed, n, crc32(name.encode())])
    truth = lt.limit(function, design).coefficients
    answers = [lt.estimate(function, design, n, rng) for _ in range(runs + 1)]
    return {
        "table": name, "superpixels": function.d, "n": n, "runs": runs, "seed": seed, "bandwidth": design.bandwidth,
        **coverage(answers[:-1], truth),
        "overlap": overlap(answers),
        "stability": {str(k): agreement(answers, k) for k in sizes if k < function.d},
    }  # fmt: skip


@few_masks_studied()
def surrogate_row(name: str, function: lt.SetFunction, method: str, n: int, runs: int, seed: int) -> dict[str, Any]:
    """Coverage by a method with surrogates, and the variance that it reports divided by its mean squared error.

    Args:
        name: of the table; with method, n and seed it fixes the masks.
        function: all 2^d values.
        method: of `estimate`.
        n: masks of each run.
        runs: independent runs.
        seed: of the whole experiment.
    """
    design, rng = lt.ImageDesign(function.d), np.random.default_rng([seed, n, crc32(f"{name}, {method}".encode())])
    truth = lt.limit(function, design).coefficients
    answers = [lt.estimate(function, design, n, rng, method) for _ in range(runs)]
    stated = np.mean([answer.standard_errors**2 for answer in answers])
    return {
        "table": name, "superpixels": function.d, "method": method, "n": n, "runs": runs, "seed": seed,
        "bandwidth": design.bandwidth, **coverage(answers, truth),
        "stated_over_squared_error": float(stated / np.mean([(a.coefficients - truth) ** 2 for a in answers])),
    }  # fmt: skip


def coverage(answers: Sequence[lt.Explanation], truth: np.ndarray) -> dict[str, Any]:
    """The shares of the runs whose intervals hold each coefficient, and of those whose intervals hold all."""
    alone = np.array([_holds(answer.interval(LEVEL), truth) for answer in answers])
    together = [bool(_holds(answer.simultaneous_interval(LEVEL), truth).all()) for answer in answers]
    return {
        "each": alone.mean(axis=0).round(6).tolist(),
        "all_by_simultaneous": float(np.mean(together)),
        "all_by_pointwise": float(alone.all(axis=1).mean()),
    }


def _holds(intervals: np.ndarray, truth: np.ndarray) -> np.ndarray:
    return (intervals[:, 0] <= truth) & (truth <= intervals[:, 1])


def overlap(answers: Sequence[lt.Explanation]) -> float:
    """CSI: the share of the coefficients whose intervals in a run and in the next run overlap."""
    intervals = [answer.interval(LEVEL) for answer in answers]
    shares = [((one[:, 0] < other[:, 1]) & (other[:, 0] < one[:, 1])).mean() for one, other in pairwise(intervals)]
    return float(np.mean(shares))


def agreement(answers: Sequence[lt.Explanation], k: int) -> dict[str, Any]:
    """The forecasts of each run and the selection of the next run: in bins of the forecast, and as means."""
    forecasts = [stability(answer, k, draws=DRAWS) for answer in answers]
    pairs = list(pairwise(forecasts))
    common = np.array([_common(one, other) for one, other in pairs])
    expected = np.array([one.change for one, _ in pairs])
    number = np.minimum((expected * BINS).astype(int), BINS - 1)
    sums = [np.bincount(number, weights, BINS) for weights in (None, expected, common < k)]
    return {
        "bins": np.stack(sums, axis=1).round(4).tolist(),
        "vsi_forecast": float(np.mean([one.variables_index for one, _ in pairs])),
        "vsi_seen": float(common.mean() / k),
        "csi_forecast": float(np.mean([one.coefficients_index for one, _ in pairs])),
    }


def _common(one: Stability, other: Stability) -> int:
    return len(set(one.selected) & set(other.selected))
