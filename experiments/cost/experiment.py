"""The time and memory that an explanation needs besides the network's forward passes.

Measure the cost of masking and fitting beside lime and Captum, the overhead, and the peak memory; texts and rows too.

    limetheory experiment run cost            all rounds, appended to rows.jsonl
    limetheory experiment run cost --smoke    one small round, printed only
    limetheory experiment plot cost           the table of the README

A round measures every contender once, so that rows of the same round are pairs; finished rounds are kept
and a run that was ended, also by force, goes on after the last. Texts and rows of tables are explained in pairs with
lime, each kind in one job, whose row is in pairs.jsonl. The rounds of RISE's masks and of soft edges are in
masks.jsonl.
"""

from __future__ import annotations

from functools import partial

from experiments._frame import Batch, Experiment, Job, Lines, Options
from experiments._frame.saved_rows import load
from experiments.cost.masks_report import masks_table
from experiments.cost.pairs_report import pairs_table
from experiments.cost.report import summary

ROUNDS, SAMPLES, PAIRS = 7, 1000, 25
PACKAGES = ("limetheory", "lime", "captum", "torch", "numpy", "scikit-image", "scikit-learn")
OF_PAIRS = "pairs.jsonl"
"""The name of the file of pairs, which is beside the rows."""
OF_MASKS, MASK_ROUNDS, FORWARD = "masks.jsonl", 5, 300
"""The file of RISE's masks and soft edges, which is beside the rows, its rounds, and masks with a network."""
PACKAGES_OF_PAIRS = ("limetheory", "lime", "numpy", "scipy", "scikit-learn")


def batches(options: Options) -> list[Batch]:
    """A job for each round, and one for each kind of text or row."""
    from experiments.cost import masks, measure, pairs
    from experiments.cost.measure import one_round, small_round

    jobs = [Job({"round": number}, partial(one_round, number, SAMPLES)) for number in range(ROUNDS)]
    if options.smoke:
        jobs = [Job({"round": 0}, partial(small_round, measure.SUPERPIXELS + 10))]
    samples, count = (600, 2) if options.smoke else (pairs.SAMPLES, PAIRS)
    contests = [Job({"kind": kind}, partial(pairs.measured, kind, samples, count)) for kind in pairs.CONTESTS]
    rounds, drawn, passes = (1, 60, masks.SEGMENTS + 11) if options.smoke else (MASK_ROUNDS, masks.MASKS, FORWARD)
    edges = [Job({"round": number}, partial(masks.one_round, number, drawn, passes)) for number in range(rounds)]
    return [
        Batch(jobs, Lines(options.out), PACKAGES, alone=True),
        Batch(contests, Lines(options.out.with_name(OF_PAIRS)), PACKAGES_OF_PAIRS, alone=True),
        Batch(edges, Lines(options.out.with_name(OF_MASKS)), PACKAGES, alone=True),
    ]


EXPERIMENT = Experiment(
    __package__,
    batches,
    {
        "cost": lambda options: summary(load(options.out)),
        "masks": lambda options: masks_table(load(options.out.with_name(OF_MASKS))),
        "pairs": lambda options: pairs_table(load(options.out.with_name(OF_PAIRS))),
    },
)
