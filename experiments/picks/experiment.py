"""Submodular picks beside lime 0.2.0.1's `SubmodularPick`: the same instances, and how long they take.

Time the submodular pick beside lime's own on the same matrices, and alone on one that is too large for lime.

    limetheory experiment run picks            all rounds, appended to rows.jsonl
    limetheory experiment run picks --smoke    one small round, printed only
    limetheory experiment plot picks           the table of the saved rows

A round makes a matrix from its seed and picks from it by every contender, from explanations that are there already and,
for limetheory, from the matrix itself. Finished rounds are kept and a run that was ended goes on after the last.
"""

from __future__ import annotations

from functools import partial

from experiments._frame import Batch, Experiment, Job, Lines, Options
from experiments._frame.saved_rows import load
from experiments.picks.report import table

ROUNDS, BUDGET = 5, 20
SIZES = ((100, 50, 10, True), (200, 100, 10, True), (400, 200, 10, True), (800, 400, 10, True), (1_600, 800, 10, True),
         (10_000, 5_000, 10, False), (10_000, 5_000, 50, False))  # fmt: skip
"""Instances, features, coefficients of an explanation, and whether lime picks, too."""
SMOKE = ((30, 20, 5, True), (40, 20, 5, False))
PACKAGES = ("limetheory", "lime", "numpy", "scipy")


def batches(options: Options) -> list[Batch]:
    """A job for each size and round."""
    from experiments.picks.measure import one_round

    sizes, budget, rounds = (SMOKE, 4, 1) if options.smoke else (SIZES, BUDGET, ROUNDS)
    jobs = [
        Job(
            {"instances": n, "features": d, "coefficients": k, "seed": seed},
            partial(one_round, n, d, k, with_lime, budget, seed),
        )
        for n, d, k, with_lime in sizes
        for seed in range(rounds)
    ]
    return [Batch(jobs, Lines(options.out), PACKAGES, alone=True)]


def block(options: Options) -> str:
    """The table of the documentation."""
    return table(load(options.out))


EXPERIMENT = Experiment(__package__, batches, {"picks": block})
