"""Saved rows: one file for each network and photograph, written whole or not at all."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from experiments._frame.saved_rows import versions
from experiments.dseg.measures import Row
from experiments.dseg.settings import Settings

ROWS = Path(__file__).with_name("rows")
PACKAGES = ("limetheory", "numpy", "scipy", "scikit-image", "scikit-learn", "torch", "higra")


@dataclass(frozen=True)
class Unit:
    """A network and a photograph: what is measured at a time, and the file that its rows go to."""

    network: str
    photograph: Path
    folder: Path

    @property
    def file(self) -> Path:
        """Where its rows are."""
        return self.folder / self.network / f"{self.photograph.name}.csv"

    def done(self, settings: Settings) -> bool:
        """Whether the rows are there.

        Raises:
            ValueError: they are of other settings.
        """
        if not self.file.exists():
            return False
        found = head(self.file)["digest"]
        if found != settings.digest():
            raise ValueError(
                f"rows must be of the same settings, got {found} in {self.file} and {settings.digest()} now; "
                "choose another --out or move the old rows away"
            )
        return True

    def save(self, rows: Iterable[Row], settings: Settings, device: str) -> None:
        """Write the rows below a line that says where they come from."""
        about = {
            "photograph": self.photograph.name,
            "sha256": sha256(self.photograph.read_bytes()).hexdigest()[:16],
            "network": self.network,
            "digest": settings.digest(),
            "settings": settings.record() | {"checkpoint": settings.checkpoint and Path(settings.checkpoint).name},
            "device": device,
            "versions": versions(PACKAGES),
        }
        self.file.parent.mkdir(parents=True, exist_ok=True)
        unfinished = self.file.with_suffix(".tmp")
        with unfinished.open("w", newline="", encoding="utf-8") as file:
            file.write(f"# {json.dumps(about)}\n")
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(Row._fields)
            writer.writerows([*row[:-1], f"{float(row.value):.9g}"] for row in rows)
        unfinished.replace(self.file)


def head(file: Path) -> dict[str, Any]:
    """What the first line of a file of rows says."""
    with file.open(encoding="utf-8") as lines:
        return json.loads(lines.readline().removeprefix("# "))


def read(folder: Path = ROWS) -> Iterator[tuple[str, str, Row]]:
    """Network, photograph and row of everything saved, in the order of names."""
    for file in sorted(folder.glob("*/*.csv")):
        about = head(file)
        with file.open(newline="", encoding="utf-8") as lines:
            lines.readline()
            for row in csv.DictReader(lines):
                depth, value = int(row.pop("depth")), float(row.pop("value"))
                yield about["network"], about["photograph"], Row(**row, depth=depth, value=value)
