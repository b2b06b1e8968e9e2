"""What the saved rounds say, for README."""

from __future__ import annotations

import statistics
from pathlib import Path
from typing import Any

from experiments.saved_rows import load

ROWS = Path(__file__).with_name("rows.jsonl")


def saved(file: Path = ROWS) -> list[dict[str, Any]]:
    """The saved rounds, none if there is no file."""
    return load(file)


def summary(rows: list[dict[str, Any]] | None = None) -> str:
    """A line for each table: evaluations, seconds, and the ratio round by round."""
    rows = saved() if rows is None else rows
    lines = [
        f"To the accuracy that lime {rows[0]['versions']['lime']} has after {rows[0]['lime_n']:,} evaluations, on the "
        f"same network, photograph and superpixels ({rows[0]['threads']} threads each; medians, in pairs):",
        "",
        "| set function | superpixels | method | lime: seconds | limetheory: evaluations | seconds | times shorter |",
        "|---|---:|---|---:|---:|---:|---:|",
    ]
    for place in dict.fromkeys(map(_place, rows)):
        own = [row for row in rows if _place(row) == place]
        lime, ours, ratio = (
            statistics.median(values)
            for values in zip(*((row["lime"], row["own"], row["lime"] / row["own"]) for row in own), strict=True)
        )
        cells = [*map(str, place), f"{lime:.1f}", str(own[0]["n"]), f"{ours:.2f}", f"{ratio:.0f}"]
        lines.append(f"| {' | '.join(cells)} |")
    loads = [row["load"] for row in rows]
    lines += ["", f"{len(rows)} pairs; load of the machine {min(loads):.1f} to {max(loads):.1f} when they began."]
    return "\n".join(lines)


def _place(row: dict[str, Any]) -> tuple[str, int, str]:
    return row["table"], row["superpixels"], row["method"]
