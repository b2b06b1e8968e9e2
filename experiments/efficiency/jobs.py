"""What is missing of the rows, and measuring it in one or several processes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from threadpoolctl import threadpool_limits

from experiments.efficiency import lime_methods, shapley_methods
from experiments.efficiency.measure import row
from experiments.efficiency.methods import ADJUSTED, PLAIN, QUADRATURE, Method
from experiments.processes import each
from experiments.tables.store import Table, load

SIZES = {10: (125, 250, 500), 12: (125, 250, 500, 1000, 2000), 16: (250, 500, 1000, 2000)}
"""Evaluations, by superpixels."""
WITHOUT_SHAPLEY = {10}
WITH_RIVALS = {10: 0, 12: 3, 16: 1}
"""On how many tables all methods run; on the others `EVERYWHERE` do."""
EVERYWHERE = (PLAIN, ADJUSTED, QUADRATURE)


@dataclass(frozen=True)
class Job:
    """One method on one saved table, at several n."""

    table: Path
    family: str
    method: str
    sizes: Sequence[int]


def methods() -> list[Method]:
    """Every method of both families."""
    return [*lime_methods.methods(), *shapley_methods.methods()]


def jobs(files: Iterable[Path], d: int, rows: Iterable[dict[str, Any]]) -> list[Job]:
    """What no row holds yet, table by table."""
    finished = {key(one) for one in rows}
    found = []
    for number, file in enumerate(files):
        name = load(file).name
        for method in methods():
            if number >= WITH_RIVALS[d] and method.name not in EVERYWHERE:
                continue
            if d in WITHOUT_SHAPLEY and method.family == "Shapley":
                continue
            asked = SIZES[d][:1] if method.stops else SIZES[d]
            sizes = tuple(n for n in asked if (name, d, method.family, method.name, n) not in finished)
            found.append(Job(file, method.family, method.name, sizes))
    return [one for one in found if one.sizes]


def key(row: dict[str, Any]) -> tuple[Any, ...]:
    """What no two rows have in common."""
    return tuple(row[name] for name in ("table", "superpixels", "family", "method", "n"))


def measured(todo: Sequence[Job], workers: int) -> Iterator[list[dict[str, Any]]]:
    """The rows of each job, as they come."""
    return each(finish, todo, workers)


def finish(job: Job) -> list[dict[str, Any]]:
    """The rows of a job, on one core."""
    method = next(one for one in methods() if (one.family, one.name) == (job.family, job.method))
    table = load(job.table)
    with threadpool_limits(1):
        return [row(about(table), table.function, method, n, method.runs(n)) for n in job.sizes]


def about(table: Table) -> dict[str, Any]:
    """What a row says of its table."""
    return {"table": table.name, "network": table.about["network"], "photograph": table.about["photograph"]}
