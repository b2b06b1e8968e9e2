"""What each kind of input brings to a change: its set function, its masks by default, and which parts correspond."""

from __future__ import annotations

from functools import singledispatch
from typing import Any, Protocol

import numpy as np

from limetheory.arguments import generator
from limetheory.designs import BernoulliDesign, Design, ImageDesign, TextDesign
from limetheory.explaining.budget import FIXED_N
from limetheory.explaining.explained import InputExplanation
from limetheory.explaining.model_function import ModelFunction
from limetheory.explaining.several_targets import target_functions
from limetheory.images.explanation import ImageExplanation
from limetheory.images.masked import MaskedImage
from limetheory.images.random.function import RandomImageFunction
from limetheory.images.random.masked import RandomMaskedImage
from limetheory.images.soft.masked import SoftMaskedImage
from limetheory.tabular import explain as tables
from limetheory.tabular.explanation import TabularExplanation
from limetheory.tabular.function import RowFunction
from limetheory.tabular.masked import MaskedRow
from limetheory.tabular.predictions import NamedClasses
from limetheory.tabular.shared_rows import target_rows
from limetheory.text import explain as texts
from limetheory.text.explanation import TextExplanation
from limetheory.text.masked import MaskedText
from limetheory.text.predictions import TextPredictions


class InputKind(Protocol):
    """A kind of input with parts.

    Attributes:
        parts: what they are called.
        fixed_n: masks by default.
        explanation: the class of its explanations.
    """

    parts: str
    fixed_n: int
    explanation: type[InputExplanation]

    def model(self, model: Any) -> Any:
        """The model in the form that ``function`` takes."""
        ...

    def function(self, model: Any, masked: Any, target: Any, rng: Any, asked: dict[str, Any]) -> Any:
        """The set function of a model at an input; ``asked`` holds batch_size, device and dtype."""
        ...

    def sharing(self, function: Any, count: int) -> list[Any]:
        """So many functions of the same class that share the evaluations, each to be asked for the same masks."""
        ...

    def design(self, masked: Any) -> Design:
        """The design of its masks by default."""
        ...

    def part_names(self, before: Any, after: Any) -> tuple[str, ...] | None:
        """The names of parts that correspond.

        Raises:
            ValueError: they do not correspond.
        """
        ...

    def class_names(self, model: Any, classes: int) -> tuple[str, ...] | None:
        """The names of the columns of the model's answers; None where it knows none."""
        ...

    def attributes(self, function: Any, names: Any, model: Any, ridge: float) -> dict[str, Any]:
        """What its explanations have besides those of every kind."""
        ...


class ImageKind:
    """Photographs with superpixels."""

    parts: str = "superpixels"
    fixed_n: int = FIXED_N
    explanation: type[InputExplanation] = ImageExplanation

    def model(self, model: Any) -> Any:
        """The model itself."""
        return model

    def function(self, model: Any, masked: Any, target: Any, rng: Any, asked: dict[str, Any]) -> Any:
        """A `ModelFunction`."""
        return ModelFunction(model, masked, target, **asked)

    def sharing(self, function: Any, count: int) -> list[Any]:
        """Functions that share the answers to each mask."""
        return target_functions(function, [function.target] * count).each

    def design(self, masked: Any) -> Design:
        """LIME's for images."""
        return ImageDesign(masked.d)

    def part_names(self, before: Any, after: Any) -> tuple[str, ...] | None:
        """None: superpixels have numbers."""
        if before.d != after.d:
            raise ValueError(
                f"before and after must have the same superpixels, got {before.d} and {after.d} of them; cut both by "
                "one label map, as image_change does"
            )
        return None

    def class_names(self, model: Any, classes: int) -> tuple[str, ...] | None:
        """Those of a `Classifier`."""
        name = getattr(model, "class_name", None)
        return None if name is None else tuple(str(name(column)) for column in range(classes))

    def attributes(self, function: Any, names: Any, model: Any, ridge: float) -> dict[str, Any]:
        """The penalty, and what a random replacement drew."""
        return {"ridge": ridge, "record": getattr(function, "record", None)}


class RandomImageKind(ImageKind):
    """Photographs whose hidden pixels are drawn anew for each mask: both get the same draws."""

    def function(self, model: Any, masked: Any, target: Any, rng: Any, asked: dict[str, Any]) -> Any:
        """A `RandomImageFunction`."""
        return RandomImageFunction(model, masked, target, **asked, rng=rng)

    def sharing(self, function: Any, count: int) -> list[Any]:
        """Functions that share the draws and their answers."""
        return RandomImageFunction.sharing(function, [function.target] * count).each


