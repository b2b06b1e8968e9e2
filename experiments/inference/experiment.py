"""Whether intervals cover and forecasts of stability are right, for exact limits of real networks.

Check intervals and stability forecasts against the exact limits of saved tables.

limetheory experiment run inference            tables that are missing, appended to rows.jsonl and surrogates.jsonl
limetheory experiment run inference --smoke    one made-up table, few runs, printed only
limetheory experiment plot inference           coverage.png and the summary
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from itertools import product
from pathlib import Path

import numpy as np

import limetheory as lt
from experiments._frame import Batch, Experiment, Job, Lines, Options, Parser
from experiments._frame.saved_rows import load
from experiments.inference.measure import row, surrogate_row
from experiments.inference.report import SURROGATES, summary
from experiments.tables.store import FOLDER, tables
from limetheory.arguments import integer

MASKS, RUNS, SIZES, SEED = (256, 1000), 400, (3, 5), 0
METHODS, FEWER_MASKS, FEWER_RUNS, SURROGATE_D = ("adjusted", "quadrature"), (125, 250), 100, 12
Tables = Iterable[tuple[str, lt.SetFunction]]


def made_up(d: int = 6) -> lt.SetFunction:
    """A set function with interactions, for the smoke mode."""
    rng = np.random.default_rng(SEED)
    return lt.SetFunction(lt.all_masks(d) @ rng.normal(size=d) + rng.normal(size=2**d))


def options(run: Parser, *shown: Parser) -> None:
    """Add the options: which tables, how many runs, and the second file of rows."""
    run.add_argument("--superpixels", type=int, default=10, metavar="D", help="which saved tables")
    run.add_argument("--runs", type=int, default=RUNS, metavar="R", help="independent runs on each table")
    run.add_argument("--tables", type=Path, default=FOLDER, metavar="FOLDER", help="where the tables are")
    run.add_argument("--fewer-runs", type=int, default=FEWER_RUNS, metavar="R", help="of the methods with surrogates")
    for command in (run, *shown):
        command.add_argument("--surrogates", type=Path, metavar="FILE", help="their rows; beside the others")


def jobs(functions: Tables, masks: Iterable[int], runs: int) -> Iterable[Job]:
    """The jobs of least squares for each table and n."""
    for (name, function), n in product(functions, masks):
        yield Job({"table": name, "n": n}, partial(row, name, function, n, runs, SIZES, SEED))


def surrogate_jobs(functions: Tables, masks: Iterable[int], runs: int) -> Iterable[Job]:
    """The jobs of the methods with surrogates."""
    for (name, function), method, n in product(functions, METHODS, masks):
        measure = partial(surrogate_row, name, function, method, n, runs, SEED)
        yield Job({"table": name, "method": method, "n": n}, measure)


def batches(options: Options) -> list[Batch]:
    """The batches of least squares, then those of the methods with surrogates."""
    if options.smoke:
        first = second = [("made up", made_up())]
        both = jobs(first, (100,), 20), surrogate_jobs(second, (40,), 3)
    else:
        runs, fewer = integer("runs", options.runs, 1), integer("fewer runs", options.fewer_runs, 2)
        first, second = (
            [(table.name, table.function) for table in tables(d, options.tables)]
            for d in (integer("superpixels", options.superpixels, 2), SURROGATE_D)
        )
        both = jobs(first, MASKS, runs), surrogate_jobs(second, FEWER_MASKS, fewer)
    files = (options.out, surrogates(options))
    return [Batch(some, Lines(file), ("limetheory", "numpy", "scipy")) for some, file in zip(both, files, strict=True)]


def surrogates(options: Options) -> Path:
    """Where the rows of the methods with surrogates are."""
    return options.surrogates or Path(options.out).with_name(SURROGATES.name)


def draw(options: Options) -> None:
    """Draw coverage, calibration and overlap."""
    from experiments.inference.figures import picture

    picture(load(options.out)).savefig(options.out.with_name("coverage.png"), dpi=120)


EXPERIMENT = Experiment(
    __package__,
    batches,
    {"inference": lambda options: summary(load(options.out), load(surrogates(options)))},
    draw,
    options,
)
