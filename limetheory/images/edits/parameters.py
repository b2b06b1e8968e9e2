"""Parameters of edits: what each may be, in which unit, so that sliders and refusals follow from a signature."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Protocol, TypeAlias, get_args, get_type_hints

from limetheory.arguments import choice, integer, real
from limetheory.given import given

LONGEST_NAME = 200
"""Characters of the name of a region or a photograph; a convention."""


class Kind(Protocol):
    """What a parameter may be: how its values are checked, and how a table shows them."""

    @property
    def about(self) -> str:
        """What the parameter does, in half a line."""

    def checked(self, name: str, value: Any) -> Any:
        """The value, or a refusal in one line."""


@dataclass(frozen=True)
class Range:
    """A number from `low` to `high`.

    Attributes:
        low, high: both are allowed.
        unit: such as "°"; empty for a pure number.
        step: that of a slider; values between its steps are allowed.
        about: what the parameter does.

    >>> Range(-180, 180, "°").checked("angle", 200)
    Traceback (most recent call last):
    ValueError: angle must be at least -180 and at most 180, got 200; it is in °
    """

    low: float
    high: float
    unit: str = ""
    step: float = 0.01
    about: str = ""

    def checked(self, name: str, value: Any) -> float:
        """The value as a float."""
        remedy = f"it is in {self.unit}" if self.unit else "choose a number in this range"
        return real(name, value, at_least=self.low, at_most=self.high, remedy=remedy)

    def __str__(self) -> str:
        return f"{self.low:g}…{self.high:g} {self.unit}".strip()


@dataclass(frozen=True)
class Whole:
    """A whole number from `low` to `high`.

    >>> Whole(0, 9).checked("seed", 12)
    Traceback (most recent call last):
    ValueError: seed must be at most 9, got 12; choose a whole number from 0 to 9
    """

    low: int
    high: int
    about: str = ""

    def checked(self, name: str, value: Any) -> int:
        """The value as an int."""
        remedy = f"choose a whole number from {self.low} to {self.high}"
        number = integer(name, value, self.low, remedy)
        if number > self.high:
            raise ValueError(f"{name} must be at most {self.high}, got {given(value)}; {remedy}")
        return number

    def __str__(self) -> str:
        return f"{self.low}…{self.high}"


@dataclass(frozen=True)
class OneOf:
    """One of several names.

    >>> OneOf(("mean", "blur")).checked("fill", "blurr")
    Traceback (most recent call last):
    ValueError: fill must be one of mean, blur, got 'blurr'; did you mean 'blur'?
    """

    names: tuple[str, ...]
    about: str = ""

    def checked(self, name: str, value: Any) -> str:
        """The value."""
        return choice(name, value, self.names, "choose one of them")

    def __str__(self) -> str:
        return ", ".join(self.names)


@dataclass(frozen=True)
class Picture:
    """The name of another photograph, whose pixels (a, b, 3) the edit's function gets; None is none.

    `Edits.applied` is told which photograph has which name.

    >>> Picture().checked("photograph", 3)
    Traceback (most recent call last):
    TypeError: photograph must be the name of a photograph or None, got 3; give its pixels to Edits.applied by that name
    """

    about: str = ""

    def checked(self, name: str, value: Any) -> str | None:
        """The value."""
        if value is None:
            return None
        remedy = "give its pixels to Edits.applied by that name"
        if not isinstance(value, str):
            raise TypeError(f"{name} must be the name of a photograph or None, got {given(value)}; {remedy}")
        if not 0 < len(value) <= LONGEST_NAME:
            raise ValueError(f"{name} must have 1 to {LONGEST_NAME} characters, got {given(value)}; {remedy}")
        return value

    def __str__(self) -> str:
        return "the name of a photograph"


@dataclass(frozen=True)
class Parameter:
    """One parameter of an edit.

    Attributes:
        name: as the edit's function has it.
        default: what is taken where none is given.
        kind: what it may be: a `Range`, `Whole`, `OneOf`, or what has their methods.
    """

    name: str
    default: Any
    kind: Kind

    def __str__(self) -> str:
        return f"{self.name} ({self.kind})"


EditFunction: TypeAlias = Callable[..., Any]
"""(pixels (h, w, 3) float64 in [0, 1], mask (h, w) bool, **parameters) → `Edited`."""

Values: TypeAlias = Mapping[str, Any]
"""Values of parameters by name."""

Feather: TypeAlias = Annotated[
    float, Range(0, 5, "% of the longest side", 0.1, "how far outside the region the edit fades out")
]
"""A soft edge, of the same width to a network whatever the photograph's size."""


def parameters_of(function: EditFunction) -> tuple[Parameter, ...]:
    """The parameters that a signature states: ``angle: Annotated[float, Range(-180, 180, "°")] = 0.0``.

    Args:
        function: (pixels, mask, **parameters) → `Edited`.

    Raises:
        TypeError: a parameter without a default, or without what it may be.

    >>> def tint(pixels, mask, red: Annotated[float, Range(-1, 1)] = 0.0): ...
    >>> parameters_of(tint)
    (Parameter(name='red', default=0.0, kind=Range(low=-1, high=1, unit='', step=0.01, about='')),)
    """
    hints = get_type_hints(function, include_extras=True)
    named = list(inspect.signature(function).parameters.values())[2:]
    return tuple(Parameter(one.name, one.default, _kind(one, hints)) for one in named)


def _kind(one: inspect.Parameter, hints: Mapping[str, Any]) -> Kind:
    hint = hints.get(one.name)
    parts = (hint, *get_args(hint))  # Python 3.10 puts what has the default None into an Optional
    kinds = [found for part in parts for found in getattr(part, "__metadata__", ()) if hasattr(found, "checked")]
    if not kinds or one.default is one.empty:
        raise TypeError(
            f"parameter {one.name!r} of an edit must have a default and an annotation such as "
            f"Annotated[float, Range(0, 1)], got {given(str(one))}; see the recipe for edits"
        )
    kind: Kind = kinds[0]
    return kind
