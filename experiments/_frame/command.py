"""The command line that every experiment has: `run`, `plot` and `report`."""

from __future__ import annotations

import json
import sys
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import replace
from functools import partial
from math import inf
from pathlib import Path
from time import monotonic
from typing import Any, NoReturn

from experiments._frame.experiment import Batch, Experiment, Job, Options, Parser, Row
from experiments._frame.recorded import NAME, OTHERS, place, recorded_options
from experiments._frame.saved_rows import Lines, say_cut, versions
from limetheory.arguments import integer, real
from limetheory.many.one_run import only_run
from limetheory.parallel import each
from limetheory.progress import track
from limetheory.written_files import kept_rows

PACKAGES = {"distributed": "cluster", "dask": "cluster"}
"""The extra of pyproject.toml that installs a package, for the packages that the extra `dev` does not install."""


class _OneLine(Parser):
    """A parser that reports an error in one line."""

    def error(self, message: str) -> NoReturn:
        """Raise the message with which argparse would end the process."""
        raise ValueError(f"{message}; try {self.prog} --help")


class Printed:
    """A store that prints every row and keeps none."""

    def missing(self, jobs: Iterable[Job]) -> list[Job]:
        """All jobs, since none has a row that was kept."""
        return list(jobs)

    def add(self, row: Row) -> None:
        """Print a row."""
        print(json.dumps(row, ensure_ascii=False, default=str), flush=True)


def main(experiment: Experiment, arguments: Sequence[str] | None = None) -> int:
    """Measure the rows that are missing, or show those that are saved."""
    options = parsed(experiment, arguments)
    try:
        return {"run": _run, "plot": _plot, "report": _report}[options.command](experiment, options)
    except ModuleNotFoundError as error:
        extra = PACKAGES.get(str(error.name), "dev")
        raise ValueError(
            f"{experiment.name} needs the package {error.name}, which is not installed; "
            f"pip install --editable '.[{extra}]'"
        ) from None


def parsed(experiment: Experiment, arguments: Sequence[str] | None = None) -> Options:
    """The parsed options of a command line."""
    whole = _OneLine(prog=f"limetheory experiment run {experiment.name}", description=experiment.about)
    commands = whole.add_subparsers(dest="command", required=True, parser_class=_OneLine)
    about = {"run": "measure and save", "plot": "pictures of what is saved", "report": "blocks of the README from it"}
    run, *shown = (
        commands.add_parser(
            word,
            prog=f"limetheory experiment {word} {experiment.name}",
            help=said,
            description=f"{experiment.about} {word}: {said}.",
        )
        for word, said in about.items()
    )
    for command in (run, *shown):
        command.add_argument("--out", "--rows", type=Path, metavar="PATH", help="where the rows are")
    place = run.add_mutually_exclusive_group()
    place.add_argument("--workers", type=int, metavar="N", help="processes")
    place.add_argument("--cluster", metavar="ADDRESS", help="of a Dask scheduler, whose workers measure instead")
    run.add_argument("--resource", metavar="NAME", help="that a worker of the cluster must have, such as GPU")
    run.add_argument("--budget", type=float, metavar="MINUTES", help="stop after this time")
    run.add_argument("--smoke", action="store_true", help="little of it, printed only, or with --out saved there")
    experiment.options(run, *shown)
    options = whole.parse_args(arguments)
    options.named, options.out = options.out, options.out or experiment.saved
    options.printed = options.command == "run" and options.smoke and options.named is None
    options.usual = {name: run.get_default(name) for name in vars(options)}
    return options


def _run(experiment: Experiment, options: Options) -> int:
    """Measure the missing rows until the time is used up."""
    integer("workers", 1 if options.workers is None else options.workers, 1)
    if options.resource and not options.cluster:
        raise ValueError(
            f"a resource is for workers of a cluster, got {options.resource!r} without one; give --cluster"
        )
    recorded = recorded_options(options)
    if not options.printed:
        options.out = place(experiment, options.named, recorded)
    minutes = inf if options.budget is None else real("budget", options.budget, above=0)
    end, problems = monotonic() + 60 * minutes, 0
    with nullcontext() if options.printed else _one_writer(options.out):
        for batch in experiment.batches(options):
            with _other_rows(batch, options):
                problems += _fill(replace(batch, store=Printed()) if options.printed else batch, options, recorded, end)
    print(_where(experiment, options), file=sys.stderr)
    return int(problems > 0)


