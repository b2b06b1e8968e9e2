"""Whether coefficients may be added over instances: those of one output, of one model, of one kind of input."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from limetheory.explaining.explained import InputExplanation
from limetheory.explanation import Explanation
from limetheory.given import given
from limetheory.outside import outside

_SHOWN = 5


@dataclass(frozen=True, kw_only=True)
class Unit:
    """What the coefficients of an explanation are effects on, as far as it is known.

    Attributes:
        kind: the class of the explanation of such an input, such as "TextExplanation".
        model: what tells the model from another one.
        outputs: the number of columns of its answer.
        target: the column that is explained.
    """

    kind: str | None = None
    model: str | None = None
    outputs: int | None = None
    target: int | None = None


@dataclass(frozen=True, eq=False, kw_only=True)
class WithUnit(Explanation):
    """The numbers of an explanation of an input, without the input, and what they are effects on."""

    unit: Unit


def unit_of(explanation: Explanation) -> Unit:
    """What the coefficients of an explanation are effects on.

    >>> import numpy as np
    >>> unit_of(Explanation(np.ones(1), 0.0, np.ones(1), 9))
    Unit(kind=None, model=None, outputs=None, target=None)
    """
    if isinstance(explanation, WithUnit):
        return explanation.unit
    if not isinstance(explanation, InputExplanation):
        return Unit()
    kind, outputs = type(explanation).__name__, len(explanation.outputs)
    return Unit(kind=kind, outputs=outputs, target=int(explanation.target))


def check_units(instances: Sequence[Sequence[Explanation]]) -> None:
    """Refuse instances of several models or kinds of input, and warn of different classes.

    Raises:
        ValueError: several of either.

    Warns:
        UserWarning: instances that are explained for different classes.
    """
    units = [[unit_of(one) for one in instance] for instance in instances]
    flat = [unit for instance in units for unit in instance]
    _refuse_several("of one kind of input", (unit.kind for unit in flat))
    _refuse_several("of one model", (unit.model for unit in flat))
    _refuse_several("of one model's answers, of so many columns", (unit.outputs for unit in flat))
    classes = {tuple(sorted({unit.target for unit in one if unit.target is not None})) for one in units} - {()}
    if len(classes) > 1:
        shown = ", ".join(" and ".join(map(str, one)) for one in sorted(classes)[:_SHOWN])
        warnings.warn(
            f"instances should be explained for the same class, got the columns {shown}"
            f"{' and others' if len(classes) > _SHOWN else ''} of the model's answer, so that effects on different "
            "classes are added; give a target to each explanation (--target)",
            UserWarning,
            stacklevel=outside(),
        )


def _refuse_several(what: str, values: Iterable[Any]) -> None:
    known = list(dict.fromkeys(one for one in values if one is not None))
    if len(known) > 1:
        raise ValueError(
            f"instances must be {what}, got {given(known[0])} and {given(known[1])}, whose coefficients are of "
            "different units; pick among those of each alone"
        )
