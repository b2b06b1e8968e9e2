"""Several classes of a model at one input, explained from one set of masks: no mask is evaluated twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

import numpy as np

from limetheory.arrays import Masks, PerMask
from limetheory.explaining.classes import Classes
from limetheory.explaining.explained import Explained
from limetheory.explaining.model_function import ModelFunction
from limetheory.known_masks import RowTable

ALL = "all"
"""The target that stands for all classes."""


def several(target: Any) -> bool:
    """Whether a target stands for several classes: "all", or a list of them.

    >>> several("all"), several([0, 2]), several(0), several("espresso")
    (True, True, False, False)
    """
    if isinstance(target, str):
        return target == ALL
    return isinstance(target, (list, tuple, np.ndarray, range)) and getattr(target, "shape", None) != ()


def each_once(found: Explained | list[Explained]) -> list[Explained]:
    """The explanations of one or several classes as a list.

    Raises:
        ValueError: two of the same class, which may have been named by its number and by its name.
    """
    listed = found if isinstance(found, list) else [found]
    columns = [one.target for one in listed]
    twice = next((column for column in columns if columns.count(column) > 1), None)
    if twice is not None:
        raise ValueError(f"each class must be named once, got column {twice} of the model twice; leave one out")
    return listed


def single(target: Any) -> int | str | None:
    """The target itself; None where it stands for several, of which the model is asked later."""
    return None if several(target) else target


class TargetFunction:
    """One class of a model at one input, beside others that share the evaluations: (n, d) bool → (n,) float64.

    Attributes:
        target: the column.
        d, masked, outputs, output_bounds, n_evaluations, resolution: see `ModelFunction`; all classes share the
            evaluations.
    """

    def __init__(self, function: ModelFunction[Any], target: int, answers: SharedAnswers):
        self._function, self._answers, self.target = function, answers, target
        self.d, self.masked, self.outputs = function.d, function.masked, function.outputs
        self.output_bounds = function.output_bounds

    @property
    def n_evaluations(self) -> int:
        """Inputs evaluated so far, for all classes together."""
        return self._function.n_evaluations

    @property
    def batch_size(self) -> int:
        """Inputs per evaluation."""
        return self._function.batch_size

    @property
    def resolution(self) -> float:
        """Relative rounding of the model's numbers."""
        return self._function.resolution

    @property
    def block_size(self) -> int:
        """How many masks callers should hand over at a time."""
        return 4 * self.batch_size

    def answered_again(self) -> np.ndarray:
        """The model's answer on the input itself, evaluated once more."""
        return self._function.answered_again()

    def __call__(self, masks: Masks) -> PerMask:
        """F on each mask."""
        return self._answers(masks, self.target)


class SharedAnswers:
    """The answers of some classes on all masks that were asked for, 8 bytes a class and mask.

    Args:
        function: what asks the model.
        targets: the columns that are kept.
    """

    def __init__(self, function: ModelFunction[Any], targets: Sequence[int]):
        self._function, self._known = function, RowTable()
        self._columns = {target: place for place, target in enumerate(dict.fromkeys(targets))}
        own = function.outputs[list(self._columns)]
        self._known.look_up(np.ones((1, function.d), bool), lambda _: [(slice(0, 1), own[None])])

    def __call__(self, masks: Masks, target: int) -> PerMask:
        """The answers of a class."""
        places = self._known.places(masks, self._ask)
        values: PerMask = self._known.rows[places, self._columns[target]]
        return values

    def of_all(self, masks: Masks, targets: Sequence[int]) -> np.ndarray:
        """The answers of several classes, (n, classes)."""
        return self._known.look_up(masks, self._ask)[:, [self._columns[target] for target in targets]]

    def _ask(self, masks: Masks) -> Iterator[tuple[slice, np.ndarray]]:
        columns = list(self._columns)
        return ((batch, outputs[:, columns]) for batch, outputs in self._function.outputs_of(masks))


class TargetFunctions(Classes):
    """Several classes of a model at one input, whose answers to each mask are found together.

    Args:
        function: what asks the model.
        targets: the columns.
    """

    def __init__(self, function: ModelFunction[Any], targets: Sequence[int]):
        self._targets, self._answers = targets, SharedAnswers(function, targets)
        super().__init__([TargetFunction(function, target, self._answers) for target in targets])

    def __call__(self, masks: Masks) -> np.ndarray:
        """The values of each class at each mask."""
        return self._answers.of_all(masks, self._targets)


class Columns(Protocol):
    """A model's answer to an input, whose columns are known by number or name."""

    @property
    def outputs(self) -> np.ndarray:
        """The answer to the input itself, (classes,)."""
        ...

    def column(self, target: int | str | None) -> int:
        """The number of a column."""
        ...


def columns_of(function: Columns, targets: Any) -> list[int]:
    """The columns of several targets, "all" being all columns of the answer.

    Raises:
        ValueError, TypeError: none, or one that the model does not have.
    """
    chosen = range(len(function.outputs)) if isinstance(targets, str) else targets
    columns = [function.column(target) for target in chosen]
    if not columns:
        raise ValueError(f"target must name at least one class, got {targets!r}; give None for the top class")
    return columns


def target_functions(function: ModelFunction[Any], targets: Any) -> TargetFunctions:
    """The set functions of the classes, in the order of the targets, "all" being all columns of the answer.

    Raises:
        ValueError, TypeError: none, or one that the model does not have.
    """
    return TargetFunctions(function, columns_of(function, targets))


def for_targets(
    explain: Callable[[Classes], list[Explained]], function: Any, target: Any,
    functions_of: Callable[[Any, Any], Classes] = target_functions,
) -> Explained | list[Explained]:  # fmt: skip
    """The explanation of one class; for several targets a list, one for each, from the same masks.

    Args:
        explain: set functions → the explanation of each.
        function: the model at the input.
        target: as the caller gave it, see `several`.
        functions_of: (function, targets) → the set function of each.
    """
    if not several(target):
        return explain(Classes([function]))[0]
    return explain(functions_of(function, target))
