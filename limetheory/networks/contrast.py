"""Torch networks whose one output is the difference of two classes; `limetheory.explaining.contrast` says why."""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn

from limetheory.answers import FIELD_OF_MODULE, chosen_answer
from limetheory.arguments import integer
from limetheory.contrasts import OF_OUTPUTS, RATHER_THAN, different, refuse_missing
from limetheory.networks.classifier import Classifier


def contrasted(module: nn.Module, target: int | str, against: int | str) -> nn.Module:
    """The module with one output: that of a class minus that of another.

    Raises:
        ValueError: both are the same class, or there is no such class; of other modules than a `Classifier` this is
            said when they first answer.
    """
    if isinstance(module, Classifier):
        return ContrastClassifier(module, target, against)
    return _ContrastModule(module, target, against)


class ContrastClassifier(Classifier):
    """A classifier with one output: that of a class minus that of another, after the softmax or sigmoid.

    Its network, weights and backend are those of the classifier that it is made from.

    Args:
        classifier: which it is made from.
        target, against: the classes, by their indices or names.

    Attributes:
        contrast: the indices of both.
    """

    def __init__(self, classifier: Classifier, target: int | str, against: int | str):
        """See the class for the arguments."""
        nn.Module.__init__(self)
        self.__dict__.update({name: value for name, value in vars(classifier).items() if name not in _OF_CLASSES})
        columns = classifier.class_index(target), classifier.class_index(against)
        self._of, self.contrast = (classifier,), different(*columns)  # a tuple, for it is no layer of this one
        self.output = OF_OUTPUTS.get(classifier.output, "difference of outputs")
        self.class_names = (RATHER_THAN.format(*map(classifier.class_name, columns)),)

    def outputs(self, answer: Any) -> Tensor:
        """Return the difference of the two outputs, (b, 1)."""
        return _difference(self._of[0].outputs(answer), self.contrast)

    @property
    def output_bounds(self) -> tuple[float, float] | None:
        """(−1, 1) for probabilities, None where the outputs have no bounds."""
        bounds = self._of[0].output_bounds
        return None if bounds is None else (bounds[0] - bounds[1], bounds[1] - bounds[0])


_OF_CLASSES = ("number_of_classes", "_indices_by_name")
"""What a classifier has found out about its classes."""


class _ContrastModule(nn.Module):
    """A module of images with one output: that of a column minus that of another."""

    def __init__(self, module: nn.Module, target: int | str, against: int | str):
        super().__init__()
        for one in (target, against):
            if isinstance(one, str):
                raise ValueError(
                    f"a torch module has no class names, got {one!r}; give the class as an index, or a Classifier with "
                    "class_names"
                )
        columns = (integer("class index", one, 0, "count classes from 0") for one in (target, against))
        self.module, self._contrast = module, different(*columns)

    def forward(self, images: Tensor) -> Tensor:
        return _difference(chosen_answer(self.module(images), len(images), FIELD_OF_MODULE), self._contrast)


def _difference(outputs: Tensor, columns: tuple[int, int]) -> Tensor:
    refuse_missing(columns, outputs.shape[1])
    first, second = columns
    return outputs[:, [first]] - outputs[:, [second]]
