"""The output of a command that is run in an empty folder, as a user sees it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL.Image import Image


def ran(words: Sequence[str], columns: int, pictures: Mapping[str, Image], kept: Mapping[str, Path]) -> str:
    """The output of `limetheory` with some arguments, without blanks at the ends of lines.

    Args:
        words: the arguments.
        columns: of the terminal.
        pictures: by name, what lies in the folder beforehand.
        kept: by name, where to copy what the command writes.
    """
    with TemporaryDirectory() as folder:
        for name, picture in pictures.items():
            picture.save(Path(folder) / name)
        done = subprocess.run(
            [str(Path(sys.executable).with_name("limetheory")), *words],
            cwd=folder, env={**os.environ, "COLUMNS": str(columns)}, capture_output=True, text=True, check=True,
        )  # fmt: skip
        for name, place in kept.items():
            shutil.copy(Path(folder) / name, place)
    return "\n".join(line.rstrip() for line in done.stdout.splitlines())


def fenced(output: Path) -> str:
    """A saved output as a fenced block of Markdown."""
    return f"```\n{output.read_text(encoding='utf-8').strip()}\n```"
