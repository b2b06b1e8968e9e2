"""The error of every method on the set functions on which most methods ran: for the figure, and as a table."""

from __future__ import annotations

from typing import Any

import numpy as np

DIMENSION = 12
BAND = (0.1, 0.9)


def compared(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows that are compared: of the d that has most, and of the tables on which most methods ran."""
    counts = {d: sum(row["superpixels"] == d for row in rows) for d in {row["superpixels"] for row in rows}}
    d = DIMENSION if DIMENSION in counts else max(counts, key=lambda known: counts[known])
    return _of_all_methods([row for row in rows if row["superpixels"] == d])


def _of_all_methods(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of the tables on which most methods ran, so that all curves are for the same set functions."""
    ran = {table: len({_method(row) for row in rows if row["table"] == table}) for table in {r["table"] for r in rows}}
    return [row for row in rows if ran[row["table"]] == max(ran.values())]


def _method(row: dict[str, Any]) -> tuple[str, str]:
    return row["family"], row["method"]


def curve(rows: list[dict[str, Any]]) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The mean evaluations at each n, and the median and a band of the relative error over tables."""
    sizes = sorted({row["n"] for row in rows})
    points = []
    for n in sizes:
        own = [row for row in rows if row["n"] == n]
        errors = [np.sqrt(row["mse"] / row["scale"]) for row in own]
        points.append([np.mean([row["evaluations"] for row in own]), *np.quantile(errors, [0.5, *BAND])])
    return tuple(np.array(points).T)


def every_method(rows: list[dict[str, Any]]) -> str:
    """A table of the median relative error of each method at each n, for both families."""
    rows = compared(rows)
    sizes = sorted({row["n"] for row in rows})
    tables = len({row["table"] for row in rows})
    said = (
        f"Root mean squared error over the root mean square of the limit, {rows[0]['superpixels']} superpixels: median "
        f"of {tables} set functions. A method that spends another number of evaluations has it in brackets:"
    )
    head = f"| family | method | {' | '.join(f'{n:,} evaluations' for n in sizes)} |"
    names = sorted({(row["family"], row["method"]) for row in rows}, key=lambda one: (one[0], one[1].lower()))
    lines = [_line(family, name, rows, sizes) for family, name in names]
    return "\n".join([said, "", head, f"|---|---|{'---:|' * len(sizes)}", *lines])


def _line(family: str, name: str, rows: list[dict[str, Any]], sizes: list[int]) -> str:
    own = [row for row in rows if (row["family"], row["method"]) == (family, name)]
    evaluations, middle, *_ = curve(own)
    found = dict(zip(sorted({row["n"] for row in own}), zip(evaluations, middle, strict=True), strict=True))
    return f"| {family} | {name} | {' | '.join(_cell(n, *found[n]) if n in found else '' for n in sizes)} |"


def _cell(n: int, evaluations: float, error: float) -> str:
    spent = "" if round(evaluations) == n else f" ({round(evaluations):,})"
    return f"{error:.3g}{spent}"
