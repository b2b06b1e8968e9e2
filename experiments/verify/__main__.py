"""Run `limetheory verify --quick` and save its output, its numbers, two of its figures and a row on the run.

limetheory experiment run verify
limetheory experiment plot verify      its block of the README
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from experiments import readme
from experiments._frame.saved_rows import append, versions
from experiments.arguments import parser
from experiments.verify.report import HERE, OUTPUT, ROWS
from limetheory.verification.report import PACKAGES

KEPT = {
    "report.json": "report.json",
    "convergence-efficientnet_lite0.png": "convergence.png",
    "gradients-efficientnet_lite0-coffee.png": "gradients.png",
}
WIDTH = 100


def main(arguments: Sequence[str] | None = None) -> int:
    """Run and save, or rewrite the README's block."""
    commands, _, _ = parser("verify", "Save the output of `limetheory verify --quick` and its numbers.")
    if commands.parse_args(arguments).command == "plot":
        return readme.main([])
    _run()
    return 0


def _run() -> None:
    """Run the command in an empty folder, as a user would."""
    with tempfile.TemporaryDirectory() as folder:
        load, start = os.getloadavg()[0], time.monotonic()
        done = subprocess.run(
            [str(Path(sys.executable).with_name("limetheory")), "verify", "--quick"],
            cwd=folder, env={**os.environ, "COLUMNS": str(WIDTH)}, capture_output=True, text=True, check=True,
        )  # fmt: skip
        seconds = time.monotonic() - start
        lines = [line.rstrip() for line in done.stdout.splitlines()]
        OUTPUT.write_text("\n".join(lines) + "\n", encoding="utf-8")
        for produced, name in KEPT.items():
            shutil.copy(Path(folder) / "verify-report" / produced, HERE / name)
    append([row(seconds, load)], ROWS)
    print("\n".join(lines))


def row(seconds: float, load: float) -> dict[str, Any]:
    """What is saved beside the output; the last row is that of the output."""
    return {
        "command": "limetheory verify --quick", "seconds": round(seconds, 1), "load": round(load, 2),
        "cores": os.cpu_count(), "environment_bytes": bytes_of(Path(sys.prefix)), "versions": versions(PACKAGES),
    }  # fmt: skip


def bytes_of(folder: Path) -> int:
    """The disk space of all files in a folder."""
    found = (file.lstat() for file in folder.rglob("*"))
    return sum(512 * one.st_blocks for one in found)


if __name__ == "__main__":
    sys.exit(main())
