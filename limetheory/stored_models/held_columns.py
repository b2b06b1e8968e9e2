"""A model of a table of which some columns keep one value: it is asked about the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np


class HeldColumns:
    """A model of all columns of a table as one of those that vary; its bound method `scores` is what is asked.

    Args:
        predict: rows of all columns → scores.
        held: the value of each column that has just one, by name.
        names: of the columns that vary, those of the rows that are asked about.
        order: the names of all columns, as the model takes them.

    >>> model = HeldColumns(lambda rows: rows.tolist(), {"b": 7.0}, ("a", "c"), ("a", "b", "c"))
    >>> model.scores(np.array([[1.0, 2.0], [3.0, 4.0]]))
    [[1.0, 7.0, 2.0], [3.0, 7.0, 4.0]]
    """

    def __init__(
        self, predict: Callable[..., Any], held: Mapping[str, Any], names: tuple[str, ...], order: tuple[str, ...]
    ):
        self._predict, self._held, self._names, self._order = predict, held, names, order

    @property
    def classes_(self) -> Any:
        """The names of the classes, as far as the model knows them."""
        return self._predict.__self__.classes_  # type: ignore[attr-defined]

    def scores(self, rows: Any) -> Any:
        """The model's answer to rows of the columns that vary."""
        if hasattr(rows, "assign"):
            return self._predict(rows.assign(**self._held)[list(self._order)])
        strings = any(isinstance(value, str) for value in self._held.values())
        whole = np.empty((len(rows), len(self._order)), object if strings else rows.dtype)
        whole[:, [self._order.index(name) for name in self._names]] = rows
        for name, value in self._held.items():
            whole[:, self._order.index(name)] = value
        return self._predict(whole)
