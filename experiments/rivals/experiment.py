"""Error at equal evaluations beside the newest rivals: shapiq, shap, Captum, lime, GLIME and proxies.

Measure errors of every contender on tables of all values of networks, or show what is saved.

    limetheory experiment run rivals            rows that are missing, appended to rows.jsonl
    limetheory experiment run rivals --smoke    a made-up function, printed only
    limetheory experiment plot rivals           rivals.png and the tables

A row is a group of contenders on one table with n different masks and three seeds; an interrupted run goes on after the
last. Groups whose packages are missing or too old are left out: `experiments/rivals/groups.py` says which Python and
packages make an environment for the newest shapiq.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import product
from pathlib import Path

from experiments._frame import Batch, Experiment, Job, Lines, Options, Parser, Row
from experiments._frame.saved_rows import load
from experiments.efficiency.jobs import made_up
from experiments.rivals.contenders import DESIGNS
from experiments.rivals.groups import FEW, NEEDS, members, runnable
from experiments.rivals.measure import RUNS, measured, row
from experiments.rivals.report import methods, summary
from experiments.tables import store

FOLDER = Path(__file__).with_name("tables")
"""Tables of photographs that come with scikit-image and scikit-learn."""
NETWORK = "efficientnet_lite0"
MORE = 2
"""n = d + 2 is the smallest number of masks: as many as coefficients, and F(0) and F(1)."""
SIZES = (20, 32, 64, 125, 250, 500, 1000, 2000)
QUICK = 500
"""The most masks with which contenders take less than some seconds; a convention."""
PACKAGES = ("limetheory", "numpy", "scipy")


def options(run: Parser, *_: Parser) -> None:
    """Add the options: which cells."""
    run.add_argument("--superpixels", type=int, nargs="+", default=[12, 16, 11], choices=(11, 12, 16), metavar="D")
    run.add_argument("--families", nargs="+", default=["Shapley", "LIME"], choices=tuple(DESIGNS), metavar="FAMILY")
    run.add_argument("--sizes", type=int, nargs="+", metavar="N", help="how many masks; all sizes")
    run.add_argument("--groups", nargs="+", default=list(NEEDS), choices=tuple(NEEDS), metavar="GROUP")
    run.add_argument("--parts", type=int, default=1, metavar="N", help="how many times three seeds")


def files(d: int) -> list[Path]:
    """The tables of d superpixels: those of the other experiments, and those of photographs that anyone has."""
    return [file for one in (store.FOLDER, FOLDER) for file in sorted((one / f"d{d}" / NETWORK).glob("*.npz"))]


def sizes(d: int) -> list[int]:
    """The numbers of masks for d superpixels: below half of all masks, from d + 2."""
    return [n for n in sorted({d + MORE, *SIZES}) if d + MORE <= n < 2**d / 2]


def jobs(options: Options) -> list[Job]:
    """The jobs, cell by cell: many masks after few, more seeds after the first, and last the groups that take long."""
    cells = [
        (d, family, n, group, part)
        for part, d, family in product(range(options.parts), options.superpixels, options.families)
        for n in sizes(d) if not options.sizes or n in options.sizes
        for group in options.groups
    ]  # fmt: skip
    cells.sort(key=lambda cell: (cell[3] in FEW, cell[4], cell[2] > QUICK))
    return [job for cell in cells for job in _cell(*cell)]


def _cell(d: int, family: str, n: int, group: str, part: int) -> Iterator[Job]:
    """The jobs of one group for one number of masks, none where it cannot run or has no contender."""
    few, runs = FEW.get(group, (None, RUNS))
    fit = [one for one in members(group, family) if one.fewest(d) <= n <= one.most]
    if not fit or not runnable(group) or (part and group in FEW):
        return
    for file in files(d)[:few]:
        key = _key(d, family, n, file.stem, group, part)
        yield Job(key, partial(measured, key, file, runs))


def _key(d: int, family: str, n: int, table: str, group: str, part: int) -> Row:
    return {"superpixels": d, "family": family, "n": n, "table": table, "group": group, "part": part}


def smoke() -> Iterator[Job]:
    """The groups that can run, on a made-up function of 6 superpixels."""
    for family, group in product(DESIGNS, NEEDS):
        if members(group, family) and runnable(group) and group not in FEW:
            key = _key(6, family, 20, "made up", group, 0)
            yield Job(key, partial(row, key, made_up(), 2))


def batches(options: Options) -> list[Batch]:
    """The jobs, run one after the other because they are timed."""
    todo = smoke() if options.smoke else jobs(options)
    return [Batch(todo, Lines(options.out), PACKAGES, alone=True)]


def draw(options: Options) -> None:
    """Draw the errors beside the rows."""
    from experiments.rivals.figures import draw_rivals

    draw_rivals(load(options.out), options.out.with_name("rivals.png"))


EXPERIMENT = Experiment(
    __package__,
    batches,
    {
        "rivals": lambda options: summary(load(options.out)),
        "rivals_methods": lambda options: methods(load(options.out)),
    },
    draw,
    options,
)
