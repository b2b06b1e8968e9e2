"""From a set function of an input, a budget and a design to the explanation of that input, of any kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import partial
from typing import Any, TypeVar

import numpy as np

from limetheory.designs import Design
from limetheory.designs.base import checked_design
from limetheory.estimation import Interrupted
from limetheory.estimation.methods.few_masks import few_masks_told_once
from limetheory.explaining.budget import Budget
from limetheory.explaining.classes import Classes
from limetheory.explaining.drift import warn_of_drift
from limetheory.explaining.masked_input import MaskedInput
from limetheory.explaining.partial import partial_answers
from limetheory.explanation import Explanation
from limetheory.explanation.result import whole
from limetheory.functions import answer
from limetheory.given import given


@dataclass(frozen=True, eq=False, kw_only=True)
class InputExplanation(Explanation):
    """An explanation with the input it is about; each kind of input has its own.

    Attributes:
        masked: the input with its parts, and what takes the place of hidden ones.
        target: the column of the model's answer that is explained.
        outputs: the model's answer on the input itself, shape (classes,).
        design: the design that the masks were drawn from.
        n_masks: masks drawn, with both ends of an efficient design, a mask that was drawn twice counted twice;
            `n_evaluations` counts it once, and the checks of the model too.
        seed: of the masks; None where none was given.
        batch_size: inputs per evaluation, on which the last digits of a network may depend; None where it is not known.
    """

    masked: MaskedInput
    target: int
    outputs: np.ndarray
    design: Design
    n_masks: int
    seed: int | None = None
    batch_size: int | None = None

    @property
    def random(self) -> bool:
        """Whether the set function is random, each value being a draw of its mean."""
        return getattr(self.masked, "random", False) is True


Explained = TypeVar("Explained", bound=InputExplanation)


def explained(
    kind: type[Explained], classes: Classes, budget: Budget, design: Design, rng: Any,
    recorded: Callable[[Any], Mapping[str, Any]] = lambda function: {}, **attributes: Any,
) -> list[Explained]:  # fmt: skip
    """Explain each of the set functions of an input, and put the input beside the numbers.

    Behind masks that were evaluated here the input itself is evaluated once more, see `warn_of_drift`.

    Args:
        kind: of the explanation.
        classes: each a `ModelFunction`, or what has its masked, target, outputs and n_evaluations.
        budget: how many masks.
        design: what they are drawn from.
        rng: None, an int or a numpy.random.Generator (SPEC 7).
        recorded: set function → what the kind has of it.
        **attributes: what the kind has besides.

    Raises:
        Interrupted: on Ctrl-C, with the explanation of one class from the finished part.
    """
    found: list[Explained] = []
    known = classes.each[0].n_evaluations

    def of_input(one: Explanation) -> Explained:
        function = classes.each[len(found)]
        return _of_input(kind, one, function, design, rng, {**attributes, **recorded(function)})

    try:
        with (
            few_masks_told_once(attributes.get("names")),
            partial_answers(lambda sample: of_input(budget.part(sample, design))),
        ):
            for one in budget.explain_each(classes, design, rng):
                if not found and classes.each[0].n_evaluations > known:
                    warn_of_drift(classes.each[0])
                found.append(of_input(one))
    except Interrupted as interrupted:
        if interrupted.explanation is not None:
            interrupted.explanation = of_input(interrupted.explanation)
        raise
    return found


def refuse_design(design: Any) -> None:
    """Refuse what is neither None nor a design nor a function of d, before the number of parts is known.

    Raises:
        TypeError: it is something else.
    """
    known = design is None or isinstance(design, Design)
    if known or (callable(design) and not (isinstance(design, type) and not issubclass(design, Design))):
        return
    raise TypeError(f"design must be a design or a function of d such as ImageDesign, got {given(design)}")


def chosen_design(
    design: Any, d: int, default: Callable[[int], Design], parts: str = "superpixels", labels: Any = None
) -> Design:
    """The design itself, or that of d parts by a function such as a class of designs; None is the default's.

    Args:
        design: as the caller gave it.
        d: number of parts of the input.
        default: d → design.
        parts: what the parts are called.
        labels: (h, w) label map of the superpixels 0..d−1, whose areas `AreaDesign` takes; None where there is none.

    >>> from limetheory.designs import AreaDesign, ImageDesign
    >>> chosen_design(None, 3, ImageDesign)
    ImageDesign(d=3, bandwidth=0.25)
    >>> chosen_design(ImageDesign(4), 3, ImageDesign, "columns")
    Traceback (most recent call last):
    ValueError: design must have d = 3, the number of columns, got ImageDesign(d=4, bandwidth=0.25); give a function of
    d such as ImageDesign
    >>> chosen_design(AreaDesign, 3, ImageDesign, "columns")
    Traceback (most recent call last):
    ValueError: design AreaDesign takes the areas of superpixels, which columns have none of; give AreaDesign(numbers)
    with a number for each
    """
    refuse_design(design)
    found = default(d) if design is None else design
    if not isinstance(found, Design):
        size: Any = _areas(labels, parts) if _takes_areas(found) else d
        found = checked_design(found(size) if isinstance(found, type) else answer("design", found, "d → design", size))
    if found.d != d:
        raise ValueError(
            f"design must have d = {d}, the number of {parts}, got {given(found)}; give a function of d such as "
            f"{type(found).__name__}"
        )
    return found


def _takes_areas(design: Any) -> bool:
    """Whether it is a class of designs by area, or a `functools.partial` of one."""
    return bool(getattr(design.func if isinstance(design, partial) else design, "of_areas", False))


def _areas(labels: Any, parts: str) -> np.ndarray:
    """Numbers of pixels of the superpixels, (d,)."""
    if labels is None:
        raise ValueError(
            f"design AreaDesign takes the areas of superpixels, which {parts} have none of; give AreaDesign(numbers) "
            "with a number for each"
        )
    return np.bincount(labels.ravel())


def _of_input(
    kind: type[Explained], found: Explanation, function: Any, design: Design, rng: Any, attributes: dict[str, Any]
) -> Explained:
    known = {one.name: getattr(found, one.name) for one in fields(found)} | attributes
    known["n_evaluations"] = function.n_evaluations
    return kind(
        **known, masked=function.masked, target=function.target, outputs=function.outputs, design=design,
        n_masks=found.n_evaluations if found.stopping is None else found.stopping.n_masks,
        seed=int(rng) if isinstance(rng, (int, np.integer)) else None, batch_size=getattr(function, "batch_size", None),
    )  # fmt: skip


def restored(
    kind: type[Explained], masked: MaskedInput, target: int, outputs: np.ndarray, design: Design, **attributes: Any
) -> Explained:
    """The explanation of a file, whose parts must fit each other.

    Raises:
        ValueError: they do not.
    """
    d, classes = np.shape(attributes["coefficients"]), np.shape(outputs)
    if not d == (masked.d,) == (design.d,) or len(classes) != 1 or not 0 <= target < classes[0]:
        raise ValueError(f"{d} coefficients of {masked.d} parts, target {target} of {classes}")
    return whole(kind, masked=masked, target=target, outputs=outputs, design=design, **attributes)
