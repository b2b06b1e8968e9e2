"""The time to the accuracy of lime 0.2.0.1 with 1000 evaluations, from image to explanation, for the same network.

Time lime and limetheory to the same accuracy, in pairs.

    limetheory experiment run speed --images FOLDER    rounds that are missing, appended to rows.jsonl
    limetheory experiment run speed --images FOLDER --steps    from one to the other change by change, steps.jsonl
    limetheory experiment run speed --smoke            one pair on a skimage photograph at d = 6, printed only
    limetheory experiment plot speed                   the table of the README

A round times lime and then limetheory on one photograph, or with --steps all ways on the first photograph, with the
evaluations of the saved rows; a run that was ended goes on after the last.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from experiments._frame import Batch, Experiment, Job, Lines, Options, Parser
from experiments._frame.saved_rows import load
from experiments.efficiency.methods import ADJUSTED, QUADRATURE
from experiments.speed.report import STEPS, summary
from experiments.tables import store
from experiments.tables.store import FOLDER, files_by_photograph
from limetheory.arguments import integer

ROUNDS = 3
PHOTOGRAPHS = {12: 2, 16: 1}
"""The number of photographs for each number of superpixels; a convention."""
METHODS = {"adjusted": ADJUSTED, "quadrature": QUADRATURE}
PACKAGES = ("limetheory", "lime", "efficientnet-lite-pytorch", "torch", "numpy")


def options(run: Parser, *_: Parser) -> None:
    """Add the options: what is timed, how often, and where the photographs are."""
    run.add_argument("--images", type=Path, metavar="FOLDER", help="the photographs of the tables")
    run.add_argument("--rounds", type=int, default=ROUNDS, metavar="N", help="pairs for each table")
    run.add_argument("--tables", type=Path, default=FOLDER, metavar="FOLDER", help="where the tables are")
    run.add_argument("--steps", action="store_true", help="the steps between the two, beside the rows, instead")


def batches(options: Options) -> list[Batch]:
    """The jobs for pairs, or for the steps between the two contenders."""
    rounds, file = integer("rounds", options.rounds, 1), options.out
    if options.smoke:
        todo = smoke()
    elif options.images is None:
        raise ValueError("run needs the photographs of the tables, got no --images; give their folder")
    elif options.steps:
        todo, file = steps(options, rounds), options.out.with_name(STEPS)
    else:
        todo = pairs(options, rounds)
    return [Batch(todo, Lines(file), PACKAGES, alone=True)]


def pairs(options: Options, rounds: int) -> Iterator[Job]:
    """The jobs for rounds of both methods on the first photographs."""
    from experiments.speed.contenders import NETWORK
    from experiments.speed.pairs import timed

    for d, count in PHOTOGRAPHS.items():
        files = [file for file in files_by_photograph(d, options.tables) if file.parent.name == NETWORK]
        for file in files[:count]:
            for method, named in METHODS.items():
                for seed in range(rounds):
                    key = {"table": store.load(file).name, "superpixels": d, "method": method, "seed": seed}
                    yield Job(key, partial(timed, file, options.images, method, named, seed))


def steps(options: Options, rounds: int) -> Iterator[Job]:
    """The jobs for rounds on the first table that has rows, with the evaluations in its rows."""
    from experiments.speed.pairs import steps_timed

    rows = load(options.out)
    if not rows:
        raise ValueError("steps need the evaluations of saved rows, got none; run without --steps first")
    name, d = rows[0]["table"], rows[0]["superpixels"]
    evaluations = {row["method"]: row["n"] for row in rows if (row["table"], row["superpixels"]) == (name, d)}
    file = next(file for file in files_by_photograph(d, options.tables) if store.load(file).name == name)
    for seed in range(1, rounds + 1):  # rounds are numbered as in the saved rows
        yield Job({"seed": seed}, partial(steps_timed, file, options.images, evaluations, seed))


def smoke() -> Iterator[Job]:
    """One small pair and one small round of the steps, whose accuracies are not compared."""
    from experiments.speed.pairs import small_pair, small_steps

    yield Job(None, small_pair)
    yield Job(None, small_steps)


EXPERIMENT = Experiment(
    __package__,
    batches,
    {"speed": lambda options: summary(load(options.out), load(options.out.with_name(STEPS)))},
    options=options,
)
