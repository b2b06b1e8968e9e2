"""Why LIME and integrated gradients disagree on real networks: bandwidth, interactions, or the path (prop:ig-order).

Split the gap between LIME and integrated gradients on the networks whose tables are saved.

limetheory experiment run gradients                    the tables of experiments/tables that have no row yet
limetheory experiment run gradients --images FOLDER    and their slopes, from their networks and photographs
limetheory experiment run gradients --smoke            synthetic tables, printed only
limetheory experiment plot gradients                   gap.png and the summary of the saved rows
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np

from experiments._frame import Batch, Experiment, Job, Lines, Options, Parser, Row
from experiments.gradients.report import summary
from experiments.gradients.rows import SLOPES, measured, saved
from experiments.tables.store import FOLDER, tables
from limetheory.arguments import integer

SMOKE_D = 6


def options(run: Parser, *shown: Parser) -> None:
    """Add the options: which tables, and where their photographs are."""
    run.add_argument("--tables", type=Path, default=FOLDER, metavar="FOLDER", help="where the tables are")
    run.add_argument("--images", type=Path, metavar="FOLDER", help="the photographs of the tables, for the slopes")
    for command in (run, *shown):
        command.add_argument("--superpixels", type=int, default=10, metavar="D")


def batches(options: Options) -> list[Batch]:
    """The jobs for the gap of each table, and with photographs those for its slopes."""
    if options.smoke:
        return [Batch([Job(None, small)], Lines(options.out))]
    found = list(tables(integer("superpixels", options.superpixels, 2), options.tables))
    todo = [Batch([Job(table.key, partial(measured, table)) for table in found], Lines(options.out))]
    if options.images:
        from experiments.gradients import slopes

        jobs = [Job(table.key, partial(slopes.measured, table, options.images)) for table in found]
        todo.append(Batch(jobs, Lines(options.out.with_name(SLOPES)), slopes.PACKAGES))
    return todo


def small() -> Row:
    """A row of the gap and a row of the slopes for a synthetic table."""
    from experiments.gradients.slopes import compared
    from experiments.gradients.synthetic import synthetic
    from experiments.gradients.synthetic_network import blended

    return {
        **measured(synthetic(SMOKE_D, 0, 0.5)),
        "slopes": compared(*blended(SMOKE_D, 0, np.linspace(1, 2, SMOKE_D))),
    }


def draw(options: Options) -> None:
    """Draw the gap and its parts."""
    from experiments.gradients import figure

    figure.draw(saved(options.out, options.superpixels)).savefig(options.out.with_name("gap.png"), dpi=110)


EXPERIMENT = Experiment(
    __package__,
    batches,
    {"gradients": lambda options: summary(options.out, options.superpixels)},
    draw,
    options,
)
