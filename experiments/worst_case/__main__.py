"""Compare the methods with surrogates with plain least squares on functions that leave little to learn.

    limetheory experiment run worst_case            rows that are missing, appended to rows.jsonl
    limetheory experiment run worst_case --smoke    d = 6, two runs each, printed only
    limetheory experiment plot worst_case           the summary of the saved rows

A row is one kind of function at one d and n; an interrupted run goes on after the last.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import numpy as np
from threadpoolctl import threadpool_limits

import limetheory as lt
from experiments._frame.saved_rows import append, to_plot, versions
from experiments.arguments import parser
from experiments.processes import each
from experiments.worst_case.functions import cases
from experiments.worst_case.report import METHODS, ROWS, saved, summary
from limetheory.arguments import integer
from limetheory.estimation.few_masks import few_masks_studied
from limetheory.progress import track

TIMES = (2, 4, 8)
FUNCTIONS, RUNS = 4, {8: 80, 12: 50, 50: 20}
"""Random functions of a kind, and by superpixels the runs on each."""


@dataclass(frozen=True)
class Job:
    """One kind of function at one d and n = times (d + 1)."""

    function: str
    d: int
    times: int
    runs: int


def row(job: Job) -> dict[str, Any]:
    """Mean squared errors with their standard errors over runs, of plain least squares and of the methods."""
    design, n = lt.ImageDesign(job.d), job.times * (job.d + 1)
    found: dict[str, list[float]] = {method: [] for method in ("wls", *METHODS)}
    with threadpool_limits(1), few_masks_studied():
        for number in range(FUNCTIONS):
            function = cases(job.d, number)[job.function]
            truth = function.limit(design)
            for method, squares in found.items():
                rng = np.random.default_rng([crc32(f"{job.function}, {method}".encode()), job.d, job.times, number])
                answers = [lt.estimate(function, design, n, rng, method).coefficients for _ in range(job.runs)]
                squares.extend(((np.array(answers) - truth) ** 2).mean(axis=1))
    mse = {
        method: (float(np.mean(one)), float(np.std(one, ddof=1) / np.sqrt(len(one)))) for method, one in found.items()
    }
    return {
        "function": job.function, "superpixels": job.d, "masks_per_parameter": job.times, "n": n,
        "functions": FUNCTIONS, "runs": job.runs, "mse": mse, "versions": versions(("limetheory", "numpy", "scipy")),
    }  # fmt: skip


def missing() -> list[Job]:
    """What no row holds yet."""
    done = {(one["function"], one["superpixels"], one["masks_per_parameter"]) for one in saved()}
    return [
        Job(name, d, times, runs)
        for d, runs in RUNS.items() for name in cases(d, 0) for times in TIMES if (name, d, times) not in done
    ]  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, or summarise what is saved."""
    commands, run, _ = parser("worst_case", "Functions that leave little to learn.")
    run.add_argument("--workers", type=int, default=1, metavar="N", help="processes")
    run.add_argument("--smoke", action="store_true", help="d = 6, two runs each, printed only")
    options = commands.parse_args(arguments)
    if options.command == "plot":
        print(summary(to_plot(saved(), "worst_case")))
        return 0
    if options.smoke:
        for name in cases(6, 0):
            print(json.dumps(row(Job(name, 6, 2, 2))))
        return 0
    todo = missing()
    found = each(row, todo, integer("workers", options.workers, 1))
    for one in track(((1, one) for one in found), len(todo), "rows"):
        append([one], ROWS)
    return 0


if __name__ == "__main__":
    sys.exit(main())
