"""What adapters cost beside a direct call, and what the defaults of the libraries that they stand in for do.

Measure the overhead of the adapters in pairs, and the effect of other libraries' defaults.

    limetheory experiment run adapters            all rounds, appended to rows.jsonl
    limetheory experiment run adapters --smoke    one small round, printed only
    limetheory experiment plot adapters           the tables of the saved rows

Rows of one round are pairs; finished rounds are kept and a run that was ended goes on after the last.
"""

from __future__ import annotations

from functools import partial

from experiments._frame import Batch, Experiment, Job, Lines, Options
from experiments._frame.saved_rows import load
from experiments.adapters import captum_report

ROUNDS, SAMPLES = 7, 500
PACKAGES = ("limetheory", "captum", "torch", "numpy", "scikit-learn")


def batches(options: Options) -> list[Batch]:
    """A job for each round, and one for the defaults."""
    from experiments.adapters import captum_jobs

    rounds, samples = (1, 40) if options.smoke else (ROUNDS, SAMPLES)
    jobs = [
        Job({"measured": "overhead", "round": number}, partial(captum_jobs.overhead, number, samples))
        for number in range(rounds)
    ]
    jobs.append(Job({"measured": "defaults", "round": 0}, partial(captum_jobs.defaults, options.smoke)))
    return [Batch(jobs, Lines(options.out), PACKAGES, alone=True)]


EXPERIMENT = Experiment(
    __package__,
    batches,
    {
        "captum overhead": lambda options: captum_report.overhead(load(options.out)),
        "captum defaults": lambda options: captum_report.defaults(load(options.out)),
    },
)
