"""The summary of the saved rows for the documentation."""

from __future__ import annotations

from typing import Any

import numpy as np

Row = dict[str, Any]


def summary(rows: list[Row]) -> str:
    """A line for each kind of function, design, method and number of masks."""
    lines = [
        "Relative squared errors of the coefficients on the same masks, without positions over with them "
        "(geometric mean, smallest over functions); shuffled: with the positions of other superpixels:",
        "",
        "| function | superpixels | design | method | masks | functions | gain | smallest | shuffled "
        "| coverage: without, with | seconds: without, with |",
        "|---|---:|---|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    flat = [one for row in rows for one in _flat(row)]
    names = ("kind", "superpixels", "design", "method", "n")
    for group in dict.fromkeys(tuple(row[name] for name in names) for row in flat):
        own = [row for row in flat if tuple(row[name] for name in names) == group]
        gains, shuffled = gain(own, "with"), gain(own, "shuffled")
        kind, d, design, method, n = group
        cells = [
            kind, str(d), design, f"`{method}`", f"{n:,}", str(len(own)), f"{_geometric(gains):.2f}",
            f"{min(gains):.2f}", f"{_geometric(shuffled):.2f}" if shuffled else "–",
            _two(own, "coverage", "{:.3f}"), _two(own, "seconds", "{:.2f}"),
        ]  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def gain(rows: list[Row], name: str) -> list[float]:
    """The error without positions over that with a layout, of each row that has it."""
    return [row["error"]["without"] / row["error"][name] for row in rows if name in row["error"]]


def _flat(row: Row) -> list[Row]:
    kind = {"kind": "networks" if "network" in row else row["function"]}
    return [{**row, **kind, "design": name, **found} for name, found in row["designs"].items()]


def _geometric(values: list[float]) -> float:
    return float(np.exp(np.mean(np.log(np.maximum(values, 1e-9)))))


def _two(rows: list[Row], what: str, form: str) -> str:
    return ", ".join(form.format(np.mean([row[what][name] for row in rows])) for name in ("without", "with"))
