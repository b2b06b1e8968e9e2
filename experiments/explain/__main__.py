"""Run `limetheory explain` on scikit-image's coffee cup and save its output and picture, and a row on the run.

limetheory experiment run explain
limetheory experiment plot explain      its block of the README
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from PIL import Image
from skimage.data import coffee

from experiments import readme
from experiments._frame.saved_rows import append, versions
from experiments.arguments import parser

HERE = Path(__file__).parent
PACKAGES = ("limetheory", "numpy", "torch", "scikit-image")
ARGUMENTS = ("explain", "coffee.png", "--segments", "30", "--json", "coffee.json", "--figure", "explanation.png")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run and save, or rewrite the README's block."""
    commands, _, _ = parser("explain", "Save the output of `limetheory explain` on a photograph.")
    if commands.parse_args(arguments).command == "plot":
        return readme.main([])
    _run()
    return 0


def _run() -> None:
    """Run the command in an empty folder, as a user would."""
    with tempfile.TemporaryDirectory() as folder:
        Image.fromarray(coffee()).save(Path(folder) / "coffee.png")
        done = subprocess.run(
            [str(Path(sys.executable).with_name("limetheory")), *ARGUMENTS],
            cwd=folder, env={**os.environ, "COLUMNS": "80"}, capture_output=True, text=True, check=True,
        )  # fmt: skip
        lines = [f"$ limetheory {' '.join(ARGUMENTS)}", *(line.rstrip() for line in done.stdout.splitlines())]
        (HERE / "output.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
        for name in ("coffee.json", "explanation.png"):
            shutil.copy(Path(folder) / name, HERE / name)
    append([{"command": lines[0].removeprefix("$ "), "versions": versions(PACKAGES)}], HERE / "rows.jsonl")
    print("\n".join(lines))


if __name__ == "__main__":
    sys.exit(main())
