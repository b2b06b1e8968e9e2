"""Several classes of a model at a row of a table, explained from the same rows: no row is evaluated twice."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from typing import Any

import numpy as np

from limetheory.arguments import mask_rows
from limetheory.arrays import Masks, PerMask
from limetheory.explaining.classes import Classes
from limetheory.explaining.draw_means import RecordedMeans
from limetheory.explaining.draws import Record, joined
from limetheory.explaining.several_targets import columns_of
from limetheory.mask_bits import packed_bits
from limetheory.tabular.function import RowFunction


class SharedRows:
    """The answers of some classes to all rows that were drawn, in the order of the draws, 8 bytes a class and row.

    A draw is known by its number and its mask. What draws the same numbers and asks for the same masks finds all
    answers here; a mask that another class did not have at this place is asked for anew.

    Args:
        function: what asks the model.
        targets: the columns that are kept.
    """

    def __init__(self, function: RowFunction, targets: Sequence[int]):
        self._function, self._places = function, {target: i for i, target in enumerate(dict.fromkeys(targets))}
        self._bits = [np.empty((0, -(-function.d // 8)), np.uint8)]
        self._answers = [np.empty((0, len(self._places)))]
        self._n = 0

    def __call__(self, first: int, masks: Masks, uniforms: np.ndarray, target: int) -> np.ndarray:
        """The answers of a class to rows, the first of which is the draw of that number: (n, p) and (n, p) → (n,)."""
        bits = packed_bits(masks)
        answers, known = np.empty((len(bits), len(self._places))), np.zeros(len(bits), bool)
        both = max(min(self._n - first, len(bits)), 0)
        if both:
            there = slice(first, first + both)
            known[:both] = (joined(self._bits)[there] == bits[:both]).all(axis=1)
            answers[:both] = joined(self._answers)[there]
        if not known.all():
            answers[~known] = self._asked(masks[~known], uniforms[~known])
        self._keep(bits[both:], answers[both:])
        return answers[:, self._places[target]]

    def _asked(self, masks: Masks, uniforms: np.ndarray) -> np.ndarray:
        columns = list(self._places)
        return np.concatenate([answers[:, columns] for _, answers in self._function.answers_to(masks, uniforms)])

    def _keep(self, bits: np.ndarray, answers: np.ndarray) -> None:
        self._bits.append(bits)
        self._answers.append(answers)
        self._n += len(bits)


class TargetRows:
    """One class of a model at a row, beside others that share the rows: callable (n, d) bool → (n,) float64.

    Attributes:
        target: the column.
        n_evaluations: rows that the values of this class are of, the row itself and those of the checks included.
        record: the masks and values so far.
        d, masked, outputs, output_bounds, repeats, random, asks: see `RowFunction`.
    """

    random = True
    asks = RowFunction.asks

    def __init__(self, function: RowFunction, target: int, rows: SharedRows):
        self._function, self._rows, self.target = function, rows, target
        self._uniforms = deepcopy(function.uniforms)
        self._means = RecordedMeans(function.d, function.repeats, function.original(target))
        self.d, self.masked, self.repeats = function.d, function.masked, function.repeats
        self.outputs, self.output_bounds = function.outputs, function.output_bounds
        self._n = function.n_evaluations - function.n_checks

    @property
    def n_evaluations(self) -> int:
        """Rows evaluated so far for this class."""
        return self._n + self._function.n_checks

    def answered_again(self) -> np.ndarray:
        """The model's answer on the row itself, evaluated once more."""
        return self._function.answered_again()

    @property
    def record(self) -> Record:
        """The masks and values so far."""
        return self._means.record

    @property
    def block_size(self) -> int:
        """How many masks callers should hand over at a time."""
        return self._function.block_size

    @property
    def resolution(self) -> float:
        """Relative rounding of the model's numbers."""
        return self._function.resolution

    def __call__(self, masks: Any) -> PerMask:
        """A draw at each mask: (n, d) bool → (n,) float64."""
        masks = mask_rows(masks, self.d)
        rows = np.repeat(masks, self.repeats, axis=0)
        first = self._uniforms.used
        answers = self._rows(first, rows, self._uniforms(len(rows)), self.target)
        self._n += len(rows)
        return self._means(masks, answers)


def target_rows(function: RowFunction, targets: Any) -> Classes:
    """The random set functions of the classes, in the order of the targets, "all" being all columns of the answer.

    Raises:
        ValueError, TypeError: none, or one that the model does not have.
    """
    columns = columns_of(function, targets)
    rows = SharedRows(function, columns)
    return Classes([TargetRows(function, column, rows) for column in columns])
