"""The time and memory that an explanation needs besides the network's forward passes.

Measure the cost of masking and fitting beside lime and Captum, the overhead, and the peak memory.

    limetheory experiment run cost            all rounds, appended to rows.jsonl
    limetheory experiment run cost --smoke    one small round, printed only
    limetheory experiment plot cost           the table of the README

A round measures every contender once, so that rows of the same round are pairs; finished rounds are kept
and a run that was ended, also by force, goes on after the last.
"""

from __future__ import annotations

from functools import partial

from experiments._frame import Batch, Experiment, Job, Lines, Options
from experiments._frame.saved_rows import load
from experiments.cost.report import summary

ROUNDS, SAMPLES = 7, 1000
PACKAGES = ("limetheory", "lime", "captum", "torch", "numpy", "scikit-image", "scikit-learn")


def batches(options: Options) -> list[Batch]:
    """A job for each round."""
    from experiments.cost.measure import one_round, small_round

    jobs = [Job({"round": number}, partial(one_round, number, SAMPLES)) for number in range(ROUNDS)]
    if options.smoke:
        jobs = [Job({"round": 0}, partial(small_round, 60))]
    return [Batch(jobs, Lines(options.out), PACKAGES, alone=True)]


EXPERIMENT = Experiment(__package__, batches, {"cost": lambda options: summary(load(options.out))})
