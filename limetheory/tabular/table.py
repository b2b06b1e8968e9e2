"""Tables as users have them (arrays, pandas and polars frames), read as float64 cells and written back as they were."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np

from limetheory.arguments import array, floats, has_gaps, several
from limetheory.given import given
from limetheory.kept import keepable
from limetheory.tabular.cells import MOST, check_exact, check_size, column_numbers, missing, plain_value

Categories: TypeAlias = tuple[Any, ...]
"""The values of a categorical column, in order; its cells are their numbers 0, 1, …"""


class TableForm:
    """How a table is written: its kind, the names of its columns, and the values of those that are categorical.

    Args:
        names: of the columns, p strings.
        categories: the values of each categorical column, () of numeric ones.
        frame: a frame (pandas or polars) with these columns, which `written` imitates; None for arrays.
    """

    def __init__(self, names: tuple[str, ...], categories: tuple[Categories, ...], frame: Any = None):
        self.names, self.categories, self._frame = names, categories, frame
        self._objects = any(isinstance(one, (str, bytes)) for values in categories for one in values)

    @property
    def numeric(self) -> list[bool]:
        """Which columns are not categorical, (p,)."""
        return [not values for values in self.categories]

    def row(self, row: Any) -> np.ndarray:
        """One row as numbers: an array, a list, a pandas Series, a mapping by name, or a frame of one row → (p,)."""
        values = _row_values(row, self.names)
        if len(values) != len(self.names):
            raise ValueError(
                f"a row must have the {len(self.names)} columns of the training data, got {len(values)}; give one "
                "number or category for each"
            )
        return np.array([self._cell(value, j) for j, value in enumerate(values)])

    def _cell(self, value: Any, j: int) -> float:
        if not self.categories[j]:
            if type(value) is float and abs(value) <= MOST:
                return value
            number = floats(f"column {self.names[j]!r} of the row", value)
            if number.ndim or not np.isfinite(number):
                raise ValueError(
                    f"a row must have finite numbers, got {given(plain_value(value))} in column {self.names[j]!r}; "
                    "fill it in first, with the column's median, say"
                )
            check_size("a row", abs(float(number)), self.names[j])
            check_exact("a row", [plain_value(value)], self.names[j])
            return float(number)
        plain = plain_value(value)
        if isinstance(plain, np.ndarray) or missing(plain) or plain not in self.categories[j]:
            raise ValueError(
                f"a row's category must be among those of the training data, got {given(plain)} in column "
                f"{self.names[j]!r}, which has {_listed(self.categories[j])}; add training rows with it"
            )
        return float(self.categories[j].index(plain))

    def written(self, cells: np.ndarray) -> Any:
        """Cells as a table of the training data's kind: (n, p) float64 → an array, or a frame with its columns."""
        if self._frame is None and not self._objects:
            return self._decoded(cells)
        columns = [self._values(cells[:, j], j) for j in range(len(self.names))]
        if self._frame is not None:
            return _framed(self._frame, columns, self.categories)
        found = np.empty(cells.shape, object)
        for j, column in enumerate(columns):
            found[:, j] = column
        return found

    def _decoded(self, cells: np.ndarray) -> np.ndarray:
        coded = [j for j, values in enumerate(self.categories) if values]
        if not coded:
            return cells
        found = cells.copy()
        for j in coded:
            found[:, j] = self._values(cells[:, j], j)
        return found

    def _values(self, cells: np.ndarray, j: int) -> np.ndarray:
        if not self.categories[j]:
            return cells
        answer: np.ndarray = _category_array(self.categories[j])[cells.astype(int)]
        return answer

    def shown(self, cell: float, j: int) -> str:
        """A cell as a reader wants it."""
        return str(self.categories[j][int(cell)]) if self.categories[j] else f"{cell:.4g}"


