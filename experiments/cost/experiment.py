"""The time and memory that an explanation needs besides the network's forward passes.

Measure the cost of masking and fitting beside lime and Captum, the overhead, and the peak memory; texts and rows too.

    limetheory experiment run cost            all rounds, appended to rows.jsonl
    limetheory experiment run cost --smoke    one small round, printed only
    limetheory experiment plot cost           the table of the README

A round measures every contender once, so that rows of the same round are pairs; finished rounds are kept
and a run that was ended, also by force, goes on after the last. Texts and rows of tables are explained in pairs with
lime, each kind in one job, whose row is in pairs.jsonl.
"""

from __future__ import annotations

from functools import partial

from experiments._frame import Batch, Experiment, Job, Lines, Options
from experiments._frame.saved_rows import load
from experiments.cost.pairs_report import pairs_table
from experiments.cost.report import summary

ROUNDS, SAMPLES, PAIRS = 7, 1000, 25
PACKAGES = ("limetheory", "lime", "captum", "torch", "numpy", "scikit-image", "scikit-learn")
OF_PAIRS = "pairs.jsonl"
"""The name of the file of pairs, which is beside the rows."""
PACKAGES_OF_PAIRS = ("limetheory", "lime", "numpy", "scipy", "scikit-learn")


def batches(options: Options) -> list[Batch]:
    """A job for each round, and one for each kind of text or row."""
    from experiments.cost import pairs
    from experiments.cost.measure import one_round, small_round

    jobs = [Job({"round": number}, partial(one_round, number, SAMPLES)) for number in range(ROUNDS)]
    if options.smoke:
        jobs = [Job({"round": 0}, partial(small_round, 60))]
    samples, count = (600, 2) if options.smoke else (pairs.SAMPLES, PAIRS)
    contests = [Job({"kind": kind}, partial(pairs.measured, kind, samples, count)) for kind in pairs.CONTESTS]
    return [
        Batch(jobs, Lines(options.out), PACKAGES, alone=True),
        Batch(contests, Lines(options.out.with_name(OF_PAIRS)), PACKAGES_OF_PAIRS, alone=True),
    ]


EXPERIMENT = Experiment(
    __package__,
    batches,
    {
        "cost": lambda options: summary(load(options.out)),
        "pairs": lambda options: pairs_table(load(options.out.with_name(OF_PAIRS))),
    },
)
