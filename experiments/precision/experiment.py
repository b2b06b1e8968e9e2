"""The time to the same error with a network in a cheaper precision and a float32 correction, for each device.

Measure how much time a cheaper precision with a float32 correction saves, and how long the methods take.

    limetheory experiment run precision --images FOLDER --device cuda    rows that are missing, appended to rows.jsonl
    limetheory experiment run precision --smoke                          a small row of the first network, printed only
    limetheory experiment plot precision                                 the table of the README

A row is one network at one photograph in one of the cheaper precisions; an interrupted run goes on after the last.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import product
from pathlib import Path

from experiments._frame import Batch, Experiment, Job, Lines, Options, Parser
from experiments._frame.saved_rows import load
from experiments.precision.report import summary
from experiments.tables.store import NETWORKS, photographs
from limetheory.arguments import integer

SUPERPIXELS, PILOT, N, ROUNDS, PHOTOGRAPHS = 50, 4000, 1000, 5, 3
CHEAP = {"cuda": ("tf32", "bfloat16")}
"""The cheaper precisions for each kind of device; on other kinds, bfloat16 alone."""
PACKAGES = ("limetheory", "numpy", "torch")


def options(run: Parser, *_: Parser) -> None:
    """Add the options: which networks and photographs, and where they run."""
    run.add_argument("--images", type=Path, metavar="FOLDER", help="photographs")
    run.add_argument("--networks", nargs="+", default=NETWORKS, metavar="NAME")
    run.add_argument("--limit", type=int, default=PHOTOGRAPHS, metavar="N", help="the first N photographs only")
    run.add_argument("--device", help="such as cuda; the CPU if left out")
    run.add_argument("--pilot", type=int, default=PILOT, metavar="N", help="masks for costs and spreads")


def jobs(options: Options) -> Iterator[Job]:
    """The jobs for every photograph, network and precision."""
    from experiments.precision.measure import device_name, row_of
    from limetheory.devices import present_device

    place, pilot = present_device(options.device), integer("pilot", options.pilot, 2 * (SUPERPIXELS + 1))
    photos, cheaper = photographs(options.images, options.limit), CHEAP.get(place.type, ("bfloat16",))
    for photo, network, cheap in product(photos, options.networks, cheaper):
        key = {"network": network, "photograph": photo.name, "device": device_name(place), "cheap": cheap}
        yield Job(key, partial(row_of, key, photo, options.device, SUPERPIXELS, pilot, N, ROUNDS))


def smoke(options: Options) -> Iterator[Job]:
    """A small row, for the smoke mode."""
    from experiments.precision.measure import row_of

    key = {"network": options.networks[0], "photograph": "chelsea", "cheap": "bfloat16"}
    yield Job(key, partial(row_of, key, None, options.device, 21, 50, 50, 1))


def batches(options: Options) -> list[Batch]:
    """The jobs, run one after the other because they are timed."""
    if not options.smoke and options.images is None:
        raise ValueError("run needs photographs, got no --images; give their folder")
    todo = smoke(options) if options.smoke else jobs(options)
    return [Batch(todo, Lines(options.out), PACKAGES, alone=True)]


EXPERIMENT = Experiment(
    __package__,
    batches,
    {"precision": lambda options: summary(load(options.out))},
    options=options,
)