def read_table(
    training_data: Any, feature_names: Sequence[str] | None = None, categorical: Any = ()
) -> tuple[TableForm, np.ndarray]:
    """The form of a table, and its cells as numbers, (n, p) float64, categories by their numbers.

    Args:
        training_data: an array (n, p), a frame with `columns` (pandas or polars), or a list of rows.
        feature_names: p strings; None takes a frame's columns, or "0", "1", and so on.
        categorical: columns whose values are categories, by name or position.

    Raises:
        ValueError, TypeError: no rows, missing values, strings outside categorical columns, or names that do not fit.

    >>> form, cells = read_table([["red", 1.0], ["blue", 2.0]], categorical=[0])
    >>> cells.tolist(), form.categories, form.written(np.array([[0.0, 7.0]])).tolist()
    ([[1.0, 1.0], [0.0, 2.0]], (('blue', 'red'), ()), [['blue', 7.0]])
    """
    _refuse_lazy("training_data", training_data)
    frame = training_data if hasattr(training_data, "columns") else None
    columns = _columns(training_data)
    names = _names(feature_names, frame, len(columns))
    asked = several("categorical", categorical, "columns")
    _refuse_ambiguous(asked, frame)
    chosen = {column_number(one, names) for one in asked}
    read = [_read(column, names[j], j in chosen) for j, column in enumerate(columns)]
    form = TableForm(names, tuple(categories for _, categories in read), None if frame is None else frame[:0])
    return form, np.column_stack([cells for cells, _ in read])


def column_number(column: Any, names: Sequence[str]) -> int:
    """The position of a column that is given by name or position.

    >>> column_number("b", ["a", "b"]), column_number(-1, ["a", "b"])
    (1, 1)
    """
    if isinstance(column, str) and column in names:
        return list(names).index(column)
    if isinstance(column, (int, np.integer)) and not isinstance(column, bool) and -len(names) <= column < len(names):
        return int(column) % len(names)
    raise ValueError(f"a column must be one of {_listed(names)} or a position below {len(names)}, got {given(column)}")


def _refuse_ambiguous(asked: Sequence[Any], frame: Any) -> None:
    """Refuse a number that is the name of one column of a frame and the position of another one."""
    labels = [] if frame is None else list(frame.columns)
    for one in asked:
        number = isinstance(one, (int, np.integer)) and one in labels
        if number and labels.index(one) != one:
            raise ValueError(
                f"a column must be named without doubt, got {one}, the name of column {labels.index(one)} and the "
                f"position of another one; give the name as a string, {str(one)!r}"
            )


def _category_array(categories: Categories) -> np.ndarray:
    """The categories as an array of their own type, of objects where there are strings among them."""
    if not any(isinstance(one, (str, bytes)) for one in categories):
        return np.array(categories)
    found = np.empty(len(categories), object)
    found[:] = categories
    return found


def _columns(training_data: Any) -> list[np.ndarray]:
    """The columns, each an array of its own type."""
    if hasattr(training_data, "columns"):
        _refuse_equal(training_data.columns)
        columns = [np.asarray(training_data[name]) for name in training_data.columns]
    else:
        if has_gaps(training_data):
            raise TypeError("training_data must be an array without gaps, got a masked array; fill it first")
        if hasattr(training_data, "tocsr"):
            raise TypeError("training_data must be dense, got a sparse matrix; give training_data.toarray()")
        table = _array(training_data)
        columns = list(table.T) if table.ndim == 2 else []
        if table.ndim != 2:
            raise ValueError(f"training_data must have shape (rows, columns), got {table.shape}; give a table")
    if not columns or not len(columns[0]):
        raise ValueError(
            f"training_data must have rows and columns, got {len(columns) and len(columns[0])} rows of {len(columns)} "
            "columns; give the rows that the model was fitted to"
        )
    return columns


def _refuse_equal(names: Any) -> None:
    """Refuse names of columns of which two are written alike, such as 1 and "1"."""
    name, times = Counter(map(str, names)).most_common(1)[0] if len(names) else ("", 0)
    if times > 1:
        raise ValueError(
            f"training_data must have a different name for each column, got {given(name)} {times} times; rename them"
        )


