"""How often does `check_explainer` catch a planted fault, and how often does it blame a right explainer?

Run the checks of limetheory.testing on explainers with one fault each, and on right ones.

    limetheory experiment run power            all rows that are missing, appended to rows.jsonl
    limetheory experiment run power --smoke    a few small rows, printed only
    limetheory experiment plot power           the tables of the saved rows

A row is a block of batteries, each with set functions and runs of its own. An explainer with a fault is caught by the
first check that fails, after which its battery ends; for a right one all checks are made.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from experiments._frame import Batch, Experiment, Job, Lines, Options
from experiments._frame.saved_rows import load
from experiments.power.measure import OWN, RIGHT, block_of, own_checked
from experiments.power.report import table
from limetheory.testing import FAULTS

N, FEW, BATTERIES = 1000, 100, 50
STRICT, LAX = 1e-6, 0.01
PACKAGES = ("limetheory", "numpy", "scipy")


def settings() -> Iterator[tuple[str, int, float, int]]:
    """Explainer, masks of a run, false-alarm rate, and how many blocks of batteries."""
    for name in FAULTS:
        yield name, N, STRICT, 4
    for weight in (3, 10):
        yield f"first row, weight {weight}", N, STRICT, 1
    for weight in (3, 10, 30):
        yield f"first row, weight {weight}", FEW, STRICT, 1
    yield RIGHT, N, LAX, 8
    yield RIGHT, FEW, STRICT, 4
    yield RIGHT, N, STRICT, 40


def job(explainer: str, n: int, false_alarm: float, block: int, batteries: int) -> Job:
    """The job of a block."""
    key = {"explainer": explainer, "n": n, "false_alarm": false_alarm, "block": block}
    return Job(key, partial(block_of, explainer, n, false_alarm, block, batteries))


def own_job(name: str, n: int) -> Job:
    """The job of one of this package's own explainers."""
    key = {"explainer": name, "n": n, "false_alarm": STRICT, "block": 0}
    return Job(key, partial(own_checked, name, n, STRICT))


def batches(options: Options) -> list[Batch]:
    """A job for each block."""
    if options.smoke:
        jobs = [job("no weights", 300, STRICT, 0, 2), job(RIGHT, FEW, STRICT, 0, 1), own_job("explain_text", FEW)]
    else:
        jobs = [own_job(name, N) for name in OWN]
        jobs += [
            job(name, n, false_alarm, block, BATTERIES)
            for name, n, false_alarm, blocks in settings()
            for block in range(blocks)
        ]
    return [Batch(jobs, Lines(options.out), PACKAGES, alone=True)]


EXPERIMENT = Experiment(__package__, batches, {"power": lambda options: table(load(options.out))})
