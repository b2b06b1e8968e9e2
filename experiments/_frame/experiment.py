"""An experiment: batches of jobs, where their rows go, and what is said of the rows."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol, TypeAlias

Row: TypeAlias = dict[str, Any]
Options: TypeAlias = Namespace
Parser: TypeAlias = ArgumentParser
Report: TypeAlias = Callable[[Options], str]


@dataclass(frozen=True)
class Job:
    """What makes one row.

    Attributes:
        key: entries of the row that no other row of its store has together; None for a job that is never done.
        measure: makes the row. It is sent to other processes, so that it is a function of a module, or a `partial` of
            one, and it fixes its random numbers by itself.
    """

    key: Mapping[str, Any] | None
    measure: Callable[[], Row]


class Store(Protocol):
    """Where rows are kept."""

    def missing(self, jobs: Iterable[Job]) -> list[Job]:
        """The jobs that have no row yet."""

    def add(self, row: Row) -> None:
        """Keep a row at once, whole or not at all."""


@dataclass(frozen=True)
class Batch:
    """Jobs whose rows go to the same store.

    Attributes:
        jobs: all of them, whether they have a row or not.
        store: of their rows.
        packages: whose versions a row names.
        workers: processes where the command line does not say.
        alone: whether jobs run one after the other in this process and have all its threads, as where time is measured.
    """

    jobs: Iterable[Job]
    store: Store
    packages: Iterable[str] = ("limetheory", "numpy")
    workers: int = 1
    alone: bool = False


@dataclass(frozen=True)
class Experiment:
    """A claim that is measured.

    Attributes:
        package: its folder's, whose `experiment.py` says in its first line what it is about.
        batches: of the options of `run`, which always have ``out``, ``smoke``, ``workers``, ``cluster`` and ``budget``.
        blocks: the generated blocks of README.md by name, from the options of `report`, which always have ``out``.
        draw: what `plot` does besides printing the blocks.
        options: adds options to the parsers of `run`, and of `plot` and `report`.
        rows: the file or folder of its rows.
    """

    package: str
    batches: Callable[[Options], Iterable[Batch]]
    blocks: Mapping[str, Report] = field(default_factory=dict)
    draw: Callable[[Options], None] | None = None
    options: Callable[..., None] = lambda run, *shown: None
    rows: str = "rows.jsonl"

    @property
    def name(self) -> str:
        """What the command line calls it."""
        return self.package.rpartition(".")[2]

    @property
    def about(self) -> str:
        """The first line of its documentation."""
        return (import_module(f"{self.package}.experiment").__doc__ or "").splitlines()[0]

    @property
    def saved(self) -> Path:
        """The file or folder of its rows in this checkout."""
        return Path(str(import_module(f"{self.package}.experiment").__file__)).with_name(self.rows)
