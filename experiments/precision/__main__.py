"""Measure what a cheaper precision with a float32 correction gains on a device, and how long the methods take there.

    limetheory experiment run precision --images FOLDER --device cuda    rows that are missing, appended to rows.jsonl
    limetheory experiment run precision --smoke                          a small row, printed only
    limetheory experiment plot precision                                 the table of the README

A row is one network at one photograph in one of the cheaper precisions; an interrupted run goes on after the last.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from itertools import product
from pathlib import Path

import limetheory as lt
from experiments._frame.saved_rows import append, to_plot
from experiments.arguments import parser
from experiments.precision.measure import Levels, device_name, row
from experiments.precision.report import ROWS, saved, summary
from experiments.tables.__main__ import NETWORKS, photographs
from limetheory.arguments import integer
from limetheory.devices import present_device
from limetheory.verification.network import photograph

SUPERPIXELS, PILOT, N, ROUNDS, PHOTOGRAPHS = 50, 4000, 1000, 5, 3
CHEAP = {"cuda": ("tf32", "bfloat16")}
"""Cheaper precisions by kind of device, elsewhere bfloat16 alone."""


def fill(images: Path, networks: Sequence[str], limit: int, device: str | None, pilot: int, out: Path) -> None:
    """Measure what is missing."""
    place = present_device(device)
    for photo, network, cheap in product(photographs(images, limit), networks, CHEAP.get(place.type, ("bfloat16",))):
        key = {"network": network, "photograph": photo.name, "device": device_name(place), "cheap": cheap}
        if any(key.items() <= one.items() for one in saved(out)):
            continue
        found = {**key, **row(Levels(network, cheap, lt.load_image(photo), device, SUPERPIXELS), pilot, N, ROUNDS)}
        append([found], out)
        print(f"{photo.name} × {network}, {cheap}: {found['seconds']}", flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what is missing, or print the table."""
    whole, run, _ = parser("precision", "A cheaper precision with a float32 correction.")
    run.add_argument("--images", type=Path, metavar="FOLDER", help="photographs")
    run.add_argument("--networks", nargs="+", default=NETWORKS, metavar="NAME")
    run.add_argument("--limit", type=int, default=PHOTOGRAPHS, metavar="N", help="the first N photographs only")
    run.add_argument("--device", help="such as cuda; the CPU if left out")
    run.add_argument("--pilot", type=int, default=PILOT, metavar="N", help="masks for costs and spreads")
    run.add_argument("--out", type=Path, default=ROWS, metavar="FILE", help="the rows")
    run.add_argument("--smoke", action="store_true", help="a small row, printed only")
    options = whole.parse_args(arguments)
    if options.command == "plot":
        print(summary(to_plot(saved(), "precision")))
    elif options.smoke:
        print(json.dumps(row(Levels(NETWORKS[0], "bfloat16", photograph("chelsea"), options.device, 21), 50, 50, 1)))
    elif options.images is None:
        raise ValueError("run needs photographs, got no --images; give their folder")
    else:
        pilot = integer("pilot", options.pilot, 2 * (SUPERPIXELS + 1))
        fill(options.images, options.networks, options.limit, options.device, pilot, options.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
