"""Measure error against evaluations, for every method on every saved table, or show what is saved.

    limetheory experiment run efficiency                    rows that are missing, appended to rows.jsonl
    limetheory experiment run efficiency --images FOLDER    d = 50: long runs of a network, then rows
    limetheory experiment run efficiency --smoke            a made-up table, two runs each, printed only
    limetheory experiment plot efficiency                   efficiency.png, gain.png and the summary

Rows are saved method by method and long runs block by block; an interrupted run goes on after the last.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from itertools import product
from pathlib import Path

import numpy as np
from scipy.special import expit

import limetheory as lt
from experiments._frame.saved_rows import append, to_plot
from experiments.arguments import parser
from experiments.efficiency import samples
from experiments.efficiency.figures import draw_efficiency, draw_gain
from experiments.efficiency.jobs import SIZES, jobs, key, measured, methods
from experiments.efficiency.measure import row
from experiments.efficiency.report import ROWS, saved, summary
from experiments.tables.store import FOLDER, NETWORKS, photographs
from limetheory.arguments import integer
from limetheory.progress import track

EFFICIENCY, GAIN = (Path(__file__).with_name(f"{name}.png") for name in ("efficiency", "gain"))


def made_up(d: int = 6, seed: int = 0) -> lt.SetFunction:
    """Probabilities with interactions, for the smoke mode."""
    rng = np.random.default_rng(seed)
    return lt.SetFunction(expit(lt.all_masks(d) @ rng.normal(size=d) + 0.3 * rng.normal(size=2**d)))


def smoke() -> None:
    """Every method, twice on a made-up table."""
    for method in methods():
        print(json.dumps(row({"table": "made up"}, made_up(), method, 50, 2), ensure_ascii=False))


def fill(dimensions: Sequence[int], limit: int | None, workers: int, tables: Path, out: Path) -> None:
    """Measure what no row holds yet."""
    rows = saved(out)
    todo = [job for d in dimensions for job in jobs(table_files(tables / f"d{d}")[:limit], d, rows)]
    for found in track(((1, rows) for rows in measured(todo, workers)), len(todo), "methods"):
        append(found, out)


def table_files(folder: Path) -> list[Path]:
    """The saved tables of a folder, photograph by photograph."""
    found = (file for file in folder.glob("*/*.npz") if not file.name.endswith(".part.npz"))
    return sorted(found, key=lambda file: (file.name, file.parent.name))


def fill_sampled(network: str, images: Path, limit: int | None, d: int, out: Path) -> None:
    """Long runs of a network, and the rows that they make possible."""
    model = lt.load_model(network)
    for photograph in photographs(images, limit):
        function = samples.set_function(model, photograph, d)
        file = samples.FOLDER / f"d{d}" / network / f"{photograph.name}.npz"
        name = model.class_name(function.target)
        run = samples.load(file) if file.exists() else samples.begun(network, photograph, d, function.target, name)
        for longer in samples.extended(run, function, file, samples.LONG):
            run = longer
            print(f"{photograph.name}: {len(run.values)} of {samples.LONG} values", flush=True)
        finished = {(one["method"], one["n"]) for one in saved(out) if key(one)[:2] == (run.about["table"], d)}
        remembered = samples.Remembered(function, file.with_suffix(".fresh.npz"))
        for found in samples.rows(run, remembered, finished):
            append([found], out)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, or draw and summarise what is saved."""
    whole, run, plot = parser("efficiency", "Error against evaluations, beside other libraries.")
    run.add_argument("--superpixels", type=int, nargs="+", metavar="D", help="which; 10 12 16, with --images 50")
    run.add_argument("--images", type=Path, metavar="FOLDER", help="photographs for long runs of the network")
    run.add_argument("--networks", nargs="+", default=NETWORKS, metavar="NAME", help="with --images")
    run.add_argument("--limit", type=int, metavar="N", help="the first N tables of each D, or photographs")
    run.add_argument("--tables", type=Path, default=FOLDER, metavar="FOLDER", help="where the tables are")
    run.add_argument("--workers", type=int, default=1, metavar="N", help="processes")
    run.add_argument("--smoke", action="store_true", help="a made-up table, two runs of each method, printed only")
    for command in (run, plot):
        command.add_argument("--out", type=Path, default=ROWS, metavar="FILE", help="the rows")
    options = whole.parse_args(arguments)
    if options.command == "plot":
        return _plot(options.out)
    if options.smoke:
        smoke()
    elif options.images:
        for network, d in product(options.networks, options.superpixels or [50]):
            fill_sampled(network, options.images, options.limit, integer("superpixels", d, 21), options.out)
    else:
        dimensions = _known(options.superpixels or list(SIZES))
        fill(dimensions, options.limit, integer("workers", options.workers, 1), options.tables, options.out)
    return 0


def _known(dimensions: list[int]) -> list[int]:
    unknown = set(dimensions) - set(SIZES)
    if unknown:
        raise ValueError(
            f"superpixels must be among {', '.join(map(str, SIZES))}, got {unknown.pop()}; or give --images"
        )
    return dimensions


def _plot(out: Path) -> int:
    rows = to_plot(saved(out), "efficiency")
    draw_efficiency(rows, EFFICIENCY)
    draw_gain(rows, GAIN)
    print(summary(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
