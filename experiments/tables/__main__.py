"""Evaluate networks on every mask of photographs, or list what is saved."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from experiments.arguments import parser
from experiments.processes import default_workers
from experiments.tables.run import fill
from experiments.tables.store import FOLDER, Unit, tables
from limetheory.arguments import integer

NETWORKS = ("efficientnet_lite0", "efficientnet_lite1", "efficientnet_lite2")
FORMATS = {".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff"}


def photographs(folder: Path, limit: int | None) -> list[Path]:
    """The first photographs of a folder by name.

    Raises:
        ValueError: no such folder, or nothing in it.
    """
    found = sorted(file for file in folder.glob("*") if file.suffix.lower() in FORMATS)[:limit]
    if not found:
        raise ValueError(f"images must be a folder of photographs, got {folder} with none; give another --images")
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Fill in the tables that are missing, or list those that are there."""
    whole, run, plot = parser("tables", "All 2^d values of networks at photographs.")
    run.add_argument("--images", type=Path, required=True, metavar="FOLDER", help="photographs")
    run.add_argument("--networks", nargs="+", default=NETWORKS, metavar="NAME")
    run.add_argument("--limit", type=int, metavar="N", help="the first N photographs only")
    run.add_argument("--workers", type=int, metavar="N", help="processes; one a core if left out")
    for command in (run, plot):
        command.add_argument("--superpixels", type=int, default=12, metavar="D")
        command.add_argument("--out", type=Path, default=FOLDER, metavar="FOLDER", help="where the tables are")
    run.add_argument("--smoke", action="store_true", help="one photograph, one network, 4 superpixels")
    options = whole.parse_args(arguments)
    if options.command == "plot":
        for table in tables(options.superpixels, options.out):
            print(f"{table.name}: {table.about['target_name']}, f(ξ) = {table.values[-1]:.3f}")
        return 0
    if options.smoke:
        options.networks, options.limit, options.superpixels = options.networks[:1], 1, 4
    d, workers = integer("superpixels", options.superpixels, 2), options.workers or default_workers("cpu")
    found = photographs(options.images, options.limit)
    todo = [Unit(network, photo, d, options.out) for photo in found for network in options.networks]
    fill([unit for unit in todo if not unit.file.exists()], integer("workers", workers, 1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
