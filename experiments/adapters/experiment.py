"""What keeping one's code for another library costs, and how much faster it runs.

Time the adapters for lime and Captum beside these and beside limetheory without them, and measure Captum's defaults.

    limetheory experiment run adapters            all rounds, appended to rows.jsonl and captum.jsonl
    limetheory experiment run adapters --smoke    one small round, printed only
    limetheory experiment plot adapters           the tables of the saved rows

A round measures every contender once, in an order that turns from round to round, so that rows of the same round are
pairs; finished rounds are kept and a run that was ended goes on after the last. Seconds are the processor's, which are
free of other programs' load.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from experiments._frame import Batch, Experiment, Job, Lines, Options
from experiments._frame.saved_rows import load
from experiments.adapters import captum_report
from experiments.adapters.report import summary

ROUNDS = 9
PACKAGES = ("limetheory", "lime", "numpy", "scikit-image", "scikit-learn")
OF_CAPTUM = ("limetheory", "captum", "torch", "numpy", "scikit-learn")


def batches(options: Options) -> list[Batch]:
    """A job for each round beside lime, for each round beside Captum, and for Captum's defaults."""
    from experiments.adapters.captum_jobs import jobs as beside_captum
    from experiments.adapters.measure import one_round

    scale, rounds = (20, 1) if options.smoke else (1, ROUNDS)
    jobs = [Job({"round": number}, partial(one_round, number, scale)) for number in range(rounds)]
    return [
        Batch(jobs, Lines(options.out), PACKAGES, alone=True),
        Batch(beside_captum(options.smoke), Lines(_of_captum(options)), OF_CAPTUM, alone=True),
    ]


def _of_captum(options: Options) -> Path:
    """The file of the rows beside Captum, next to that of the others."""
    return Path(options.out).with_name("captum.jsonl")


EXPERIMENT = Experiment(
    __package__,
    batches,
    {
        "adapters": lambda options: summary(load(options.out)),
        "captum overhead": lambda options: captum_report.overhead(load(_of_captum(options))),
        "captum defaults": lambda options: captum_report.defaults(load(_of_captum(options))),
    },
)
