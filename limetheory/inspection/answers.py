"""A model's answers to whole inputs, of any kind: photographs, texts, or rows of numbers and categories."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import singledispatch
from typing import Any, Protocol

import numpy as np

from limetheory.answers import score_rows, scoring
from limetheory.arguments import integer
from limetheory.explaining.model_function import ModelFunction, chosen_target
from limetheory.functions import answer
from limetheory.given import given
from limetheory.images.masked import with_channels
from limetheory.inspection.pictures import NumberedPictures
from limetheory.tabular.predictions import FIELD_OF_ROWS, NamedClasses
from limetheory.text.predictions import TextPredictions

_BATCH_OF_TEXTS, _BATCH_OF_ROWS = 256, 1 << 13


class Answers(Protocol):
    """What asks a model about inputs of one kind."""

    @property
    def n_evaluations(self) -> int:
        """Inputs evaluated so far."""
        ...

    def rows(self, inputs: Sequence[Any]) -> Iterator[np.ndarray]:
        """The answers to inputs in their order, (b, classes), batch after batch."""
        ...

    def column(self, target: int | str, outputs: np.ndarray) -> int:
        """The column of a class, of a model that answered ``outputs``.

        Raises:
            ValueError, TypeError: there is none.
        """
        ...

    def name(self, column: int) -> str:
        """The name of a class, its number where it has none."""
        ...


@singledispatch
def answers_of(first: Any, model: Any, asked: dict[str, Any], grey: bool = False) -> Answers:
    """What asks a model about inputs such as this one.

    Args:
        first: an input: an image, a text, or a row, which is a list or a one-dimensional array.
        model: as the kind of input takes it.
        asked: batch_size, device and dtype, see `ModelFunction`.
        grey: whether all images will have three channels alike.

    Raises:
        TypeError: no such input.
    """
    if hasattr(first, "getbands") or hasattr(first, "detach"):
        return ImageAnswers(first, model, asked, grey)
    raise TypeError(
        f"an input must be an image, a text or a row, got {given(first)}; give an array, a string or a list"
    )


class ImageAnswers:
    """The answers of a torch module or a callable to images, checked as by `ModelFunction`."""

    def __init__(self, first: Any, model: Any, asked: dict[str, Any], grey: bool):
        own = with_channels(first)
        self._pictures: list[np.ndarray] = [own]
        # number 0 is the last picture, which the checks of the model put beside the first
        numbered = NumberedPictures(own, lambda number: self._pictures[number - 1], grey)
        self._numbered, self._model = numbered, model
        self._function = ModelFunction(model, numbered, **asked)

    @property
    def n_evaluations(self) -> int:
        """Images evaluated so far, those of the checks among them."""
        return self._function.n_evaluations

    def rows(self, inputs: Sequence[Any]) -> Iterator[np.ndarray]:
        """The answers to images."""
        self._pictures = [with_channels(one) for one in inputs]
        numbers = np.arange(1, len(inputs) + 1)
        return (outputs for _, outputs in self._function.outputs_of(self._numbered.numbered(numbers)))

    def column(self, target: int | str, outputs: np.ndarray) -> int:
        """The column of a class."""
        return chosen_target(self._model, target, outputs)

    def name(self, column: int) -> str:
        """The name that a `Classifier` knows."""
        return str(self._model.class_name(column)) if hasattr(self._model, "class_name") else str(column)


class TextAnswers:
    """The answers of a model to texts, see `TextPredictions`."""

    def __init__(self, model: Any, asked: dict[str, Any]):
        _refuse_images(asked, "texts")
        self._predictions, self.n_evaluations = TextPredictions(model), 0
        self._size = _size(asked, _BATCH_OF_TEXTS)

    def rows(self, inputs: Sequence[Any]) -> Iterator[np.ndarray]:
        """The answers to texts."""
        for part in _parts(inputs, self._size):
            self.n_evaluations += len(part)
            yield self._predictions(part)

    def column(self, target: int | str, outputs: np.ndarray) -> int:
        """The column of a class or label."""
        return chosen_target(self._predictions, target, outputs)

    def name(self, column: int) -> str:
        """The label."""
        names = self._predictions.class_names
        return str(column) if names is None else names[column]


class RowAnswers:
    """The answers of a function of rows, or of an estimator, to rows of numbers, or of numbers and categories."""

    def __init__(self, model: Any, asked: dict[str, Any]):
        _refuse_images(asked, "rows")
        self._ask, self.n_evaluations = scoring(model) or model, 0
        self._classes, self._size = NamedClasses(self._ask), _size(asked, _BATCH_OF_ROWS)

    def rows(self, inputs: Sequence[Any]) -> Iterator[np.ndarray]:
        """The answers to rows."""
        for part in _parts(inputs, self._size):
            self.n_evaluations += len(part)
            found = answer("model", self._ask, "rows → (n, classes)", _table(part))
            yield score_rows(found, len(part), FIELD_OF_ROWS, "row")

    def column(self, target: int | str, outputs: np.ndarray) -> int:
        """The column of a class."""
        return chosen_target(self._classes, target, outputs)

    def name(self, column: int) -> str:
        """The class of an estimator."""
        names = self._classes.names
        return str(column) if names is None else names[column]


@answers_of.register(str)
def _(first: str, model: Any, asked: dict[str, Any], grey: bool = False) -> Answers:
    return TextAnswers(model, asked)


@answers_of.register(list)
@answers_of.register(tuple)
def _(first: Any, model: Any, asked: dict[str, Any], grey: bool = False) -> Answers:
    return RowAnswers(model, asked)


@answers_of.register(np.ndarray)
def _(first: np.ndarray, model: Any, asked: dict[str, Any], grey: bool = False) -> Answers:
    return RowAnswers(model, asked) if first.ndim == 1 else ImageAnswers(first, model, asked, grey)


def _parts(inputs: Sequence[Any], size: int) -> Iterator[list[Any]]:
    return (list(inputs[start : start + size]) for start in range(0, len(inputs), size))


def _size(asked: dict[str, Any], default: int) -> int:
    return default if asked["batch_size"] is None else integer("batch_size", asked["batch_size"], 1)


def _refuse_images(asked: dict[str, Any], kind: str) -> None:
    for name in ("device", "dtype"):
        if asked[name] is not None:
            raise ValueError(f"{name} is for images, got {given(asked[name])} with {kind}; leave it out")


def _table(rows: list[Any]) -> np.ndarray:
    """Rows as an array: of floats where all are numbers, else of objects.

    Raises:
        ValueError: rows of different lengths.

    >>> _table([[1, 2.5], [3, 4]]).dtype.kind, _table([[1, "red"], [3, "blue"]]).dtype.kind
    ('f', 'O')
    """
    lengths = sorted({len(row) for row in rows})
    if len(lengths) > 1:
        raise ValueError(f"rows must have as many columns each, got {lengths}; give every row all of its columns")
    found = np.array([list(row) for row in rows], dtype=object)
    numeric = all(isinstance(cell, (int, float, np.number)) for cell in found.flat)
    return found.astype(float) if numeric else found
