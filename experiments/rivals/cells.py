"""The saved rows as cells: for one limit, d and n, the error of every contender on every table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np

from experiments.rivals.contenders import OURS
from experiments.rivals.groups import FEW

Row: TypeAlias = dict[str, Any]


@dataclass
class Results:
    """What a contender did in a cell.

    Attributes:
        errors: the relative squared errors of its runs, by table.
        seconds: its own processor seconds of an explanation, the median of each row.
        distinct: the different masks that it evaluated, the mean of each row.
    """

    errors: dict[str, list[float]] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)
    distinct: list[float] = field(default_factory=list)

    def of_tables(self, tables: Iterable[str]) -> np.ndarray:
        """The mean error on each of some tables."""
        return np.array([np.mean(self.errors[table]) for table in tables])


@dataclass
class Cell:
    """All contenders at one number of masks.

    Attributes:
        family, d, n: which limit, of how many superpixels, from how many different masks.
        results: what each contender did, by its name.
        few: the same of those that run on few tables.
        tables: those on which every contender of ``results`` ran.
    """

    family: str
    d: int
    n: int
    results: dict[str, Results]
    few: dict[str, Results]

    @property
    def tables(self) -> list[str]:
        """The tables on which every contender that did not refuse ran."""
        sets = [set(one.errors) for one in self.results.values()]
        return sorted(set.intersection(*sets)) if sets else []

    def best(self, ours: bool) -> str:
        """The name of limetheory's method, or of the rival, with the smallest mean error."""
        names = [name for name in self.results if name.startswith(OURS) == ours]
        return min(names, key=lambda name: self.mean(name))

    def mean(self, name: str) -> float:
        """The mean error of a contender over tables and runs."""
        return float(self.results[name].of_tables(self.tables).mean())

    def pair(self, rival: str, own: str) -> tuple[np.ndarray, np.ndarray]:
        """The mean errors of two contenders on each table."""
        return self.results[rival].of_tables(self.tables), self.results[own].of_tables(self.tables)

    def ratio(self, rival: str, own: str) -> float:
        """The mean error of a contender over that of another one."""
        return self.mean(rival) / self.mean(own)

    def difference(self, rival: str, own: str) -> tuple[float, float]:
        """The mean error of a contender less that of another one, with its standard error over tables."""
        gaps = np.subtract(*self.pair(rival, own))
        return float(gaps.mean()), float(gaps.std(ddof=1) / np.sqrt(len(gaps)))

    def won(self, rival: str, own: str) -> int:
        """On how many tables the error of the second is smaller."""
        return int(np.greater(*self.pair(rival, own)).sum())


def cells(rows: list[Row]) -> list[Cell]:
    """The cells with contenders of both sides on at least two tables, by limit, d and n."""
    found: dict[tuple[str, int, int], Cell] = {}
    for row in rows:
        key = row["family"], row["superpixels"], row["n"]
        cell = found.setdefault(key, Cell(*key, {}, {}))
        _add(row, cell.few if row["group"] in FEW else cell.results)
    return [
        found[key] for key in sorted(found, key=lambda key: (key[0] != "Shapley", *key[1:])) if _is_fair(found[key])
    ]


def _add(row: Row, results: dict[str, Results]) -> None:
    for name, one in row["contenders"].items():
        if "errors" not in one:
            continue
        own = results.setdefault(name, Results())
        own.errors.setdefault(row["table"], []).extend(one["errors"])
        own.seconds.append(one["seconds"])
        own.distinct.append(one["distinct"])


def _is_fair(cell: Cell) -> bool:
    """Whether contenders of both sides ran on the same tables."""
    sides = {name.startswith(OURS) for name in cell.results}
    return len(sides) == 2 and len(cell.tables) >= 2
