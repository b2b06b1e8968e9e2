"""A saved run of `limetheory explain` on the photograph that scikit-image ships.

Run `limetheory explain` on scikit-image's coffee cup, and save its output, its figure and a row about the run.

limetheory experiment run explain            output and picture anew, and a row
limetheory experiment run explain --smoke    the same, printed only
limetheory experiment plot explain           its block of the README
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from experiments._frame import Batch, Experiment, Job, Lines, Options, Row
from experiments._frame.terminal import fenced, ran

HERE = Path(__file__).parent
OUTPUT = "output.txt"
PACKAGES = ("limetheory", "numpy", "torch", "scikit-image")
ARGUMENTS = ("explain", "example:coffee", "--segments", "30", "--json", "coffee.json", "--figure", "explanation.png")


def row(folder: Path | None) -> Row:
    """Run the command, and save its output and the files that it writes in a folder."""
    kept = {name: folder / name for name in ("coffee.json", "explanation.png")} if folder else {}
    command = f"limetheory {' '.join(ARGUMENTS)}"
    output = f"$ {command}\n{ran(ARGUMENTS, 80, {}, kept)}\n"
    if folder:
        (folder / OUTPUT).write_text(output, encoding="utf-8")
    print(output, end="")
    return {"command": command, "seed": 0}


def batches(options: Options) -> list[Batch]:
    """A single job, which is measured in every run."""
    job = Job(None, partial(row, None if options.smoke else options.out.parent))
    return [Batch([job], Lines(options.out), PACKAGES, alone=True)]


EXPERIMENT = Experiment(__package__, batches, {"explain": lambda options: fenced(options.out.with_name(OUTPUT))})
