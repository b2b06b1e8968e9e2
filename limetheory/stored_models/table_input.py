"""A table as a model takes it: the columns that it knows, in its order, with names where it needs them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from limetheory.csv_tables import CsvTable
from limetheory.stored_models.model import StoredModel


@dataclass(frozen=True, eq=False)
class TableInput:
    """A table for a model.

    Attributes:
        training: a frame of pandas for a model that takes columns by name; else an array, of objects where there are
            strings.
        names: of the columns.
        categorical: the names of those that hold categories.
    """

    training: Any
    names: tuple[str, ...]
    categorical: tuple[str, ...]

    def row(self, number: int) -> Any:
        """A row, as the training rows are."""
        return self.training.iloc[[number]] if hasattr(self.training, "iloc") else self.training[number]


def table_input(
    table: CsvTable, model: StoredModel, leave_out: Sequence[str] = (), categorical: Sequence[str] = ()
) -> TableInput:
    """The columns of a table that a model takes.

    Args:
        table: the file.
        model: the model; its own names choose and order the columns.
        leave_out: columns that it does not take, such as the answer that it was fitted to.
        categorical: columns of numbers that are categories; columns of strings are categories anyway.

    Raises:
        ValueError: columns that are missing, unknown or of another number; missing cells.
        ImportError: the model takes names, and pandas is not installed.
    """
    names = _names(table, model, leave_out)
    if not names:
        raise ValueError(f"a table must have a column that the model takes, got {len(table.names)} that are left out; "
                         "leave fewer out")  # fmt: skip
    for name in categorical:
        table.place(name)
    columns = table.filled(names, categorical)
    strings = tuple(name for name, column in zip(names, columns, strict=True) if isinstance(column[0], str))
    if model.columns is not None:
        return TableInput(_frame(dict(zip(names, columns, strict=True))), names, strings)
    return TableInput(np.array(columns, object if strings else float).T, names, strings)


def _names(table: CsvTable, model: StoredModel, leave_out: Sequence[str]) -> tuple[str, ...]:
    for name in leave_out:
        table.place(name)
    left = [name for name in table.names if name not in leave_out]
    if model.columns is not None:
        missing = [name for name in model.columns if name not in left]
        if missing:
            raise ValueError(
                f"a table must have the model's columns {', '.join(model.columns)}, got none named {missing[0]!r}; "
                "name the columns as those that the model was fitted to"
            )
        return model.columns
    if model.n_columns not in (None, len(left)):
        raise ValueError(
            f"a table must have the {model.n_columns} columns that the model takes, got {len(left)}: "
            f"{', '.join(left[:12])}; name those that it does not take by --leave-out"
        )
    return tuple(left)


def _frame(columns: dict[str, Any]) -> Any:
    from limetheory.explanation.table import data_frame

    return data_frame(columns)
