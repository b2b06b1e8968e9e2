"""Asking a model about rows of numbers, written as the training data are, and choosing the output to explain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from limetheory.answers import resolution, score_rows
from limetheory.arguments import integer, refuse_class
from limetheory.explaining.model_function import chosen_target
from limetheory.explaining.output_bounds import output_bounds
from limetheory.functions import answer
from limetheory.given import given
from limetheory.tabular.table import TableForm

FIELD_OF_ROWS = "pass lambda rows: predict(rows){access}"
_BATCH = 1 << 13


class Row(Protocol):
    """A row of numbers and how it is written."""

    form: TableForm
    cells: np.ndarray


class RowPredictions:
    """A model's answers to rows, and the column of them that is explained.

    Args:
        predict: rows as the training data have them → (n, classes), (n, 1) or (n,) numbers.
        row: the row explained.
        target: the column of the answer, or the name of a class where ``predict`` is a method of an estimator with
            `classes_`; None takes the largest answer on the row itself.
        batch_size: most rows for each call of ``predict``.

    Attributes:
        target, batch_size: as above.
        outputs: the model's answer on the row itself, shape (classes,).
        output_bounds: (lo, hi) that its answers are known to stay in; None where none are.
        n_evaluations: rows evaluated so far, the row itself included.
        resolution: relative rounding of the answers so far.
    """

    def __init__(self, predict: Any, row: Row, target: int | str | None = None, batch_size: int | None = None):
        refuse_class("predict", predict)
        if not callable(predict):
            raise TypeError(
                f"predict must be a function of rows, got {type(predict).__name__}; give its method, such as "
                "model.predict_proba"
            )
        self._predict, self._form, self.n_evaluations = predict, row.form, 0
        self.batch_size = _BATCH if batch_size is None else integer("batch_size", batch_size, 1)
        self.resolution = resolution("float64")
        self.outputs = np.empty(0)
        self.outputs = self.answers(row.cells[None])[0]
        self.target = self.column(target)
        self.output_bounds = output_bounds(predict, self.outputs)

    def column(self, target: int | str | None) -> int:
        """The number of a column of the answer, from its number or its name; None is the largest on the row itself.

        Raises:
            ValueError, TypeError: there is none.
        """
        return chosen_target(_Named(self._predict), target, self.outputs)

    def answers(self, cells: np.ndarray) -> np.ndarray:
        """The model's answers, (n, p) → (n, classes)."""
        found = answer("predict", self._predict, "rows → (n, classes)", self._form.written(cells))
        self.resolution = max(self.resolution, resolution(found))
        rows = score_rows(found, len(cells), FIELD_OF_ROWS, "row")
        self.n_evaluations += len(rows)
        known = len(self.outputs) or rows.shape[1]
        if rows.shape[1] != known:
            raise ValueError(f"a model must always return as many columns, got {known} and then {rows.shape[1]}")
        return rows

    def answers_at(self, cells: np.ndarray, columns: Sequence[int]) -> np.ndarray:
        """Some columns of the model's answers at rows of numbers, (n, p) → (n, columns), refused unless finite.

        Raises:
            ValueError: NaN or infinite answers.
        """
        found = np.empty((len(cells), len(columns)))
        for start in range(0, len(cells), self.batch_size):
            part = slice(start, start + self.batch_size)
            found[part] = self.answers(cells[part])[:, columns]
        unusable = np.count_nonzero(~np.isfinite(found))
        if unusable:
            raise ValueError(
                f"a model must return finite numbers, got {unusable} NaN or infinite of {found.size}; check its "
                "answers to rows drawn from the training data's columns"
            )
        return found


class _Named:
    """The class names of an estimator whose method a model is."""

    def __init__(self, predict: Any):
        self._classes = getattr(getattr(predict, "__self__", None), "classes_", None)
        if self._classes is None:
            return
        names = [str(one) for one in self._classes]
        self.class_index = lambda name: _place(name, names)


def _place(name: str, names: list[str]) -> int:
    if name not in names:
        raise ValueError(
            f"target must be a class of the model, got {given(name)}; its classes are {', '.join(names[:20])}"
        )
    return names.index(name)
