"""What the saved run says, for README."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from experiments.saved_rows import load

HERE = Path(__file__).parent
ROWS, OUTPUT = HERE / "rows.jsonl", HERE / "output.txt"


def summary() -> str:
    """The saved terminal output, and below it how long that run took."""
    output = f"```\n{OUTPUT.read_text(encoding='utf-8').strip()}\n```"
    return "\n\n".join([output, *map(took, load(ROWS)[-1:])])


def took(row: dict[str, Any]) -> str:
    """Seconds, cores and disk of a row."""
    return (
        f"This run took {row['seconds']:.0f} seconds on {row['cores']} CPU cores (load {row['load']:.1f} when it "
        f"began), besides the installation, which takes {row['environment_bytes'] / 2**30:.1f} GiB of disk."
    )
