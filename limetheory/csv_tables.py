"""Tables from files of comma-separated values (RFC 4180), with a line of names first."""

from __future__ import annotations

import csv
import io
import math
import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from limetheory.checked_files import read_utf8
from limetheory.given import did_you_mean, given

MOST_BYTES = 1 << 30
"""The largest file that is read: 1 GiB, so that none fills the memory; a convention."""

_SHOWN = 12
_LONGEST = 100  # characters of a name in a list or an option; a convention
_MOST_WHOLE = 1 << 53
"""Up to here float64 holds every whole number."""


_OTHER_NOTATION = re.compile(r"[+-]?[\d.,]*(\d,\d|,\d{3}|\d\s?%)[\d.,]*%?")
"""Numbers with a decimal comma, commas between thousands, or a percent sign."""


@dataclass(frozen=True)
class CsvTable:
    """Cells as they are written, without the blanks around them.

    Attributes:
        path: of the file.
        names: of the p columns.
        rows: n rows of p strings.
    """

    path: Path
    names: tuple[str, ...]
    rows: list[list[str]]

    def place(self, name: str) -> int:
        """The position of a column.

        Raises:
            ValueError: there is no column of this name.
        """
        if name not in self.names:
            listed = ", ".join(map(_short, self.names[:_SHOWN])) + (", …" if len(self.names) > _SHOWN else "")
            remedy = did_you_mean(name, self.names) or "name one of them"
            raise ValueError(f"a column must be one of {listed}, got {given(name)}; {remedy}")
        return self.names.index(name)

    def check_row(self, row: int) -> int:
        """The number of a row, from 0.

        Raises:
            ValueError: there is no such row.
        """
        if not 0 <= row < len(self.rows):
            raise ValueError(
                f"row must be 0 to {len(self.rows) - 1}, the rows below the line of names, got {row}; choose one"
            )
        return row

    def column(self, name: str) -> list[str]:
        """The cells of a column."""
        place = self.place(name)
        return [row[place] for row in self.rows]

    def filled(self, names: Sequence[str], categorical: Sequence[str] = ()) -> list[list[str] | list[float]]:
        """Columns without missing cells, as numbers where all cells are, as strings where none is, or where asked for.

        Args:
            names: the columns.
            categorical: those whose cells stay strings.

        Raises:
            ValueError: a missing cell, numbers beside what is none, or a number that is not finite or that float64
                rounds.
        """
        return [self._filled(name, name in categorical) for name in names]

    def _filled(self, name: str, strings: bool) -> list[str] | list[float]:
        cells = self.column(name)
        missing = [number for number, cell in enumerate(cells) if cell == ""]
        if missing:
            raise ValueError(
                f"a table must have no missing cells, got {len(missing)} in column {given(name)}, the first in row "
                f"{missing[0]}; fill them in, or leave these rows or, with --leave-out, the column out"
            )
        found = [None if strings else _number(cell) for cell in cells]
        numbers = [value for value in found if value is not None]
        if not numbers:
            self._check_strings(name, cells, strings)
            return cells
        if len(numbers) < len(cells):
            row = found.index(None)
            raise ValueError(
                f"a column must hold numbers alone or none, got {given(cells[row])} in row {row} of column "
                f"{given(name)}, which has {len(numbers)} numbers; correct or fill it in, or give "
                f"--categorical {_short(name)}"
            )
        self._check_numbers(name, cells, numbers)
        return numbers

    def _check_strings(self, name: str, cells: Sequence[str], asked: bool) -> None:
        """Refuse numbers in another notation as categories, unless this was asked for."""
        if not asked and all(map(_OTHER_NOTATION.fullmatch, cells)):
            raise ValueError(
                f"a column of numbers must have them with a decimal point alone, got {given(cells[0])} in row 0 of "
                f"column {given(name)}; write 1234.5 for 1.234,5 or 1,234.5 and 0.5 for 50 %, or give "
                f"--categorical {_short(name)}"
            )

    def _check_numbers(self, name: str, cells: Sequence[str], numbers: Sequence[float]) -> None:
        for row, (cell, value) in enumerate(zip(cells, numbers, strict=True)):
            if not math.isfinite(value):
                raise ValueError(
                    f"a table must have finite numbers, got {given(cell)} in row {row} of column "
                    f"{given(name)}; fill it in, or leave the row out"
                )
            if abs(value) >= _MOST_WHOLE and cell.lstrip("+-").isdecimal() and int(cell) != int(value):
                raise ValueError(
                    f"a table must have whole numbers of at most 2^53 in size, which float64 holds, got {given(cell)} "
                    f"in row {row} of column {given(name)}; give --leave-out {_short(name)} or "
                    f"--categorical {_short(name)}"
                )


