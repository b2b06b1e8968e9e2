"""One row: the intervals of many independent runs of one cell, compared with the exact limit."""

from __future__ import annotations

import warnings
from dataclasses import asdict
from time import perf_counter
from typing import Any
from zlib import crc32

import numpy as np
from threadpoolctl import threadpool_limits

import limetheory as lt
from experiments.coverage.functions import Watched, limit, set_function
from experiments.coverage.settings import DESIGNS, LEVEL, SEED, Cell

_DRAWS = 20_000
_ROUNDING, _OF_VALUES = 1e-9, 1e-12
"""How far exact answers may be off by rounding, as shares of the largest coefficient and of the largest |F|."""


def row(cell: Cell, runs: int) -> dict[str, Any]:
    """Coverage, how often the package reports that it cannot give an interval, and how wide the intervals are."""
    design, function = DESIGNS[cell.design](cell.d), set_function(cell.function, cell.d)
    rng = np.random.default_rng([SEED, crc32(repr(cell.key).encode())])
    started = perf_counter()
    with threadpool_limits(1), warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        truth = limit(function, design, cell.ridge / cell.n)
        watched = [Watched(cell.function, function) for _ in range(runs)]
        answers = [
            lt.estimate(one, design, cell.n, rng, cell.method, cell.ridge, sampling=cell.sampling) for one in watched
        ]
    seconds = perf_counter() - started
    unseen = np.array([one.unseen for one in watched])
    return {**asdict(cell), "seed": SEED, "carrying": round(cell.n * carrying(design), 2), "runs": runs,
            **summary(answers, truth, unseen, max(one.largest for one in watched)),
            "warnings": len(warned), "seconds": round(seconds, 3)}  # fmt: skip


def summary(
    answers: list[lt.Explanation], truth: np.ndarray, unseen: np.ndarray, largest: float = 0.0
) -> dict[str, Any]:
    """Statistics of the intervals: shares of runs × coefficients, and median half-widths of the finite intervals.

    An infinite interval covers: it says that the masks do not determine the coefficient. The error of the coverage is
    that of the mean over independent runs. A root mean squared error beside a half-width is that of the coefficients
    with finite intervals.

    Args:
        answers: of the runs.
        truth: the exact limit, (d,).
        unseen: whether the rare values were not shown, (runs,).
        largest: the largest |F|.
    """
    intervals = np.array([answer.interval(LEVEL) for answer in answers])
    errors = np.array([answer.coefficients for answer in answers]) - truth
    rounding = max(_ROUNDING * np.abs(truth).max(), _OF_VALUES * largest, 1e-300)
    inside = (intervals[..., 0] <= truth + rounding) & (truth - rounding <= intervals[..., 1])
    finite = np.isfinite(intervals).all(axis=-1)
    widths = (intervals[..., 1] - intervals[..., 0])[finite] / 2
    return {
        "coverage": float(inside.mean()),
        "standard_error": float(inside.mean(axis=1).std() / np.sqrt(len(answers))),
        "coverage_of_finite": _mean(inside[finite]),
        "coverage_where_seen": _mean(inside[~unseen]),
        "least_of_a_coefficient": float(inside.mean(axis=0).min()),
        "unseen": float(unseen.mean()),
        "infinite": float(1 - finite.mean()),
        "finite_runs": int(finite.any(axis=1).sum()),
        "zero": float((widths == 0).sum() / finite.size),
        "half_width": float(np.median(widths)) if finite.any() else None,
        "root_mean_squared_error": float(np.sqrt((errors[finite] ** 2).mean())) if finite.any() else None,
        "exact": bool(finite.any() and np.abs(errors[finite]).max() <= rounding),
    }


def _mean(inside: np.ndarray) -> float | None:
    return float(inside.mean()) if inside.size else None


def carrying(design: lt.Design) -> float:
    """The effective share of masks with the rarer state of a superpixel, for the superpixel where it is least.

    A coefficient is the difference between masks that show its superpixel and masks that hide it, so its variance
    depends most on the rarer of the two kinds.
    """
    masks = design.sample(_DRAWS, np.random.default_rng(SEED))
    weights = design.density(masks)
    sides = [np.where(side, weights[:, None], 0.0) for side in (masks, ~masks)]
    effective = [one.sum(axis=0) ** 2 / np.maximum((one**2).sum(axis=0), 1e-300) for one in sides]
    return float(np.min(effective)) / _DRAWS
