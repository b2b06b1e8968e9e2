"""Asking a model about rows of numbers, written as the training data are, and choosing the output to explain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from limetheory.answers import resolution, score_rows, scoring_name
from limetheory.arguments import integer, refuse_class
from limetheory.explaining.batch_dependence import Ask, check_batch_dependence, check_ends
from limetheory.explaining.model_function import chosen_target
from limetheory.explaining.output_bounds import output_bounds
from limetheory.functions import answer
from limetheory.given import given
from limetheory.module_calls import called, of_rows
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
        n_evaluations: rows evaluated so far, the row itself and those of the checks included.
        n_checks: how many of them the checks took, which are those of a `ModelFunction`.
        resolution: relative rounding of the answers so far.
    """

    def __init__(self, predict: Any, row: Row, target: int | str | None = None, batch_size: int | None = None):
        refuse_class("predict", predict)
        if not callable(predict):
            method = scoring_name(predict)
            remedy = f"give its method, model.{method}" if method else "give lambda rows: … that returns scores"
            raise TypeError(f"predict must be a function of rows, got {type(predict).__name__}; {remedy}")
        self._predict, self._form, self._cells = predict, row.form, row.cells
        self.n_evaluations = self.n_checks = self._checked = 0
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
        return chosen_target(NamedClasses(self._predict), target, self.outputs)

    def answers(self, cells: np.ndarray) -> np.ndarray:
        """The model's answers, (n, p) → (n, classes)."""
        found = self._called(self._form.written(cells))
        self.resolution = max(self.resolution, resolution(found))
        rows = score_rows(found, len(cells), FIELD_OF_ROWS, "row")
        self.n_evaluations += len(rows)
        known = len(self.outputs) or rows.shape[1]
        if rows.shape[1] != known:
            raise ValueError(f"a model must always return as many columns, got {known} and then {rows.shape[1]}")
        return rows

    def _called(self, rows: Any) -> Any:
        """What the model returns; a torch module that does not take rows is refused at its first call."""

        def ask() -> Any:
            return answer("predict", self._predict, "rows → (n, classes)", rows)

        return ask() if len(self.outputs) else called(ask, self._predict, "a function of rows", of_rows)

    def steady_answers(self, cells: np.ndarray) -> np.ndarray:
        """`answers` of a model whose answer to a row depends neither on the others of its batch nor on chance.

        Raises:
            ValueError: it does, see `check_batch_dependence`.
        """
        if not self._checked:
            size = min(self.batch_size, max(len(cells), 2))
            check_batch_dependence(self.outputs, self._again(self._row_and_other(cells)), size, self.target)
            self._checked = 1
        found = self.answers(cells)
        if len(cells) >= max(3, 2 * self._checked):
            check_ends(found, self._again(cells[[0, -1]]), self.target)
            self._checked = len(cells)
        return found

    def answered_again(self) -> np.ndarray:
        """The model's answer on the row itself, (classes,), evaluated once more."""
        answer: np.ndarray = self._again(self._cells[None])((0,))[0]
        return answer

    def _row_and_other(self, cells: np.ndarray) -> np.ndarray:
        """The row itself and the first of some rows that differs from it, (2, p)."""
        differs = (cells != self._cells).any(axis=1)
        return np.stack([self._cells, cells[int(np.argmax(differs))]])

    def _again(self, cells: np.ndarray) -> Ask:
        """The answers to batches of these rows, which are counted as a check's."""

        def ask(batch: tuple[int, ...]) -> np.ndarray:
            self.n_checks += len(batch)
            return self.answers(cells[list(batch)])

        return ask

    def answers_at(self, cells: np.ndarray, columns: Sequence[int]) -> np.ndarray:
        """Some columns of the model's answers at rows of numbers, (n, p) → (n, columns), refused unless finite.

        Raises:
            ValueError: NaN or infinite answers.
        """
        found = np.empty((len(cells), len(columns)))
        for start in range(0, len(cells), self.batch_size):
            part = slice(start, start + self.batch_size)
            found[part] = self.steady_answers(cells[part])[:, columns]
        unusable = np.count_nonzero(~np.isfinite(found))
        if unusable:
            raise ValueError(
                f"a model must return finite numbers, got {unusable} NaN or infinite of {found.size}; check its "
                "answers to rows drawn from the training data's columns"
            )
        return found


class NamedClasses:
    """The class names of an estimator whose method a model is; None of any other model."""

    def __init__(self, predict: Any):
        found = getattr(getattr(predict, "__self__", None), "classes_", None)
        self.names = None if found is None else tuple(map(str, found))
        if self.names is None:
            return
        names = self.names
        self.class_index = lambda name: _place(name, names)


def _place(name: str, names: tuple[str, ...]) -> int:
    if name not in names:
        raise ValueError(
            f"target must be a class of the model, got {given(name)}; its classes are {', '.join(names[:20])}"
        )
    return names.index(name)
