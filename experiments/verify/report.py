"""What the saved run says, for README."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from experiments._frame.saved_rows import load
from experiments._frame.terminal import fenced

OUTPUT = "output.txt"
"""Beside the rows."""
QUIET = 0.25
"""Load a core, when a run begins, up to which its seconds are told."""


def summary(rows: Path) -> str:
    """The saved terminal output, and below it how long that run took."""
    return "\n\n".join([fenced(rows.with_name(OUTPUT)), *map(took, load(rows)[-1:])])


def took(row: dict[str, Any]) -> str:
    """Disk and seconds of a row, without the seconds where others used the cores: these are not the command's."""
    disk = f"The installation takes {row['environment_bytes'] / 2**30:.1f} GiB of disk"
    if row["load"] > QUIET * row["cores"]:
        return f"{disk}."
    return f"{disk}, and this run took {row['seconds']:.0f} seconds on {row['cores']} CPU cores."
