"""Which backend evaluates masked images fastest on a CPU, and how far are its outputs from torch's?

limetheory experiment run backends            2 rounds at two numbers of superpixels, appended to rows.jsonl
limetheory experiment run backends --smoke    one round of one batch, printed only
limetheory experiment plot backends           the table of the saved rows
"""

from __future__ import annotations

from functools import partial

from experiments._frame import Batch, Experiment, Job, Lines, Options
from experiments._frame.saved_rows import load
from experiments.backends.report import table

SUPERPIXELS, ROUNDS, BATCHES = (12, 38), 2, 2
PACKAGES = ("limetheory", "torch", "onnxruntime", "onnx", "numpy")


def batches(options: Options) -> list[Batch]:
    """A job for each round and number of superpixels."""
    from experiments.backends.measure import one_round

    rounds, sizes, number = (1, SUPERPIXELS[:1], 1) if options.smoke else (ROUNDS, SUPERPIXELS, BATCHES)
    jobs = [
        Job({"round": one, "superpixels": size}, partial(one_round, one, size, number))
        for one in range(rounds)
        for size in sizes
    ]
    return [Batch(jobs, Lines(options.out), PACKAGES, alone=True)]


EXPERIMENT = Experiment(__package__, batches, {"backends": lambda options: table(load(options.out))})
