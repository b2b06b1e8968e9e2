"""Saved tables: all 2^d values of one network for one photograph, with its integrated gradients."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from experiments._frame import Job, Row
from experiments._frame.recorded import PICTURES
from limetheory.limits import SetFunction
from limetheory.written_files import whole_file

FOLDER = Path(__file__).with_name("rows")
NETWORKS = ("efficientnet_lite0", "efficientnet_lite1", "efficientnet_lite2")


def photographs(folder: Path, limit: int | None, option: str = "--images") -> list[Path]:
    """The first photographs of a folder in the order of their names; ``option`` is what an error message names.

    Raises:
        ValueError: no such folder, or nothing in it.
    """
    found = sorted(file for file in folder.glob("*") if file.suffix.lower() in PICTURES)[:limit]
    if not found:
        raise ValueError(f"images must be a folder of photographs, got {folder} with none; give another {option}")
    return found


@dataclass(frozen=True, eq=False)
class Table:
    """The saved table of one network and photograph.

    Attributes:
        values: F on all masks, in the order of `SetFunction`, (2^d,) float64 that were float32.
        gradients: integrated gradients summed over superpixels, (d,).
        about: where it comes from: network, photograph, target, versions, completeness gap, …
    """

    values: np.ndarray
    gradients: np.ndarray
    about: dict[str, Any]

    @property
    def name(self) -> str:
        """The names of photograph and network."""
        return f"{self.about['photograph']} × {self.about['network']}"

    @property
    def key(self) -> dict[str, Any]:
        """The fields that identify the rows of this table."""
        return {name: self.about[name] for name in ("superpixels", "network", "photograph")}

    def about_without(self, *names: str) -> dict[str, Any]:
        """The entries of ``about`` without some of them."""
        return {name: value for name, value in self.about.items() if name not in names}

    @property
    def function(self) -> SetFunction:
        """The set function with these values."""
        return SetFunction(self.values)


def save(table: Table, file: Path) -> None:
    """Save the table, so that the file is complete or absent."""
    file.parent.mkdir(parents=True, exist_ok=True)
    values = table.values.astype(np.float32)
    with whole_file(file) as opened:
        np.savez_compressed(opened, values=values, gradients=table.gradients, about=json.dumps(table.about))


def load(file: Path) -> Table:
    """A saved table."""
    with file.open("rb") as opened:
        kept = np.load(opened, allow_pickle=False)
        return Table(kept["values"].astype(float), kept["gradients"], json.loads(str(kept["about"])))


@dataclass(frozen=True)
class Tables:
    """The store of a folder, with a file for each table."""

    folder: Path

    def missing(self, jobs: Iterable[Job]) -> list[Job]:
        """The jobs that have no table."""
        return [job for job in jobs if not self.file(job.key or {}).exists()]

    def add(self, row: Row) -> None:
        """Save a table."""
        about = {name: value for name, value in row.items() if name not in ("values", "gradients")}
        save(Table(row["values"], row["gradients"], about), self.file(row))

    def file(self, key: Mapping[str, Any]) -> Path:
        """The path of a table."""
        path: Path = self.folder / f"d{key['superpixels']}" / key["network"] / f"{key['photograph']}.npz"
        return path


def tables(d: int, folder: Path = FOLDER) -> Iterator[Table]:
    """Every saved table of d superpixels, in the order of networks and photographs."""
    return map(load, sorted(_files(d, folder)))


def files_by_photograph(d: int, folder: Path = FOLDER) -> list[Path]:
    """The files of tables of d superpixels, photograph by photograph."""
    return sorted(_files(d, folder), key=lambda file: (file.name, file.parent.name))


def _files(d: int, folder: Path) -> Iterator[Path]:
    return (folder / f"d{d}").glob("*/*.npz")
