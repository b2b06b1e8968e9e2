"""Coverage of 95 % intervals over a grid of designs, samplings, sizes and set functions chosen to be difficult.

Measure the coverage of 95 % intervals over a grid that was chosen to be difficult.

    limetheory experiment run coverage                 rows that are missing, appended to rows.jsonl
    limetheory experiment run coverage --budget 10     the same, and no more after ten minutes
    limetheory experiment run coverage --smoke         two small cells, four runs each, printed only
    limetheory experiment plot coverage                coverage.png, the summary and the cells that cover too little

A row is one cell: a method with its sampling and ridge, a design, d, n and a set function. Rows are appended as they
finish, in an order in which any beginning is a fair subset; an interrupted run goes on with the cells that have none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from functools import partial

from experiments._frame import Batch, Experiment, Job, Lines, Options, Parser
from experiments._frame.saved_rows import load
from experiments.coverage.measure import row
from experiments.coverage.report import below, summary
from experiments.coverage.settings import RUNS, Cell, chosen
from limetheory.arguments import integer

SMOKE = (
    Cell("wls", "design", 0.0, "image, ν = 0.25", 3, 8, "gaussian"),
    Cell("adjusted", "design", 0.0, "text", 3, 8, "sparse"),
)


def options(run: Parser, *_: Parser) -> None:
    """Add the option that says how often each cell is run."""
    run.add_argument("--runs", type=int, default=RUNS, metavar="R", help="independent runs of each cell")


def jobs(cells: Sequence[Cell], runs: int) -> list[Job]:
    """A job for each cell."""
    return [Job(asdict(cell), partial(row, cell, runs)) for cell in cells]


def batches(options: Options) -> list[Batch]:
    """The jobs of the chosen cells."""
    todo = jobs(SMOKE, 4) if options.smoke else jobs(chosen(), integer("runs", options.runs, 2))
    return [Batch(todo, Lines(options.out), ("limetheory", "numpy", "scipy"))]


def draw(options: Options) -> None:
    """Draw the figure, and list the cells that cover too little."""
    from experiments.coverage.figures import picture

    rows = load(options.out)
    picture(rows).savefig(options.out.with_name("coverage.png"), dpi=120)
    print("", below(rows), sep="\n")


EXPERIMENT = Experiment(__package__, batches, {"coverage": lambda options: summary(load(options.out))}, draw, options)
