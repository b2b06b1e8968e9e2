"""The saved output of `limetheory verify --quick`.

Run `limetheory verify --quick`, and save its output, its numbers, two of its figures and a row about the run.

limetheory experiment run verify            output, numbers and figures anew, and a row
limetheory experiment run verify --smoke    the same, printed only
limetheory experiment plot verify           its block of the README
"""

from __future__ import annotations

import os
import sys
import time
from functools import partial
from pathlib import Path

from experiments._frame import Batch, Experiment, Job, Lines, Options, Row
from experiments._frame.terminal import ran
from experiments.verify.report import OUTPUT, summary

KEPT = {
    "report.json": "report.json",
    "convergence-efficientnet_lite0.png": "convergence.png",
    "gradients-efficientnet_lite0-coffee.png": "gradients.png",
}
WIDTH = 100


def measured(folder: Path | None) -> Row:
    """Run the command, and save its output and the files that it writes in a folder."""
    load, start = os.getloadavg()[0], time.monotonic()
    kept = {f"verify-report/{produced}": folder / name for produced, name in KEPT.items()} if folder else {}
    output = ran(("verify", "--quick"), WIDTH, {}, kept)
    found = row(time.monotonic() - start, load)
    if folder:
        (folder / OUTPUT).write_text(output + "\n", encoding="utf-8")
    print(output)
    return found


def row(seconds: float, load: float) -> Row:
    """The row that describes the saved output; the last row belongs to it."""
    return {
        "command": "limetheory verify --quick", "seed": 0, "seconds": round(seconds, 1), "load": round(load, 2),
        "cores": os.cpu_count(), "environment_bytes": bytes_of(Path(sys.prefix)),
    }  # fmt: skip


def bytes_of(folder: Path) -> int:
    """The disk space of all files in a folder, in bytes."""
    found = (file.lstat() for file in folder.rglob("*"))
    return sum(512 * one.st_blocks for one in found)


def batches(options: Options) -> list[Batch]:
    """A single job, which is measured in every run."""
    from limetheory.verification.report import PACKAGES

    job = Job(None, partial(measured, None if options.smoke else options.out.parent))
    return [Batch([job], Lines(options.out), PACKAGES, alone=True)]


EXPERIMENT = Experiment(__package__, batches, {"verify": lambda options: summary(options.out)})
