"""Exact explanations of a forest beside shap's compiled TreeExplainer (prop:trees).

Time exact LIME explanations of a forest on 784 pixels beside shap's compiled TreeExplainer.

    limetheory experiment run trees            all rounds, appended to rows.jsonl
    limetheory experiment run trees --smoke    one small round, printed only
    limetheory experiment plot trees           the table of the saved rows

A round explains the same images in batches of several sizes by every contender, in an order that turns from round to
round, so that what is in one row are pairs; finished rounds are kept and a run that was ended goes on after the last.
Wall-clock and processor seconds are both saved: the first is what a user waits for, the second is free of other
programs' load.
"""

from __future__ import annotations

from functools import partial

from experiments._frame import Batch, Experiment, Job, Lines, Options
from experiments._frame.saved_rows import load
from experiments.trees.report import table

ROUNDS, TREES, IMAGES = 9, 100, 200
PACKAGES = ("limetheory", "shap", "numpy", "scikit-learn")


def batches(options: Options) -> list[Batch]:
    """A job for each round."""
    from experiments.trees.measure import one_round

    size, rounds = ((5, 10), 1) if options.smoke else ((TREES, IMAGES), ROUNDS)
    jobs = [Job({"round": number}, partial(one_round, number, *size)) for number in range(rounds)]
    return [Batch(jobs, Lines(options.out), PACKAGES, alone=True)]


def block(options: Options) -> str:
    """The table for the documentation."""
    return "Exact explanations of a forest on pixels: " + table(load(options.out))


EXPERIMENT = Experiment(__package__, batches, {"trees": block})
