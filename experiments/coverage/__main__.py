"""Measure the coverage of 95 % intervals over a grid that is extreme on purpose.

    limetheory experiment run coverage                 rows that are missing, appended to rows.jsonl
    limetheory experiment run coverage --budget 10     the same, and no more after ten minutes
    limetheory experiment run coverage --smoke         two small cells, four runs each, printed only
    limetheory experiment plot coverage                coverage.png, the summary and the cells that cover too little

A row is one cell: a method with its sampling and ridge, a design, d, n and a set function. Rows are appended as they
finish, in an order in which any beginning is a fair subset; an interrupted run goes on with the cells that have none.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from functools import partial
from math import inf
from pathlib import Path
from time import monotonic

from experiments.arguments import parser
from experiments.coverage.measure import row
from experiments.coverage.report import ROWS, below, key, saved, summary
from experiments.coverage.settings import RUNS, Cell, chosen
from experiments.processes import each
from experiments.saved_rows import append, to_plot, versions
from limetheory.arguments import integer, real
from limetheory.progress import track

SMOKE = (
    Cell("wls", "design", 0.0, "image, ν = 0.25", 3, 8, "gaussian"),
    Cell("adjusted", "design", 0.0, "text", 3, 8, "sparse"),
)


def missing(file: Path = ROWS) -> list[Cell]:
    """The chosen cells without a row."""
    done = {key(one) for one in saved(file)}
    return [cell for cell in chosen() if cell.key not in done]


def fill(runs: int, workers: int, minutes: float, file: Path) -> None:
    """Measure what no row holds yet, until the time is over."""
    todo, found_with = missing(file), versions(("limetheory", "numpy", "scipy"))
    end = monotonic() + 60 * minutes
    found = each(partial(row, runs=runs), todo, workers)
    for one in track(((1, one) for one in found), len(todo), "cells"):
        append([{**one, "versions": found_with}], file)
        if monotonic() > end:
            break


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, or draw and summarise what is saved."""
    commands, run, plot = parser("coverage", "Coverage of intervals over an extreme grid.")
    run.add_argument("--workers", type=int, default=1, metavar="N", help="processes")
    run.add_argument("--runs", type=int, default=RUNS, metavar="R", help="independent runs of each cell")
    run.add_argument("--budget", type=float, metavar="MINUTES", help="stop after this time")
    run.add_argument("--smoke", action="store_true", help="two small cells, four runs each, printed only")
    for command in (run, plot):
        command.add_argument("--out", type=Path, default=ROWS, metavar="FILE", help="the rows")
    options = commands.parse_args(arguments)
    if options.command == "plot":
        from experiments.coverage.figures import picture

        rows = to_plot(saved(options.out), "coverage")
        picture(rows).savefig(options.out.with_name("coverage.png"), dpi=120)
        print(summary(rows), below(rows), sep="\n\n")
    elif options.smoke:
        for cell in SMOKE:
            print(json.dumps(row(cell, 4), ensure_ascii=False))
    else:
        fill(
            integer("runs", options.runs, 2),
            integer("workers", options.workers, 1),
            inf if options.budget is None else real("budget", options.budget, above=0),
            options.out,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
