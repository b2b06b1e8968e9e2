"""The rows so far, an input a line, in a file that a killed run leaves whole but for its last line."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from limetheory.given import given
from limetheory.parquet_files import Row
from limetheory.written_files import kept_rows, whole_file

FORMAT = "limetheory rows 1"
_BEGUN = json.dumps({"format": FORMAT}).encode()[:-1]
"""How the first line of each file begins."""


@dataclass
class Lines:
    """A file with the settings of a run on its first line and an input on each line below, in the order of arrival.

    A line holds the row of its input, or a list of the rows of its classes, so that a run that was killed has all of
    them or none.

    Args:
        path: of the file.
        settings: what every row depends on.

    Attributes:
        places: where the last line of each input begins, by its number.
        failed: the numbers of the inputs without an explanation.

    Raises:
        ValueError: there is a file of another run.
    """

    path: Path
    settings: Mapping[str, Any]
    places: dict[int, int] = field(default_factory=dict)
    failed: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        if not self.path.exists() or self._unfinished_head():
            with kept_rows(self.path):
                self.path.write_text(_head(self.settings), encoding="utf-8")
        with self.path.open("rb") as file:
            self._check(file.readline())
        with kept_rows(self.path):
            os.truncate(self.path, _last_newline(self.path) + 1)
        with self.path.open("rb") as file:
            file.readline()
            while line := file.readline():
                self._note(self._rows(line), file.tell() - len(line))

    def add(self, rows: Sequence[Row]) -> None:
        """Append the rows of an input, which take the place of earlier ones of its number."""
        line = _line(rows).encode()
        with kept_rows(self.path), self.path.open("ab") as file:
            self._note(rows, file.tell())
            file.write(line)

    @property
    def explained(self) -> set[int]:
        """The numbers of the inputs with an explanation."""
        return self.places.keys() - self.failed

    def _note(self, rows: Sequence[Row], place: int) -> None:
        number = rows[0]["number"]
        self.places[number] = place
        self.failed.discard(number)
        if any(row.get("error") for row in rows):
            self.failed.add(number)

    def in_order(self) -> Iterator[Row]:
        """All rows by the numbers of their inputs."""
        with self.path.open("rb") as file:
            for number in sorted(self.places):
                file.seek(self.places[number])
                yield from _listed(json.loads(file.readline()))

    def _unfinished_head(self) -> bool:
        """Whether the file holds no more than the beginning of a first line, which a run did not get to the end of."""
        if self.path.is_dir():
            raise self._foreign()
        with self.path.open("rb") as file:
            first = file.readline()
        begun = len(first) <= len(_BEGUN) or first.startswith(_BEGUN)
        return not first.endswith(b"\n") and begun and _BEGUN.startswith(first[: len(_BEGUN)])

    def _rows(self, line: bytes) -> list[Row]:
        """The rows of an input from its line.

        Raises:
            ValueError: another content than a run writes.
        """
        try:
            rows = _listed(json.loads(line))
            whole = len({row["number"] for row in rows}) == 1 and all(map(self._whole, rows))
        except (ValueError, TypeError, LookupError, AttributeError):
            whole = False
        if not whole:
            raise ValueError(
                f"the rows of a run must be as it wrote them, got {given(line[:80].decode(errors='replace'))} in "
                f"{given(str(self.path))}; delete that file to begin anew"
            )
        return rows

    def _whole(self, row: Row) -> bool:
        whole = type(row["number"]) is int and 0 <= row["number"] < self.settings.get("inputs", math.inf)
        return whole and {"item", "seed"} <= row.keys() and isinstance(row.get("coefficients") or [], list)

    def _foreign(self) -> ValueError:
        return ValueError(
            f"the rows of a run must be in a file that it wrote, got {given(str(self.path))}; rename that file"
        )

    def _check(self, first: bytes) -> None:
        remedy = f"give the same, or delete {self.path} to begin anew"
        try:
            head = json.loads(first)
            known = head["settings"] if head["format"] == FORMAT else None
        except (ValueError, TypeError, KeyError):
            known = None
        if known is None:
            raise self._foreign()
        refuse_other_settings("a run that was stopped must continue with its settings", known, self.settings, remedy)


def write_lines(path: Path, settings: Mapping[str, Any], rows: Iterable[Row]) -> None:
    """Write a file of lines from rows in their order; it is there only when it is complete."""
    with whole_file(path) as file:
        file.write(_head(settings).encode())
        file.writelines(_line(list(own)).encode() for _, own in groupby(rows, itemgetter("number")))


def refuse_other_settings(rule: str, known: Mapping[str, Any], now: Mapping[str, Any], remedy: str) -> None:
    """Refuse settings that differ from those of the rows that are there.

    One that is absent, as of rows from before there was such an option, equals one that asks for nothing.

    Raises:
        ValueError: with both.
    """
    other = sorted(name for name in {*known, *now} if _asked(known.get(name)) != _asked(now.get(name)))
    if other:
        got = ", ".join(f"{name} {given(now.get(name))} after {given(known.get(name))}" for name in other)
        raise ValueError(f"{rule}, got {got}; {remedy}")


def _asked(setting: Any) -> Any:
    """A setting; None where it asks for nothing."""
    return None if setting is False or setting == [] else setting


def _line(rows: Sequence[Row]) -> str:
    return json.dumps(rows[0] if len(rows) == 1 else rows) + "\n"


def _listed(found: Any) -> list[Row]:
    return found if isinstance(found, list) else [found]


def _head(settings: Mapping[str, Any]) -> str:
    return json.dumps({"format": FORMAT, "settings": settings}) + "\n"


def _last_newline(path: Path, block: int = 1 << 20) -> int:
    """The place of the last newline of a file, −1 where there is none."""
    with path.open("rb") as file:
        end = file.seek(0, os.SEEK_END)
        while end > 0:
            start = max(end - block, 0)
            file.seek(start)
            found = file.read(end - start).rfind(b"\n")
            if found >= 0:
                return start + found
            end = start
    return -1