@contextmanager
def _one_writer(rows: Path) -> Iterator[None]:
    """Keep other runs from a file or folder of rows."""
    with kept_rows(rows):
        rows.parent.mkdir(parents=True, exist_ok=True)
    with only_run(rows):
        yield


def _other_rows(batch: Batch, options: Options) -> AbstractContextManager[None]:
    """Keep other runs from the rows of a batch that go to a file beside that of the run."""
    store = batch.store
    if options.printed or not isinstance(store, Lines) or store.file == options.out:
        return nullcontext()
    return _one_writer(store.file)


def _where(experiment: Experiment, options: Options) -> str:
    """Where the rows of a run are, in one line."""
    if options.printed:
        return "rows are printed only; --out FILE keeps them"
    if OTHERS not in options.out.parts:
        return f"rows are in {options.out}"
    return (
        f"rows are in {options.out}, for the saved ones are of other photographs or options; limetheory experiment "
        f"plot {experiment.name} --out {options.out} shows them"
    )


def _fill(batch: Batch, options: Options, recorded: Mapping[str, Any], end: float) -> int:
    """Save the row of each missing job as soon as it is measured, and count the jobs that failed."""
    todo, problems = batch.store.missing(batch.jobs), 0
    with closing(_outcomes(batch, todo, options, recorded)) as outcomes:
        for row, problem in track(((1, one) for one in outcomes), len(todo), "rows"):
            if problem:
                print(f"not measured: {problem}")
                problems += 1
            else:
                batch.store.add(row)
            if monotonic() > end:
                break
    return problems


def _outcomes(
    batch: Batch, todo: list[Job], options: Options, recorded: Mapping[str, Any]
) -> Generator[tuple[Row, str], None, None]:
    measure = partial(measured, packages=tuple(batch.packages), options=recorded)
    if not batch.alone:
        return each(measure, todo, options.workers or batch.workers, options.cluster, options.resource)
    if options.cluster or (options.workers or 1) > 1:
        asked = "--cluster" if options.cluster else f"--workers {options.workers}"
        raise ValueError(f"these rows are measured one after the other, for time counts, got {asked}; leave it out")
    return (measure(job) for job in todo)


def measured(job: Job, packages: Sequence[str], options: Mapping[str, Any] | None = None) -> tuple[Row, str]:
    """The row of a job with its device, versions and options, or none and why it could not be measured."""
    try:
        found = job.measure()
    except (ValueError, OSError) as error:
        return {}, f"{', '.join(map(str, (job.key or {}).values()))}: {error}"
    other = [name for name, value in (job.key or {}).items() if found.get(name) != value]
    other += [] if "seed" in found else ["seed"]
    if other:
        raise ValueError(f"a row must have its seed and its job's key, got none or another {', '.join(other)}; add it")
    about = {NAME: dict(options or {}), "versions": {**versions(packages), **found.get("versions", {})}}
    return {"device": "cpu", **found, **about}, ""


def _plot(experiment: Experiment, options: Options) -> int:
    """Print the blocks and draw the figures."""
    _refuse_no_rows(experiment, options)
    for block in experiment.blocks.values():
        print(block(options))
    if experiment.draw:
        experiment.draw(options)
    return 0


def _report(experiment: Experiment, options: Options) -> int:
    """Print the blocks."""
    _refuse_no_rows(experiment, options)
    if not experiment.blocks:
        raise ValueError(f"report prints blocks of the README, got {experiment.name}, which has none; plot it")
    print("\n\n".join(block(options) for block in experiment.blocks.values()))
    return 0


def _refuse_no_rows(experiment: Experiment, options: Options) -> None:
    say_cut(options.out)
    if not options.out.exists() or (options.out.is_file() and not options.out.stat().st_size):
        raise ValueError(
            f"{options.command} needs saved rows, got none at {options.out}; "
            f"limetheory experiment run {experiment.name} first"
        )
