"""Stopping at a tolerance: how often intervals miss the limit when sampling stops, and after how many evaluations.

Measure how often intervals miss the limit when sampling stops, on saved tables, or draw what is saved.

limetheory experiment run stopping                       chunks of runs that are missing, appended to rows.jsonl
limetheory experiment run stopping --smoke --out FILE    two runs of each rule, saved there or else printed only
limetheory experiment plot stopping                      stopping.png and the table
"""

from __future__ import annotations

from experiments._frame import Batch, Experiment, Lines, Options
from experiments.stopping.run import CHUNK, CHUNKS, jobs
from experiments.tables.store import tables

SUPERPIXELS = 12


def batches(options: Options) -> list[Batch]:
    """The jobs for every rule and tolerance, in chunks of runs."""
    found = list(tables(SUPERPIXELS))
    if not found:
        raise ValueError("stopping needs saved tables of 12 superpixels, got none; run the experiment tables first")
    chunks, runs = (1, 2) if options.smoke else (CHUNKS, CHUNK)
    return [Batch(jobs(found, options.out, chunks, runs), Lines(options.out), ("limetheory", "numpy", "scipy"))]


def summary(options: Options) -> str:
    """The table of the saved rows."""
    from experiments.stopping import report

    return report.summary(options.out)


def draw(options: Options) -> None:
    """Draw the figure, beside the rows."""
    from experiments.stopping import report

    report.draw(options.out).savefig(options.out.with_name("stopping.png"), dpi=110)


EXPERIMENT = Experiment(__package__, batches, {"stopping": summary}, draw)
