"""How many evaluations are needed: the guaranteed bound, the central limit theorem and simulation (thm:bound).

Simulate the error of estimates for d = 10…100 beside thm:bound and thm:clt.

    limetheory experiment run planning            all rows that are missing, appended to rows.jsonl
    limetheory experiment run planning --smoke    two small rows, printed only
    limetheory experiment plot planning           bound.png and the summary, from the saved rows

A row is one set function at one d and n; an interrupted run goes on after the last.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from experiments._frame import Batch, Experiment, Job, Lines, Options
from experiments._frame.saved_rows import load
from experiments.planning.report import summary
from experiments.planning.simulation import row, set_functions

DIMENSIONS, SIZES = (10, 20, 50, 100), (256, 512, 1024, 2048, 4096, 8192)
REPETITIONS, PILOT = 200, 4096


def settings() -> Iterator[tuple[int, str, int]]:
    """The d, the name of the function and the n of every row."""
    return ((d, name, n) for d in DIMENSIONS for name in set_functions(d) for n in SIZES)


def job(d: int, name: str, n: int, repetitions: int = REPETITIONS, pilot: int = PILOT) -> Job:
    """The job of a row."""
    return Job({"superpixels": d, "function": name, "n": n}, partial(row, d, name, n, repetitions, pilot))


def batches(options: Options) -> list[Batch]:
    """A job for each row."""
    small = [job(6, "multilinear", n, repetitions=20, pilot=128) for n in (64, 256)]
    return [Batch(small if options.smoke else [job(*one) for one in settings()], Lines(options.out))]


def draw(options: Options) -> None:
    """Draw the figure, beside the rows."""
    from experiments.planning import figure

    figure.draw(load(options.out), options.out.with_name("bound.png"))


EXPERIMENT = Experiment(__package__, batches, {"planning": lambda options: summary(load(options.out))}, draw)
