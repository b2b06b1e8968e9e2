"""Check intervals and stability forecasts against the exact limits of saved tables.

limetheory experiment run inference            tables that are missing, appended to rows.jsonl and surrogates.jsonl
limetheory experiment run inference --smoke    one made-up table, few runs, printed only
limetheory experiment plot inference           coverage.png and the summary
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

import limetheory as lt
from experiments._frame import saved_rows
from experiments.arguments import parser
from experiments.inference.measure import row, surrogate_row
from experiments.inference.report import ROWS, SURROGATES, saved, summary
from experiments.tables.store import FOLDER, tables
from limetheory.arguments import integer
from limetheory.progress import track

MASKS, RUNS, SIZES, SEED = (256, 1000), 400, (3, 5), 0
METHODS, FEWER_MASKS, FEWER_RUNS, SURROGATE_D = ("adjusted", "quadrature"), (125, 250), 100, 12


def made_up(d: int = 6) -> lt.SetFunction:
    """A table with interactions, for the smoke mode."""
    rng = np.random.default_rng(SEED)
    return lt.SetFunction(lt.all_masks(d) @ rng.normal(size=d) + rng.normal(size=2**d))


def fill(d: int, runs: int, folder: Path, out: Path) -> None:
    """Measure what no row holds yet, one line after the other."""
    done = {(one["table"], one["n"]) for one in saved(out)}
    todo = [(table, n) for table in tables(d, folder) for n in MASKS if (table.name, n) not in done]
    append((row(table.name, table.function, n, runs, SIZES, SEED) for table, n in todo), len(todo), out)


def fill_surrogates(runs: int, folder: Path, out: Path) -> None:
    """The same for the methods with surrogates."""
    done = {(one["table"], one["method"], one["n"]) for one in saved(out)}
    wanted = product(tables(SURROGATE_D, folder), METHODS, FEWER_MASKS)
    todo = [(table, method, n) for table, method, n in wanted if (table.name, method, n) not in done]
    rows = (surrogate_row(table.name, table.function, method, n, runs, SEED) for table, method, n in todo)
    append(rows, len(todo), out)


def append(rows: Iterable[dict[str, Any]], count: int, out: Path) -> None:
    """Add rows to a file as they come."""
    versions = saved_rows.versions(("limetheory", "numpy", "scipy"))
    for found in track(((1, one) for one in rows), count, "rows"):
        saved_rows.append([{**found, "versions": versions}], out)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, or draw and summarise what is saved."""
    whole, run, plot = parser("inference", "Intervals and forecasts against exact limits.")
    run.add_argument("--superpixels", type=int, default=10, metavar="D", help="which saved tables")
    run.add_argument("--runs", type=int, default=RUNS, metavar="R", help="independent runs on each table")
    run.add_argument("--tables", type=Path, default=FOLDER, metavar="FOLDER", help="where the tables are")
    run.add_argument("--smoke", action="store_true", help="one made-up table, few runs, printed only")
    run.add_argument("--fewer-runs", type=int, default=FEWER_RUNS, metavar="R", help="of the methods with surrogates")
    for command in (run, plot):
        command.add_argument("--surrogates", type=Path, default=SURROGATES, metavar="FILE", help="their rows")
        command.add_argument("--out", type=Path, default=ROWS, metavar="FILE", help="the rows")
    options = whole.parse_args(arguments)
    if options.command == "plot":
        from experiments.inference.figures import picture

        text = summary(options.out, options.surrogates)
        picture(saved(options.out)).savefig(options.out.with_name("coverage.png"), dpi=120)
        print(text)
    elif options.smoke:
        print(json.dumps(row("made up", made_up(), 100, 20, SIZES, SEED), indent=1))
        for method in METHODS:
            print(json.dumps(surrogate_row("made up", made_up(), method, 40, 3, SEED), indent=1))
    else:
        fill(
            integer("superpixels", options.superpixels, 2),
            integer("runs", options.runs, 1),
            options.tables,
            options.out,
        )
        fill_surrogates(integer("fewer runs", options.fewer_runs, 2), options.tables, options.surrogates)
    return 0


if __name__ == "__main__":
    sys.exit(main())
