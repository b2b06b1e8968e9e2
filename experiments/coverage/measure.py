"""One row: the intervals of many independent runs of one cell against the exact limit."""

from __future__ import annotations

import warnings
from dataclasses import asdict
from time import perf_counter
from typing import Any
from zlib import crc32

import numpy as np
from threadpoolctl import threadpool_limits

import limetheory as lt
from experiments.coverage.functions import limit, set_function
from experiments.coverage.settings import DESIGNS, LEVEL, SEED, Cell


def row(cell: Cell, runs: int) -> dict[str, Any]:
    """Coverage, how often the package itself says that it cannot tell, and how wide the intervals are.

    An infinite interval covers: it says that the masks do not determine the coefficient. Half-widths are those of the
    finite intervals, in root mean squared errors of the estimate.
    """
    design, function = DESIGNS[cell.design](cell.d), set_function(cell.function, cell.d)
    rng = np.random.default_rng([SEED, crc32(repr(cell.key).encode())])
    started = perf_counter()
    with threadpool_limits(1), warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        truth = limit(function, design, cell.ridge / cell.n)
        answers = [
            lt.estimate(function, design, cell.n, rng, cell.method, cell.ridge, sampling=cell.sampling)
            for _ in range(runs)
        ]
    return {**asdict(cell), "runs": runs, **summary(answers, truth), "warnings": len(warned),
            "seconds": round(perf_counter() - started, 3)}  # fmt: skip


def summary(answers: list[lt.Explanation], truth: np.ndarray) -> dict[str, Any]:
    """What the runs' intervals did."""
    intervals = np.array([answer.interval(LEVEL) for answer in answers])
    errors = np.array([answer.coefficients for answer in answers]) - truth
    rounding = 1e-9 * (np.abs(truth).max() + 1e-300)
    inside = (intervals[..., 0] <= truth + rounding) & (truth - rounding <= intervals[..., 1])
    finite = np.isfinite(intervals).all(axis=-1)
    widths, rms = (intervals[..., 1] - intervals[..., 0])[finite] / 2, float(np.sqrt((errors**2).mean()))
    return {
        "coverage": float(inside.mean()),
        "coverage_of_finite": float(inside[finite].mean()) if finite.any() else None,
        "least_of_a_coefficient": float(inside.mean(axis=0).min()),
        "infinite": float(1 - finite.mean()),
        "zero": float((widths == 0).sum() / finite.size),
        "half_width": float(np.median(widths)) if finite.any() else None,
        "root_mean_squared_error": rms,
    }