def read_csv(path: str | os.PathLike[str]) -> CsvTable:
    """Read a table, whose cells are separated by commas, in UTF-8.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: a folder, an empty, very large or binary file, another separator, no rows, names that are missing,
            twice or numbers, or a row of another length.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "table.csv"
    ...     _ = path.write_text("age,colour\\n31,red\\n45,blue\\n")
    ...     table = read_csv(path)
    >>> table.names, table.filled(["age", "colour"])
    (('age', 'colour'), [[31.0, 45.0], ['red', 'blue']])
    """
    text = read_utf8("a table", path, MOST_BYTES, "give a file of comma-separated values")
    shown = given(os.fspath(path))
    before, nul, _ = text.partition("\0")
    if nul:
        raise ValueError(
            f"a table must be text without NUL characters, got {shown} with one in line {before.count(chr(10)) + 1}; "
            "save it as CSV in UTF-8"
        )
    rows = list(_rows(text, shown))
    if len(rows) < 2:
        lines = "1 line" if rows else "0 lines"
        raise ValueError(
            f"a table must have a line of names and at least one row, got {lines} in {shown}; add rows below the names"
        )
    (_, names), *body = rows
    _check_names(names, shown)
    for line, cells in body:
        if len(cells) != len(names):
            cell = "1 cell" if len(names) == 1 else f"{len(names)} cells"
            raise ValueError(
                f"a row must have {cell}, one for each name, got {len(cells)} in line {line} of "
                f"{shown}; separate cells by commas, put those with commas in quotes, and delete lines above the names"
            )
    return CsvTable(Path(path), tuple(names), [cells for _, cells in body])


def _rows(text: str, shown: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not blank, each with the number of its last line."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, skipinitialspace=True)
    usual = csv.field_size_limit(len(text) + 1)  # a cell may hold a whole text
    try:
        for cells in reader:
            if cells:
                yield reader.line_num, [cell.strip() for cell in cells]
    except csv.Error as error:
        raise ValueError(
            f"a table must be comma-separated values, got {shown} ({error} in line {reader.line_num}); save it as CSV"
        ) from None
    finally:
        csv.field_size_limit(usual)


def _check_names(names: Sequence[str], shown: str) -> None:
    counts = Counter(names)
    wrong = next((name for name in names if not name or counts[name] > 1), None)
    if wrong is not None:
        raise ValueError(
            f"a table must have a different name for each column in its first line, got {given(wrong)} in {shown}; "
            "name it"
        )
    if len(names) == 1 and any(mark in names[0] for mark in ";\t|"):
        raise ValueError(
            f"a table must have cells that are separated by commas, got the line {given(names[0])} in {shown}; save it "
            "with commas"
        )
    numbers = [_number(name) for name in names]
    if None not in numbers and not all(name.isdecimal() for name in names):
        raise ValueError(
            f"a table must have a line of names first, got the number {given(names[0])} in {shown}; put one before "
            "the rows"
        )


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[:_LONGEST]}…"


def _number(cell: str) -> float | None:
    """What a cell says; None where it is no number, such as 1_000, which Python reads as one."""
    try:
        return None if "_" in cell else float(cell)
    except ValueError:
        return None
