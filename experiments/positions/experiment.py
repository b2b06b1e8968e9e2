"""Errors of `quadrature` and `adjusted` with and without the positions of superpixels, on the same masks.

Measure what positions of superpixels bring, on saved values of networks, or show what is saved.

    limetheory experiment run positions --images FOLDER    rows that are missing, appended to rows.jsonl
    limetheory experiment run positions --smoke            made-up functions, printed only
    limetheory experiment plot positions                   the table of the README

A row is one method on one network, photograph and number of masks; an interrupted run goes on after the last.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import product
from pathlib import Path

from experiments._frame import Batch, Experiment, Job, Lines, Options, Parser
from experiments._frame.saved_rows import load
from experiments.efficiency import sampled
from experiments.positions.measure import FUNCTIONS, made_up_row, sampled_row, table_row
from experiments.positions.report import summary
from experiments.tables import store
from experiments.tables.store import NETWORKS, photographs

SAMPLED = {250: 4, 1000: 2}
"""How many parts of a long run of 50 superpixels, for each number of masks; a convention."""
TABLES = {125: 4, 250: 4, 1000: 2}
"""How many runs on a table of 16 superpixels, for each number of masks; a convention."""
PACKAGES = ("limetheory", "numpy", "scipy", "scikit-image")


def options(run: Parser, *_: Parser) -> None:
    """Add the options: which networks and photographs."""
    run.add_argument("--images", type=Path, metavar="FOLDER", help="photographs of the saved values")
    run.add_argument("--networks", nargs="+", default=NETWORKS, metavar="NAME")
    run.add_argument("--limit", type=int, metavar="N", help="the first N photographs only")
    run.add_argument("--superpixels", type=int, nargs="+", default=[50, 16], choices=(50, 16), metavar="D")
    run.add_argument("--methods", nargs="+", default=["quadrature"], choices=("quadrature", "adjusted"))


def jobs(options: Options) -> Iterator[Job]:
    """The jobs on functions without structure, and for every network, photograph and number of masks."""
    for method, d in product(options.methods, options.superpixels):
        runs = SAMPLED if d == 50 else TABLES
        for network, photo, n in product(options.networks, saved(options, d), runs):
            key = {"function": f"{photo.name} × {network}", "superpixels": d, "method": method, "n": n}
            yield Job(key, partial(sampled_row if d == 50 else table_row, key, network, photo, runs[n]))
    for name, method, n in product(FUNCTIONS, options.methods, TABLES):
        key = {"function": name, "superpixels": 16, "method": method, "n": n}
        yield Job(key, partial(made_up_row, key, TABLES[n]))


def saved(options: Options, d: int) -> list[Path]:
    """The photographs of which there are saved values of each network for d superpixels."""
    folder = sampled.FOLDER if d == 50 else store.FOLDER
    known = [{file.name for file in (folder / f"d{d}" / one).glob("*.npz")} for one in options.networks]
    photos = photographs(options.images, None)
    return [one for one in photos if all(f"{one.name}.npz" in names for names in known)][: options.limit]


def smoke(options: Options) -> Iterator[Job]:
    """A made-up function, for the smoke mode."""
    key = {"function": "noise", "superpixels": 16, "method": "quadrature", "n": 40}
    yield Job(key, partial(made_up_row, key, 1))


def batches(options: Options) -> list[Batch]:
    """The jobs, run one after the other because they are timed."""
    if not options.smoke and options.images is None:
        raise ValueError("run needs photographs, got no --images; give their folder")
    todo = smoke(options) if options.smoke else jobs(options)
    return [Batch(todo, Lines(options.out), PACKAGES, alone=True)]


EXPERIMENT = Experiment(
    __package__,
    batches,
    {"positions": lambda options: summary(load(options.out))},
    options=options,
)
