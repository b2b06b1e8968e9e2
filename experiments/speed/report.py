"""What the saved rounds say, for README."""

from __future__ import annotations

import json
import statistics
from pathlib import Path
from typing import Any

ROWS = Path(__file__).with_name("rows.jsonl")


def saved(file: Path = ROWS) -> list[dict[str, Any]]:
    """The saved rounds, none if there is no file."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] if file.exists() else []


def summary(rows: list[dict[str, Any]] | None = None) -> str:
    """A line for each table: evaluations, seconds, and the ratio round by round."""
    rows = saved() if rows is None else rows
    lines = [
        f"To the accuracy that lime {rows[0]['versions']['lime']} has after {rows[0]['lime_n']:,} evaluations, on the "
        f"same network, photograph and superpixels ({rows[0]['threads']} threads each; medians, in pairs):",
        "",
        "| set function | superpixels | lime: seconds | limetheory: evaluations | seconds | times shorter |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for table, d in dict.fromkeys((row["table"], row["superpixels"]) for row in rows):
        own = [row for row in rows if (row["table"], row["superpixels"]) == (table, d)]
        lime, ours, ratio = (
            statistics.median(values)
            for values in zip(
                *((row["lime"], row["adjusted"], row["lime"] / row["adjusted"]) for row in own), strict=True
            )
        )
        lines.append(f"| {table} | {d} | {lime:.1f} | {own[0]['n']} | {ours:.2f} | {ratio:.0f} |")
    loads = [row["load"] for row in rows]
    lines += ["", f"{len(rows)} pairs; load of the machine {min(loads):.1f} to {max(loads):.1f} when they began."]
    return "\n".join(lines)
