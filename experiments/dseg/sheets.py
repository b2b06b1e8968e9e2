"""Saved rows: one file for each network and photograph, which is complete or absent."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from experiments import _frame
from experiments._frame import Job
from experiments.dseg.measures import Row
from limetheory.written_files import write_whole

ROWS = Path(__file__).with_name("rows")


@dataclass(frozen=True)
class Sheets:
    """The store of a folder, with a file for each network and photograph.

    Attributes:
        folder: where they are.
        digest: of the settings that the rows must have.
    """

    folder: Path
    digest: str

    def missing(self, jobs: Iterable[Job]) -> list[Job]:
        """The jobs that have no file.

        Raises:
            ValueError: a file is of other settings.
        """
        return [job for job in jobs if not self._has(self.file(job.key or {}))]

    def _has(self, file: Path) -> bool:
        if not file.exists():
            return False
        found = head(file)["digest"]
        if found != self.digest:
            raise ValueError(
                f"rows must be of the same settings, got {found} in {file} and {self.digest} now; "
                "choose another --out or move the old rows away"
            )
        return True

    def add(self, row: _frame.Row) -> None:
        """Write the rows of a photograph below a line with the settings and versions that produced them."""
        file, about = self.file(row), {name: value for name, value in row.items() if name != "rows"}
        file.parent.mkdir(parents=True, exist_ok=True)
        lines = io.StringIO(newline="")
        lines.write(f"# {json.dumps(about)}\n")
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(Row._fields)
        writer.writerows([*one[:-1], f"{float(one[-1]):.9g}"] for one in row["rows"])
        write_whole(file, lines.getvalue().encode())

    def file(self, key: Mapping[str, Any]) -> Path:
        """The path of the rows of a network and a photograph."""
        path: Path = self.folder / key["network"] / f"{key['photograph']}.csv"
        return path


def head(file: Path) -> dict[str, Any]:
    """The content of the first line of a file of rows."""
    with file.open(encoding="utf-8") as lines:
        found: dict[str, Any] = json.loads(lines.readline().removeprefix("# "))
        return found


def read(folder: Path = ROWS) -> Iterator[tuple[str, str, Row]]:
    """The network, the photograph and the row, for all saved rows in the order of names."""
    for file in sorted(folder.glob("*/*.csv")):
        about = head(file)
        with file.open(newline="", encoding="utf-8") as lines:
            lines.readline()
            for row in csv.DictReader(lines):
                depth, value = int(row.pop("depth")), float(row.pop("value"))
                yield about["network"], about["photograph"], Row(**row, depth=depth, value=value)
