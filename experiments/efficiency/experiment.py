"""Error against evaluations: `adjusted` beside lime, Captum, shap, shapiq, GLIME and S-LIME, on the same networks.

Measure error against evaluations, for every method on every saved table, or show what is saved.

    limetheory experiment run efficiency                    rows that are missing, appended to rows.jsonl
    limetheory experiment run efficiency --images FOLDER    d = 50: long runs of a network, then rows
    limetheory experiment run efficiency --smoke            a made-up table, two runs each, printed only
    limetheory experiment plot efficiency                   efficiency.png, gain.png and the summary

A row is one method on one table at one n, and long runs are saved block by block; an interrupted run goes on.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product
from pathlib import Path

from experiments._frame import Batch, Experiment, Job, Lines, Options, Parser
from experiments._frame.saved_rows import load
from experiments.efficiency.errors import every_method
from experiments.efficiency.jobs import SIZES, jobs, made_up_jobs
from experiments.efficiency.report import summary
from experiments.efficiency.sampled import jobs as sampled_jobs
from experiments.tables.store import FOLDER, NETWORKS, files_by_photograph, photographs
from limetheory.arguments import integer

PACKAGES = ("limetheory", "numpy", "scipy")


def options(run: Parser, *_: Parser) -> None:
    """Add the options: which tables, or which networks and photographs."""
    run.add_argument("--superpixels", type=int, nargs="+", metavar="D", help="which; 10 12 16, with --images 50")
    run.add_argument("--images", type=Path, metavar="FOLDER", help="photographs for long runs of the network")
    run.add_argument("--networks", nargs="+", default=NETWORKS, metavar="NAME", help="with --images")
    run.add_argument("--limit", type=int, metavar="N", help="the first N tables of each D, or photographs")
    run.add_argument("--tables", type=Path, default=FOLDER, metavar="FOLDER", help="where the tables are")


def batches(options: Options) -> list[Batch]:
    """The jobs on saved tables, or on long runs, whose jobs share a network and its values."""
    todo: Iterable[Job]
    if options.smoke:
        todo = made_up_jobs()
    elif options.images:
        dimensions = [integer("superpixels", d, 21) for d in options.superpixels or [50]]
        photos = photographs(options.images, options.limit)
        todo = (job for one in product(options.networks, dimensions, photos) for job in sampled_jobs(*one))
    else:
        dimensions = _known(options.superpixels or list(SIZES))
        files = {d: files_by_photograph(d, options.tables)[: options.limit] for d in dimensions}
        todo = (job for d in dimensions for job in jobs(files[d], d))
    return [Batch(todo, Lines(options.out), PACKAGES, alone=bool(options.images and not options.smoke))]


def _known(dimensions: list[int]) -> list[int]:
    unknown = set(dimensions) - set(SIZES)
    if unknown:
        raise ValueError(
            f"superpixels must be among {', '.join(map(str, SIZES))}, got {unknown.pop()}; or give --images"
        )
    return dimensions


def draw(options: Options) -> None:
    """Draw the errors and the gains, beside the rows."""
    from experiments.efficiency.figures import draw_efficiency, draw_gain

    rows = load(options.out)
    draw_efficiency(rows, options.out.with_name("efficiency.png"))
    draw_gain(rows, options.out.with_name("gain.png"))


EXPERIMENT = Experiment(
    __package__,
    batches,
    {
        "efficiency": lambda options: summary(load(options.out)),
        "efficiency_methods": lambda options: every_method(load(options.out)),
    },
    draw,
    options,
)
