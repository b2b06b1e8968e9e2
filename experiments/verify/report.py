"""The summary of the saved run for the documentation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from experiments._frame.saved_rows import load
from experiments._frame.terminal import fenced

OUTPUT = "output.txt"
"""The name of the file with the output, which is beside the rows."""
QUIET = 0.25
"""The largest load of a core before the run for which its seconds are reported; a convention."""


def summary(rows: Path) -> str:
    """The saved terminal output, and how long the run took."""
    return "\n\n".join([fenced(rows.with_name(OUTPUT)), *map(took, load(rows)[-1:])])


def took(row: dict[str, Any]) -> str:
    """The disk space and the seconds of a row; the seconds are left out if other programs used the cores."""
    disk = f"The installation takes {row['environment_bytes'] / 2**30:.1f} GiB of disk"
    if row["load"] > QUIET * row["cores"]:
        return f"{disk}."
    return f"{disk}, and this run took {row['seconds']:.0f} seconds on {row['cores']} CPU cores."
