"""Tables from files of comma-separated values (RFC 4180), with a line of names first."""

from __future__ import annotations

import csv
import io
import math
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from limetheory.checked_files import read_utf8
from limetheory.given import did_you_mean, given

MOST_BYTES = 1 << 30
"""The largest file that is read: 1 GiB, so that none fills the memory; a convention."""

_SHOWN = 12


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
            listed = ", ".join(self.names[:_SHOWN]) + (", …" if len(self.names) > _SHOWN else "")
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
        """Columns without missing cells, as numbers where all cells are, as strings where not, or where asked for.

        Args:
            names: the columns.
            categorical: those whose cells stay strings.

        Raises:
            ValueError: a missing cell, or a number that is not finite.
        """
        return [self._filled(name, name in categorical) for name in names]

    def _filled(self, name: str, strings: bool) -> list[str] | list[float]:
        cells = self.column(name)
        missing = [number for number, cell in enumerate(cells) if cell == ""]
        if missing:
            raise ValueError(
                f"a table must have no missing cells, got {len(missing)} in column {name!r}, the first in row "
                f"{missing[0]}; fill them in, or leave these rows or, with --leave-out, the column out"
            )
        numbers = None if strings else _numbers(cells)
        if numbers is None:
            return cells
        unusable = [number for number, value in enumerate(numbers) if not math.isfinite(value)]
        if unusable:
            raise ValueError(
                f"a table must have finite numbers, got {cells[unusable[0]]!r} in row {unusable[0]} of column "
                f"{name!r}; fill it in, or leave the row out"
            )
        return numbers


def read_csv(path: str | os.PathLike[str]) -> CsvTable:
    """Read a table, whose cells are separated by commas, in UTF-8.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: a folder, an empty, very large or binary file, no rows, names that are missing or twice, or a row of
            another length.

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
    rows = list(_rows(text, shown))
    if len(rows) < 2:
        raise ValueError(f"a table must have a line of names and at least one row, got {len(rows)} lines in {shown}; "
                         "give the rows that the model was fitted to")  # fmt: skip
    (_, names), *body = rows
    _check_names(names, shown)
    for line, cells in body:
        if len(cells) != len(names):
            raise ValueError(
                f"a row must have {len(names)} cells, one for each name, got {len(cells)} in line {line} of {shown}; "
                "separate cells by commas, and put those with commas in quotes"
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


def _numbers(cells: Sequence[str]) -> list[float] | None:
    try:
        return [float(cell) for cell in cells]
    except ValueError:
        return None