def _array(table: Any) -> np.ndarray:
    """An array, of objects where a list of rows mixes numbers and strings."""
    if isinstance(table, (list, tuple)) and any(isinstance(one, str) for row in table for one in _parts(row)):
        return np.array([list(_parts(row)) for row in table], object)
    return array("training_data", table)


def _parts(row: Any) -> Any:
    return row if isinstance(row, (list, tuple)) else np.atleast_1d(row)


def _names(given: Sequence[str] | None, frame: Any, p: int) -> tuple[str, ...]:
    if given is None:
        return tuple(map(str, range(p) if frame is None else frame.columns))
    names = tuple(map(str, several("feature_names", given, "strings")))
    if len(names) != p or len(set(names)) != p:
        raise ValueError(f"feature_names must be {p} different names, one for each column, got {_listed(names)}")
    return names


def _read(column: np.ndarray, name: str, categorical: bool) -> tuple[np.ndarray, Categories]:
    """The cells of a column as numbers, and its categories if it is categorical."""
    if not categorical:
        return column_numbers(column, name), ()
    values = [plain_value(one) for one in column.tolist()]
    gaps = sum(map(missing, values))
    if gaps:
        raise ValueError(
            f"training_data must have no missing values, got {gaps} in the categorical column {name!r}; name them "
            "as a category of their own, such as 'missing', or leave these rows out"
        )
    try:
        categories = tuple(sorted(set(values), key=lambda one: (type(one).__name__, one)))
    except TypeError:
        kinds = ", ".join(sorted({type(one).__name__ for one in values}))
        raise TypeError(
            f"categories must have an order, as strings and numbers have, got {kinds} in column {name!r}; name them by "
            "strings"
        ) from None
    numbers = {value: number for number, value in enumerate(categories)}
    return np.array([float(numbers[value]) for value in values]), categories


def _row_values(row: Any, names: Sequence[str]) -> list[Any]:
    _refuse_lazy("a row", row)
    if hasattr(row, "columns"):
        if len(row) != 1:
            raise ValueError(f"a row must be one row, got a frame of {len(row)}; give frame.iloc[[i]] or frame[i]")
        row = {str(name): np.asarray(row[name])[0] for name in row.columns}
    elif hasattr(row, "index") and hasattr(row, "to_numpy"):  # a pandas Series, by the names of its index
        named = dict(zip(map(str, row.index), row.to_numpy(), strict=True))
        row = named if set(named) == set(names) else row.to_numpy()
    if isinstance(row, dict):
        if set(row) != set(names):
            raise ValueError(f"a row must have the columns {_listed(names)}, got {_listed(list(row))}; rename them")
        return [row[name] for name in names]
    values = np.asarray(row, object)
    if values.ndim == 2 and len(values) == 1:
        values = values[0]
    if values.ndim != 1:
        raise ValueError(f"a row must have one number or category a column, got shape {values.shape}; give one row")
    return [plain_value(value) for value in values.tolist()]


def _framed(frame: Any, columns: list[np.ndarray], categories: tuple[Categories, ...]) -> Any:
    """A frame of the same kind, whose categorical columns keep their types; their values are given as lists."""
    parts = [column.tolist() if values else column for column, values in zip(columns, categories, strict=True)]
    found = type(frame)(dict(zip(frame.columns, parts, strict=True)))
    coded = [name for name, values in zip(frame.columns, categories, strict=True) if values]
    types = {name: frame[name].dtype for name in coded}
    if not types:
        return found
    return found.cast(types) if hasattr(found, "cast") else found.astype(types)


def _refuse_lazy(name: str, table: Any) -> None:
    """Refuse a query whose rows are not there yet."""
    if hasattr(table, "collect"):
        raise TypeError(f"{name} must be of rows that are there, got a {type(table).__name__}; give its collect()")


def _listed(names: Sequence[Any]) -> str:
    shown = ", ".join(map(repr, list(names)[:6]))
    return f"{shown}, … ({len(names)})" if len(names) > 6 else shown


keepable(TableForm, "names", "categories")
