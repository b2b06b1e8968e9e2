"""How long a mask takes by each backend, and how far its outputs are from torch's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from experiments.cost.report import quartiles

Row = dict[str, Any]
BASE = "torch, whole"


def table(rows: Sequence[Row]) -> str:
    """A line for each number of superpixels and each way, with medians over the rounds."""
    first, loads = rows[0], [row["load"] for row in rows]
    lines = [
        f"Forward passes of {first['network']}, {first['masks']} masks in batches of 32 on one thread: processor time, "
        "medians and quartiles over rounds in which each way evaluates the same masks (load of the machine "
        f"{min(loads):.1f} to {max(loads):.1f}). Of shared layers the rest is converted; converting is paid once, its "
        "last column is the largest difference of a probability from torch's:",
        "",
        "| superpixels | backend | layers | ms a mask | times as fast as torch, whole | seconds to convert | gap |",
        "| ---: | --- | --- | ---: | ---: | ---: | ---: |",
    ]
    for superpixels in sorted({row["superpixels"] for row in rows}):
        own = [row for row in rows if row["superpixels"] == superpixels]
        lines += [_line(own, name) for name in own[0]["milliseconds"] if all(name in one["gap"] for one in own)]
    return "\n".join(lines)


def _line(rows: Sequence[Row], name: str) -> str:
    times = [row["milliseconds"][name] for row in rows]
    ratios = [row["milliseconds"][BASE] / row["milliseconds"][name] for row in rows]
    making, gap = np.median([row["making"][name] for row in rows]), max(row["gap"][name] for row in rows)
    backend, layers = name.split(", ")
    return (
        f"| {rows[0]['superpixels']} | {backend} | {layers} | {np.median(times):.1f} | {quartiles(ratios, 2)} | "
        f"{making:.2f} | {gap:.1g} |"
    )
