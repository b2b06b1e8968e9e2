"""Are estimators with surrogates ever worse than plain least squares, on functions from which little can be learnt?

Compare the methods with surrogates with plain least squares on functions from which little can be learnt.

    limetheory experiment run worst_case            rows that are missing, appended to rows.jsonl
    limetheory experiment run worst_case --smoke    d = 6, two runs each, printed only
    limetheory experiment plot worst_case           the summary of the saved rows

A row is one kind of function at one d and n; an interrupted run goes on after the last.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from experiments._frame import Batch, Experiment, Job, Lines, Options
from experiments._frame.saved_rows import load
from experiments.worst_case.functions import cases
from experiments.worst_case.measure import row
from experiments.worst_case.report import summary

TIMES = (2, 4, 8)
RUNS = {8: 80, 12: 50, 50: 20}
"""For each number of superpixels, the number of runs for each function; a convention."""


def jobs(runs: Mapping[int, int] = RUNS, multiples: Sequence[int] = TIMES) -> Iterator[Job]:
    """A job for each kind of function, d and n = times (d + 1)."""
    for d, count in runs.items():
        for name in cases(d, 0):
            for times in multiples:
                key = {"function": name, "superpixels": d, "masks_per_parameter": times}
                yield Job(key, partial(row, name, d, times, count))


def batches(options: Options) -> list[Batch]:
    """The jobs in one batch."""
    todo = jobs({6: 2}, (2,)) if options.smoke else jobs()
    return [Batch(todo, Lines(options.out), ("limetheory", "numpy", "scipy"))]


EXPERIMENT = Experiment(__package__, batches, {"worst_case": lambda options: summary(load(options.out))})
