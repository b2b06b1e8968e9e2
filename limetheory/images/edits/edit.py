"""One edit of a region, with its parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from limetheory.arguments import choice, flag, instance
from limetheory.arrays import Bools, Floats
from limetheory.given import did_you_mean, given
from limetheory.images.edits.edited import Edited
from limetheory.images.edits.parameters import LONGEST_NAME, Picture, Values
from limetheory.images.edits.table import EDITS, EditRow


@dataclass(frozen=True)
class Edit:
    """One edit of a photograph.

    Args:
        name: a name of `EDITS`, such as "rotate".
        region: the name of the region that is edited; None for the whole photograph.
        parameters: values by name, each in its range; those left out have their defaults. The edit then holds all.
        on: whether it is carried out.

    Raises:
        ValueError, TypeError: an unknown edit or parameter, or a value out of its range, in one line.

    >>> Edit("rotate", "zebra", {"angle": 30}).parameters["fill"]
    'inpaint'
    >>> Edit("rotate", "zebra", {"angel": 30})
    Traceback (most recent call last):
    ValueError: parameter of 'rotate' must be one of angle, fill, feather, got 'angel'; did you mean 'angle'?
    """

    name: str
    region: str | None = None
    parameters: Values = field(default_factory=dict)
    on: bool = True

    def __post_init__(self) -> None:
        row = EDITS[choice("edit", self.name, EDITS.names(), "choose one of them")]
        object.__setattr__(self, "region", _region(self.region))
        object.__setattr__(self, "on", flag("on", self.on))
        object.__setattr__(self, "parameters", MappingProxyType(dict(_checked(row, self.parameters))))

    def __hash__(self) -> int:
        return hash((self.name, self.region, tuple(self.parameters.items()), self.on))

    def __reduce__(self) -> tuple[Any, ...]:
        return Edit, (self.name, self.region, dict(self.parameters), self.on)

    @property
    def row(self) -> EditRow:
        """Its row in `EDITS`."""
        return EDITS[self.name]

    def with_parameters(self, **values: Any) -> Edit:
        """The same edit with other values of some parameters.

        >>> Edit("rotate", "zebra", {"angle": 30}).with_parameters(angle=45).parameters["angle"]
        45.0
        """
        return replace(self, parameters={**self.parameters, **values})

    def switched(self) -> Edit:
        """The same edit, off if it was on, and on if it was off."""
        return replace(self, on=not self.on)

    @property
    def photographs(self) -> tuple[str, ...]:
        """The names of the other photographs that it shows.

        >>> Edit("other_background", "zebra", {"photograph": "beach"}).photographs
        ('beach',)
        """
        return tuple(self.parameters[name] for name in self._pictures)

    @property
    def _pictures(self) -> list[str]:
        """The parameters that name a photograph."""
        kinds = {one.name: one.kind for one in self.row.parameters}
        return [name for name, value in self.parameters.items() if isinstance(kinds[name], Picture) and value]

    def of(self, pixels: Floats, mask: Bools, photographs: Mapping[str, Floats] = MappingProxyType({})) -> Edited:
        """What it makes of a photograph's pixels (h, w, 3) in [0, 1] and of its region (h, w), which has pixels.

        Args:
            pixels, mask: of the photograph.
            photographs: the pixels (a, b, 3) of other photographs, by name.

        Raises:
            TypeError: an edit of another package returned something else.
        """
        shown = {name: photographs[self.parameters[name]] for name in self._pictures}
        found = self.row.function(pixels, mask, **{**self.parameters, **shown})
        return instance(f"the result of edit {self.name!r}", found, Edited, "tell its authors")


def _region(name: Any) -> str | None:
    if name is None:
        return None
    if not isinstance(name, str):
        raise TypeError(f"region must be the name of a region, got {given(name)}; None is the whole photograph")
    if not 0 < len(name) <= LONGEST_NAME:
        raise ValueError(f"region must have 1 to {LONGEST_NAME} characters, got {given(name)}; give it a short name")
    return name


def _checked(row: EditRow, values: Any) -> Iterator[tuple[str, Any]]:
    if not isinstance(values, Mapping):
        raise TypeError(f"parameters must be values by name, got {given(values)}; such as {{'angle': 30}}")
    known = [one.name for one in row.parameters]
    for name in values:
        if not isinstance(name, str) or name not in known:
            remedy = did_you_mean(name, known) or f"print(EDITS[{row.name!r}].parameters) lists them"
            raise ValueError(
                f"parameter of {row.name!r} must be one of {', '.join(known)}, got {given(name)}; {remedy}"
            )
    for one in row.parameters:
        yield one.name, one.kind.checked(f"{one.name} of {row.name!r}", values.get(one.name, one.default))
