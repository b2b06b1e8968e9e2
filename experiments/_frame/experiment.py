"""An experiment: batches of jobs, the stores of their rows, and what is reported of the rows."""

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
    """The work that produces one row.

    Attributes:
        key: the entries of the row that identify it in its store; None for a job that is measured again in every run.
        measure: the function that measures the row. It is sent to other processes, so it must be a function of a
            module, or a `partial` of one, and it must seed its own random numbers.
    """

    key: Mapping[str, Any] | None
    measure: Callable[[], Row]


class Store(Protocol):
    """A place where rows are kept."""

    def missing(self, jobs: Iterable[Job]) -> list[Job]:
        """The jobs that have no row yet."""

    def add(self, row: Row) -> None:
        """Save a row at once, so that it is either complete or absent."""


@dataclass(frozen=True)
class Batch:
    """Jobs whose rows go to the same store.

    Attributes:
        jobs: all of them, whether they have a row or not.
        store: the store of their rows.
        packages: the packages whose versions are saved with a row.
        workers: the number of processes, unless the command line gives one.
        alone: whether jobs run one after the other in this process with all its threads, as timing needs.
    """

    jobs: Iterable[Job]
    store: Store
    packages: Iterable[str] = ("limetheory", "numpy")
    workers: int = 1
    alone: bool = False


@dataclass(frozen=True)
class Experiment:
    """The measurement of one claim.

    Attributes:
        package: the name of its folder's package, whose `experiment.py` begins with a line on what is measured.
        batches: the batches for the options of `run`, which always have ``out``, ``smoke``, ``workers``,
            ``cluster`` and ``budget``.
        blocks: the generated blocks of README.md by name, from the options of `report`, which always have ``out``.
        draw: the function that `plot` calls after it has printed the blocks.
        options: the function that adds options to the parsers of `run`, and of `plot` and `report`.
        rows: the name of the file or folder of its rows.
    """

    package: str
    batches: Callable[[Options], Iterable[Batch]]
    blocks: Mapping[str, Report] = field(default_factory=dict)
    draw: Callable[[Options], None] | None = None
    options: Callable[..., None] = lambda run, *shown: None
    rows: str = "rows.jsonl"

    @property
    def name(self) -> str:
        """The name of the experiment on the command line."""
        return self.package.rpartition(".")[2]

    @property
    def about(self) -> str:
        """The first line of its documentation."""
        return (import_module(f"{self.package}.experiment").__doc__ or "").splitlines()[0]

    @property
    def saved(self) -> Path:
        """The file or folder of its rows in this checkout."""
        return Path(str(import_module(f"{self.package}.experiment").__file__)).with_name(self.rows)
