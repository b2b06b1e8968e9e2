"""What keeping one's code for another library costs, and how much faster it runs.

Time `limetheory.adapters.lime` beside lime itself, and beside limetheory without the adapter.

    limetheory experiment run adapters            all rounds, appended to rows.jsonl
    limetheory experiment run adapters --smoke    one small round, printed only
    limetheory experiment plot adapters           the table of the saved rows

A round measures every contender once, in an order that turns from round to round, so that rows of the same round are
pairs; finished rounds are kept and a run that was ended goes on after the last. Seconds are the processor's, which are
free of other programs' load.
"""

from __future__ import annotations

from functools import partial

from experiments._frame import Batch, Experiment, Job, Lines, Options
from experiments._frame.saved_rows import load
from experiments.adapters.report import summary

ROUNDS = 9
PACKAGES = ("limetheory", "lime", "numpy", "scikit-image", "scikit-learn")


def batches(options: Options) -> list[Batch]:
    """A job for each round."""
    from experiments.adapters.measure import one_round

    scale, rounds = (20, 1) if options.smoke else (1, ROUNDS)
    jobs = [Job({"round": number}, partial(one_round, number, scale)) for number in range(rounds)]
    return [Batch(jobs, Lines(options.out), PACKAGES, alone=True)]


EXPERIMENT = Experiment(__package__, batches, {"adapters": lambda options: summary(load(options.out))})
