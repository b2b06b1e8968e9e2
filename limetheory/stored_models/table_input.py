"""A table as a model takes it: the columns that it knows, in its order, with names where it needs them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from limetheory.csv_tables import CsvTable
from limetheory.stored_models.held_columns import HeldColumns
from limetheory.stored_models.model import StoredModel


@dataclass(frozen=True, eq=False)
class TableInput:
    """A table for a model, without its columns of one value, which stay as they are.

    Attributes:
        training: a frame of pandas for a model that takes columns by name; else an array, of objects where there are
            strings.
        names: of the columns.
        categorical: the names of those that hold categories.
        held: the columns of one value, by name.
        order: the names of all columns, as the model takes them.
    """

    training: Any
    names: tuple[str, ...]
    categorical: tuple[str, ...]
    held: Mapping[str, Any] = field(default_factory=dict)
    order: tuple[str, ...] = ()

    @property
    def said(self) -> str | None:
        """What is said of the columns of one value; None where there is none."""
        if not self.held:
            return None
        first, more = next(iter(self.held)), "" if len(self.held) == 1 else f" (and {len(self.held) - 1} more)"
        return f"columns of one value stay as they are and have no coefficient, got {first!r}{more}"

    def asking(self, predict: Callable[..., Any]) -> Callable[..., Any]:
        """A model of all columns as one of the columns of `training`."""
        return HeldColumns(predict, self.held, self.names, self.order).scores if self.held else predict

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
    known = dict(zip(names, columns, strict=True))
    held = {name: column[0] for name, column in known.items() if len(set(column)) == 1}
    vary = {name: column for name, column in known.items() if name not in held}
    if not vary:
        raise ValueError(
            f"a table must have a column of two values or more, got one value in each of {', '.join(names[:12])}; add "
            "rows of the data that the model was fitted to"
        )
    strings = tuple(name for name, column in vary.items() if isinstance(column[0], str))
    if model.columns is not None:
        training = _frame(vary)
    else:
        training = np.array(list(vary.values()), object if strings else float).T
    return TableInput(training, tuple(vary), strings, held, names)


def _names(table: CsvTable, model: StoredModel, leave_out: Sequence[str]) -> tuple[str, ...]:
    for name in leave_out:
        table.place(name)
    left = [name for name in table.names if name not in leave_out]
    if model.columns is not None:
        missing = [name for name in model.columns if name not in left]
        if missing and missing[0] in leave_out:
            raise ValueError(
                f"--leave-out is for columns that the model does not take, got {missing[0]!r}, which it takes; keep it"
            )
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
