"""Simulate the error of estimates for d = 10…100 beside thm:bound and thm:clt.

    limetheory experiment run planning            all rows that are missing, appended to rows.jsonl
    limetheory experiment run planning --smoke    two small rows, printed only
    limetheory experiment plot planning           bound.png and the summary, from the saved rows

A row is one set function at one d and n; an interrupted run goes on after the last.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from experiments._frame.saved_rows import append, to_plot
from experiments.arguments import parser
from experiments.planning.figure import draw
from experiments.planning.report import ROWS, saved, summary
from experiments.planning.simulation import row, set_functions

DIMENSIONS, SIZES = (10, 20, 50, 100), (256, 512, 1024, 2048, 4096, 8192)
REPETITIONS, PILOT = 200, 4096
FIGURE = Path(__file__).with_name("bound.png")


def settings() -> Iterator[tuple[int, str, int]]:
    """d, name of the function and n of every row."""
    return ((d, name, n) for d in DIMENSIONS for name in set_functions(d) for n in SIZES)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is missing, or draw what is saved."""
    commands, run, _ = parser("planning", "Bound, central limit theorem and simulation.")
    run.add_argument("--smoke", action="store_true", help="two small rows, printed only")
    options = commands.parse_args(arguments)
    if options.command == "plot":
        return _plot()
    if options.smoke:
        for n in (64, 256):
            print(json.dumps(row(6, "multilinear", n, repetitions=20, pilot=128)))
        return 0
    finished = {(one["superpixels"], one["function"], one["n"]) for one in saved()}
    for d, name, n in settings():
        if (d, name, n) not in finished:
            found = row(d, name, n, REPETITIONS, PILOT)
            append([found], ROWS)
            print(f"d = {d}, {name}, n = {n}: {found['simulated']}", flush=True)
    return 0


def _plot() -> int:
    draw(to_plot(saved(), "planning"), FIGURE)
    print(summary())
    return 0


if __name__ == "__main__":
    sys.exit(main())
