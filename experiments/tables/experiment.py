"""Every value of a network for the masks of a photograph, for experiments that need exact limits.

Evaluate networks for every mask of photographs, or list the saved tables.

limetheory experiment run tables --images FOLDER    tables that are missing, a file for each
limetheory experiment plot tables                   a line for each table that is there
"""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

from experiments._frame import Batch, Experiment, Job, Options, Parser
from experiments.tables.store import NETWORKS, Tables, photographs, tables
from limetheory.arguments import integer

PACKAGES = ("limetheory", "numpy", "scikit-image", "torch", "captum")


def options(run: Parser, *shown: Parser) -> None:
    """Add the options: which tables."""
    run.add_argument("--images", type=Path, required=True, metavar="FOLDER", help="photographs")
    run.add_argument("--networks", nargs="+", default=NETWORKS, metavar="NAME")
    run.add_argument("--limit", type=int, metavar="N", help="the first N photographs only")
    for command in (run, *shown):
        command.add_argument("--superpixels", type=int, default=12, metavar="D")


def batches(options: Options) -> list[Batch]:
    """The jobs for every network and photograph, photograph by photograph, with one process for each core."""
    from experiments.tables.measure import row

    networks, limit, d = options.networks, options.limit, integer("superpixels", options.superpixels, 2)
    if options.smoke:
        networks, limit, d = networks[:1], 1, 4
    kept = None if options.printed else options.out / "unfinished"
    jobs = [
        Job({"superpixels": d, "network": network, "photograph": photo.name}, partial(row, network, photo, d, kept))
        for photo in photographs(options.images, limit) for network in networks
    ]  # fmt: skip
    return [Batch(jobs, Tables(options.out), PACKAGES, workers=os.cpu_count() or 1)]


def draw(options: Options) -> None:
    """List the tables; there is no figure."""
    for table in tables(options.superpixels, options.out):
        print(f"{table.name}: {table.about['target_name']}, f(ξ) = {table.values[-1]:.3f}")


EXPERIMENT = Experiment(__package__, batches, draw=draw, options=options, rows="rows")
