"""Run `limetheory verify --quick` and save its output, its numbers and two of its figures.

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

from experiments import readme
from experiments.arguments import parser

HERE = Path(__file__).parent
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
        start = time.monotonic()
        done = subprocess.run(
            [str(Path(sys.executable).with_name("limetheory")), "verify", "--quick"],
            cwd=folder, env={**os.environ, "COLUMNS": str(WIDTH)}, capture_output=True, text=True, check=True,
        )  # fmt: skip
        lines = [line.rstrip() for line in done.stdout.splitlines()]
        lines.append(f"({time.monotonic() - start:.0f} seconds on {os.cpu_count()} CPU cores)")
        (HERE / "output.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
        for produced, name in KEPT.items():
            shutil.copy(Path(folder) / "verify-report" / produced, HERE / name)
    print("\n".join(lines))


if __name__ == "__main__":
    sys.exit(main())