class TextKind(ImageKind):
    """Texts with tokens."""

    parts = "tokens"
    fixed_n = texts.FIXED_N
    explanation = TextExplanation

    def model(self, model: Any) -> Any:
        """Its predictions."""
        return TextPredictions(model)

    def design(self, masked: Any) -> Design:
        """LIME's for texts."""
        return TextDesign(masked.d) if masked.d > 1 else BernoulliDesign(1)

    def part_names(self, before: Any, after: Any) -> tuple[str, ...] | None:
        """The tokens, where they differ both of them."""
        if len(before.owner) != len(after.owner):
            raise ValueError(
                f"before and after must have as many tokens, got {len(before.owner)} and {len(after.owner)}; replace a "
                "word by another one in place of taking it out or adding one"
            )
        if not np.array_equal(before.owner, after.owner):
            raise ValueError(
                f"tokens must be repeated at the same places, got {before.d} and {after.d} distinct ones; tell "
                "occurrences apart by positions=True"
            )
        return _joined(before.tokens, after.tokens)

    def class_names(self, model: Any, classes: int) -> tuple[str, ...] | None:
        """The labels, where the model has any."""
        names: tuple[str, ...] | None = model.class_names
        return names

    def attributes(self, function: Any, names: Any, model: Any, ridge: float) -> dict[str, Any]:
        """The tokens and the labels."""
        return {"names": names, "class_names": model.class_names}


class RowKind(ImageKind):
    """Rows of tables, whose cells are drawn given the mask: both get the same draws."""

    parts = "columns"
    fixed_n = tables.FIXED_N
    explanation = TabularExplanation

    def function(self, model: Any, masked: Any, target: Any, rng: Any, asked: dict[str, Any]) -> Any:
        """A `RowFunction`."""
        other = [name for name in ("device", "dtype") if asked[name] is not None]
        if other:
            raise ValueError(f"{other[0]} is for images, got {asked[other[0]]!r} with a row; leave it out")
        return RowFunction(model, masked, target, generator(rng).spawn(1)[0], batch_size=asked["batch_size"])

    def sharing(self, function: Any, count: int) -> list[Any]:
        """Functions that share the rows and their answers."""
        return target_rows(function, [function.target] * count).each

    def design(self, masked: Any) -> Design:
        """LIME's for the bins of the row."""
        design: Design = masked.design()
        return design

    def part_names(self, before: Any, after: Any) -> tuple[str, ...] | None:
        """The conditions, where they differ both of them."""
        if before.feature_names != after.feature_names or not _same_bins(before, after):
            raise ValueError(
                f"before and after must be rows of one table with the same bins, got the columns "
                f"{', '.join(before.feature_names)} and {', '.join(after.feature_names)}; make both with the same "
                "training data, as row_change does"
            )
        return _joined(before.conditions, after.conditions)

    def class_names(self, model: Any, classes: int) -> tuple[str, ...] | None:
        """The classes of the estimator whose method the model is."""
        return NamedClasses(model).names

    def attributes(self, function: Any, names: Any, model: Any, ridge: float) -> dict[str, Any]:
        """The conditions, and the rows that were drawn."""
        return {"names": names, "record": function.record, "ridge": ridge}


@singledispatch
def kind_of(masked: Any) -> InputKind:
    """The kind of an input; each class of masked inputs registers its own.

    Raises:
        TypeError: what has no parts.
    """
    raise TypeError(
        f"before must be an input with parts, got {type(masked).__name__}; make a MaskedImage, MaskedText or "
        "MaskedRow, or call image_change, text_change or row_change"
    )


_IMAGES, _RANDOM_IMAGES, _TEXTS, _ROWS = ImageKind(), RandomImageKind(), TextKind(), RowKind()
for _masked, _kind in (
    (MaskedImage, _IMAGES), (SoftMaskedImage, _IMAGES), (RandomMaskedImage, _RANDOM_IMAGES), (MaskedText, _TEXTS),
    (MaskedRow, _ROWS),
):  # fmt: skip
    kind_of.register(_masked, lambda masked, kind=_kind: kind)


def _same_bins(before: MaskedRow, after: MaskedRow) -> bool:
    own, other = before.bins, after.bins
    return len(own.edges) == len(other.edges) and all(map(np.array_equal, own.edges, other.edges)) and np.array_equal(
        own.probability, other.probability
    )  # fmt: skip


def _joined(before: tuple[str, ...], after: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(a if a == b else f"{a} → {b}" for a, b in zip(before, after, strict=True))
