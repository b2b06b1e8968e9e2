"""Check intervals and stability forecasts against the exact limits of saved tables.

limetheory experiment run inference            tables that are missing, appended to rows.jsonl
limetheory experiment run inference --smoke    one made-up table, few runs, printed only
limetheory experiment plot inference           coverage.png and the summary
"""

from __future__ import annotations

import json
import platform
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import numpy as np

import limetheory as lt
from experiments.arguments import parser
from experiments.inference.measure import row
from experiments.inference.report import ROWS, saved, summary
from experiments.tables.store import FOLDER, tables
from limetheory.arguments import integer
from limetheory.progress import track

MASKS, RUNS, SIZES, SEED = (256, 1000), 400, (3, 5), 0


def made_up(d: int = 6) -> lt.SetFunction:
    """A table with interactions, for the smoke mode."""
    rng = np.random.default_rng(SEED)
    return lt.SetFunction(lt.all_masks(d) @ rng.normal(size=d) + rng.normal(size=2**d))


def fill(d: int, runs: int, folder: Path, out: Path) -> None:
    """Measure what no row holds yet, one line after the other."""
    done = {(one["table"], one["n"]) for one in saved(out)}
    todo = [(table, n) for table in tables(d, folder) for n in MASKS if (table.name, n) not in done]
    versions = {
        "python": platform.python_version(),
        **{name: version(name) for name in ("limetheory", "numpy", "scipy")},
    }
    jobs = ((1, row(table.name, table.function, n, runs, SIZES, SEED)) for table, n in todo)
    for found in track(jobs, len(todo), "tables"):
        with out.open("a", encoding="utf-8") as file:
            file.write(json.dumps({**found, "versions": versions}, ensure_ascii=False) + "\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, or draw and summarise what is saved."""
    whole, run, plot = parser("inference", "Intervals and forecasts against exact limits.")
    run.add_argument("--superpixels", type=int, default=10, metavar="D", help="which saved tables")
    run.add_argument("--runs", type=int, default=RUNS, metavar="R", help="independent runs on each table")
    run.add_argument("--tables", type=Path, default=FOLDER, metavar="FOLDER", help="where the tables are")
    run.add_argument("--smoke", action="store_true", help="one made-up table, few runs, printed only")
    for command in (run, plot):
        command.add_argument("--out", type=Path, default=ROWS, metavar="FILE", help="the rows")
    options = whole.parse_args(arguments)
    if options.command == "plot":
        from experiments.inference.figures import picture

        text = summary(options.out)
        picture(saved(options.out)).savefig(options.out.with_name("coverage.png"), dpi=120)
        print(text)
    elif options.smoke:
        print(json.dumps(row("made up", made_up(), 100, 20, SIZES, SEED), indent=1))
    else:
        fill(
            integer("superpixels", options.superpixels, 2),
            integer("runs", options.runs, 1),
            options.tables,
            options.out,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
