"""A job for each method, saved table and number of evaluations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import expit

import limetheory as lt
from experiments._frame import Job
from experiments.efficiency import lime_methods, shapley_methods
from experiments.efficiency.measure import row
from experiments.efficiency.methods import ADJUSTED, PLAIN, QUADRATURE, Method
from experiments.tables.store import Table, load

SIZES = {10: (125, 250, 500), 12: (125, 250, 500, 1000, 2000), 16: (250, 500, 1000, 2000)}
"""The numbers of evaluations, for each number of superpixels; a convention."""
WITHOUT_SHAPLEY = {10}
WITH_RIVALS = {10: 0, 12: 3, 16: 1}
"""On how many tables all methods run, for each number of superpixels; on the others only `EVERYWHERE` do."""
EVERYWHERE = (PLAIN, ADJUSTED, QUADRATURE)


def methods() -> list[Method]:
    """All methods of both families."""
    return [*lime_methods.methods(), *shapley_methods.methods()]


def jobs(files: Iterable[Path], d: int) -> Iterator[Job]:
    """The jobs on tables of d superpixels, table by table."""
    for number, file in enumerate(files):
        name = load(file).name
        for method in methods():
            if number >= WITH_RIVALS[d] and method.name not in EVERYWHERE:
                continue
            if d in WITHOUT_SHAPLEY and method.family == "Shapley":
                continue
            for n in SIZES[d][:1] if method.stops else SIZES[d]:
                yield Job(key(name, d, method, n), partial(measured, file, method.family, method.name, n))


def key(table: str, d: int, method: Method, n: int) -> dict[str, Any]:
    """The fields that identify a row."""
    return {"table": table, "superpixels": d, "family": method.family, "method": method.name, "n": n}


def measured(file: Path, family: str, name: str, n: int) -> dict[str, Any]:
    """The row of a method for a table."""
    table, method = load(file), named(family, name)
    return row(about(table), table.function, method, n, method.runs(n))


def named(family: str, name: str) -> Method:
    """The method with a given name, since a method itself cannot be sent to another process."""
    return next(one for one in methods() if (one.family, one.name) == (family, name))


def about(table: Table) -> dict[str, Any]:
    """The fields of a row that describe its table."""
    return {"table": table.name, "network": table.about["network"], "photograph": table.about["photograph"]}


def made_up(d: int = 6, seed: int = 0) -> lt.SetFunction:
    """A set function with values in (0, 1) and interactions, for the smoke mode."""
    rng = np.random.default_rng(seed)
    return lt.SetFunction(expit(lt.all_masks(d) @ rng.normal(size=d) + 0.3 * rng.normal(size=2**d)))


def made_up_jobs() -> Iterator[Job]:
    """A job for every method with two runs on the table of `made_up`."""
    for method in methods():
        yield Job(key("made up", 6, method, 50), partial(on_made_up, method.family, method.name))


def on_made_up(family: str, name: str) -> dict[str, Any]:
    """A row in smoke mode."""
    return row({"table": "made up"}, made_up(), named(family, name), 50, 2)
