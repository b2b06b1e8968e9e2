"""Measure how often intervals miss at the stop on saved tables, or draw what is saved."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from experiments._frame.saved_rows import to_plot
from experiments.arguments import parser
from experiments.stopping.report import FIGURE, draw, summary
from experiments.stopping.run import ROWS, measure, rows
from experiments.tables.store import tables

SUPERPIXELS = 12


def main(arguments: Sequence[str] | None = None) -> int:
    """Append the chunks of runs that are missing, or write the picture and print the table."""
    whole, run, plot = parser("stopping", "Misses and evaluations at the stop.")
    run.add_argument("--smoke", action="store_true", help="two runs of each rule, beside --rows or printed only")
    for command in (run, plot):
        command.add_argument("--rows", type=Path, default=ROWS, metavar="FILE", help="where the rows are")
    options = whole.parse_args(arguments)
    if options.command == "plot":
        to_plot(rows(options.rows), "stopping")
        draw(options.rows).savefig(FIGURE if options.rows == ROWS else options.rows.with_suffix(".png"), dpi=110)
        print(summary(options.rows))
        return 0
    found = list(tables(SUPERPIXELS))
    if not found:
        raise ValueError("stopping needs saved tables of 12 superpixels, got none; run the experiment tables first")
    if options.smoke and options.rows == ROWS:
        raise ValueError("a smoke run does not belong to the saved rows, got none of its own; add --rows FILE")
    measure(found, options.rows, **({"chunks": 1, "runs": 2} if options.smoke else {}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
