"""From a set function of an input, a budget and a design to the explanation of that input, of any kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, TypeVar

import numpy as np

from limetheory.designs import Design
from limetheory.designs.base import checked_design
from limetheory.estimation import Interrupted
from limetheory.explaining.budget import Budget
from limetheory.explaining.masked_input import MaskedInput
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
    """

    masked: MaskedInput
    target: int
    outputs: np.ndarray
    design: Design
    n_masks: int
    seed: int | None = None

    @property
    def random(self) -> bool:
        """Whether the set function is random, each value being a draw of its mean."""
        return getattr(self.masked, "random", False) is True


Explained = TypeVar("Explained", bound=InputExplanation)


def explained(
    kind: type[Explained], function: Any, budget: Budget, design: Design, rng: Any, **attributes: Any
) -> Explained:
    """Explain a set function, and put the input beside the numbers.

    Args:
        kind: of the explanation.
        function: a `ModelFunction`, or what has its masked, target, outputs and n_evaluations.
        budget: how many masks.
        design: what they are drawn from.
        rng: None, an int or a numpy.random.Generator (SPEC 7).
        **attributes: what the kind has besides.

    Raises:
        Interrupted: on Ctrl-C, with the explanation of the finished part.
    """
    try:
        found = budget.explain(function, design, rng)
    except Interrupted as interrupted:
        if interrupted.explanation is not None:
            interrupted.explanation = _of_input(kind, interrupted.explanation, function, design, rng, attributes)
        raise
    return _of_input(kind, found, function, design, rng, attributes)


def refuse_design(design: Any) -> None:
    """Refuse what is neither None nor a design nor a function of d, before the number of parts is known.

    Raises:
        TypeError: it is something else.
    """
    known = design is None or isinstance(design, Design)
    if known or (callable(design) and not (isinstance(design, type) and not issubclass(design, Design))):
        return
    raise TypeError(f"design must be a design or a function of d such as ImageDesign, got {given(design)}")


def chosen_design(design: Any, d: int, default: Callable[[int], Design], parts: str = "superpixels") -> Design:
    """The design itself, or that of d parts by a function such as a class of designs; None is the default's.

    Args:
        design: as the caller gave it.
        d: number of parts of the input.
        default: d → design.
        parts: what the parts are called.

    >>> from limetheory.designs import ImageDesign
    >>> chosen_design(None, 3, ImageDesign)
    ImageDesign(d=3, bandwidth=0.25)
    >>> chosen_design(ImageDesign(4), 3, ImageDesign, "columns")
    Traceback (most recent call last):
    ValueError: design must have d = 3, the number of columns, got ImageDesign(d=4, bandwidth=0.25); give a function of
    d such as ImageDesign
    """
    refuse_design(design)
    found = default(d) if design is None else design
    if not isinstance(found, Design):
        found = checked_design(found(d) if isinstance(found, type) else answer("design", found, "d → design", d))
    if found.d != d:
        raise ValueError(
            f"design must have d = {d}, the number of {parts}, got {given(found)}; give a function of d such as "
            f"{type(found).__name__}"
        )
    return found


def _of_input(
    kind: type[Explained], found: Explanation, function: Any, design: Design, rng: Any, attributes: dict[str, Any]
) -> Explained:
    known = {one.name: getattr(found, one.name) for one in fields(found)} | attributes
    known["n_evaluations"] = function.n_evaluations
    return kind(
        **known, masked=function.masked, target=function.target, outputs=function.outputs, design=design,
        n_masks=found.n_evaluations if found.stopping is None else found.stopping.n_masks,
        seed=int(rng) if isinstance(rng, (int, np.integer)) else None,
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
