"""Run the comparison of segmenters, or draw its tables and pictures."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from experiments.arguments import parser
from experiments.dseg import run as running
from experiments.dseg.rows import ROWS
from experiments.dseg.settings import HIERARCHIES, Settings
from experiments.processes import default_workers
from limetheory.arguments import integer


def main(arguments: Sequence[str] | None = None) -> int:
    """Run or plot, as the arguments say."""
    options = _parser().parse_args(arguments)
    if options.command == "plot":
        from experiments.dseg.report import write

        for file in write(options.out):
            print(file)
        return 0
    return _run(options)


def _run(options: argparse.Namespace) -> int:
    settings = _settings(options)
    workers = default_workers(options.device) if options.workers is None else options.workers
    integer("workers", workers, 1)
    integer("limit", 1 if options.limit is None else options.limit, 1)
    if options.smoke:
        settings, options.limit = settings.small(), options.limit or 1
    todo = running.units(options.images, settings, options.out, options.limit)
    spots = {unit.photograph.name for unit in todo[: settings.spot_checks]}
    todo = [unit for unit in todo if not unit.done(settings)]
    if options.dry_run:
        print(_plan(todo, settings, options.device, workers, spots))
        return 0
    problems = running.run(todo, settings, options.device, workers, spots)
    print(*(f"not measured: {problem}" for problem in problems), sep="\n", end="\n" if problems else "")
    return int(bool(problems))


def _settings(options: argparse.Namespace) -> Settings:
    settings = replace(Settings(), checkpoint=options.checkpoint, seed=options.seed, precision=options.precision)
    if options.networks:
        settings = replace(settings, networks=tuple(options.networks))
    if options.checkpoint:
        settings = replace(settings, segmenters=(*HIERARCHIES, *settings.segmenters[1:]))
    return settings


def _plan(todo: list[running.Unit], settings: Settings, device: str, workers: int, spots: set[str]) -> str:
    passes = sum(running.evaluations(settings, unit.photograph.name in spots) for unit in todo)
    seconds = running.seconds_per_pass(settings, device, 1)
    photographs = len({unit.photograph for unit in todo})
    hours = passes * seconds / workers / 3600
    return (
        f"{len(todo)} files to do: {photographs} photographs, {len({unit.network for unit in todo})} networks, "
        f"{len(settings.conditions())} segmentations, {len(settings.variants)} variants\n"
        f"at most {passes:,} forward passes of {1000 * seconds:.1f} ms on {workers} process(es): {hours:.1f} hours"
    )


def _parser() -> argparse.ArgumentParser:
    whole, run, plot = parser("dseg", "Compare segmenters and LIME variants on photographs.")
    run.add_argument("--images", type=Path, required=True, metavar="FOLDER", help="photographs")
    run.add_argument("--networks", nargs="+", metavar="NAME", help="all three EfficientNet-Lite if left out")
    run.add_argument("--checkpoint", metavar="FILE", help="of SAM, which is then one of the segmenters")
    run.add_argument("--limit", type=int, metavar="N", help="the first N photographs only")
    run.add_argument("--seed", type=int, default=0)
    run.add_argument("--precision", default="float32", choices=("float32", "bfloat16"))
    run.add_argument("--device", default="cpu")
    run.add_argument("--workers", type=int, metavar="N", help="processes; one a core on a CPU, one on a GPU")
    run.add_argument("--smoke", action="store_true", help="one photograph, three segmenters, few masks")
    run.add_argument("--dry-run", action="store_true", help="print the evaluations and hours, and stop")
    for command in (run, plot):
        command.add_argument("--out", type=Path, default=ROWS, metavar="FOLDER", help="where the rows are")
    return whole


if __name__ == "__main__":
    sys.exit(main())
