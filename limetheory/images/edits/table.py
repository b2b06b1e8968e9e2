"""`EDITS`: what can be done to a region of a photograph, by name, to which other packages can add theirs.

One of your own takes a function in a module of its own here and one row, or, in another package, an entry point of the
group ``limetheory.edits`` that is a function (pixels, mask, **parameters) → `Edited`, or an `EditRow`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from limetheory.images.edits.blur import blur
from limetheory.images.edits.brightness import brightness
from limetheory.images.edits.colour import colour
from limetheory.images.edits.contrast import contrast
from limetheory.images.edits.move import move
from limetheory.images.edits.noise import noise
from limetheory.images.edits.other_background import other_background
from limetheory.images.edits.parameters import EditFunction, Parameter, parameters_of
from limetheory.images.edits.remove import remove
from limetheory.images.edits.replace_background import replace_background
from limetheory.images.edits.reshape import reshape
from limetheory.images.edits.rotate import rotate
from limetheory.images.edits.saturation import saturation
from limetheory.images.edits.scale import scale
from limetheory.registry import Registry

GROUP = "limetheory.edits"
"""The entry-point group: a name there → a function (pixels, mask, **parameters) → `Edited`, or an `EditRow`."""


@dataclass(frozen=True)
class EditRow:
    """One row of `EDITS`.

    Attributes:
        name: as `Edit` has it.
        summary: what it does to a region, in half a line.
        function: (pixels (h, w, 3) float64 in [0, 1], mask (h, w) bool with pixels, **parameters) → `Edited`. It
            changes neither array. With its defaults it changes nothing, unless the edit has no strength.
    """

    name: str
    summary: str
    function: EditFunction

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """Its parameters, with range, unit and default, as the function's annotations state them."""
        return parameters_of(self.function)

    @property
    def ranges(self) -> list[str]:
        """Each parameter with its range, for the printed table."""
        return [str(one) for one in self.parameters]


def of_function(name: str, function: EditFunction) -> EditRow:
    """The row of a function; its docstring's first line says what it does.

    Raises:
        TypeError: a parameter does not say what it may be.
    """
    row = EditRow(name, (function.__doc__ or "a function").strip().splitlines()[0], function)
    assert row.parameters is not None
    return row


_ROWS = [
    EditRow("colour", "shift red, green and blue", colour),
    EditRow("brightness", "brighten or darken", brightness),
    EditRow("contrast", "raise or lower the contrast", contrast),
    EditRow("saturation", "strengthen the colours, or turn grey", saturation),
    EditRow("blur", "blur", blur),
    EditRow("noise", "add noise", noise),
    EditRow("move", "cut out and lay down elsewhere", move),
    EditRow("rotate", "cut out and turn about the centre", rotate),
    EditRow("scale", "cut out and make larger or smaller", scale),
    EditRow("reshape", "swell or shrink, with the surroundings", reshape),
    EditRow("remove", "cut out and fill the hole", remove),
    EditRow("replace_background", "replace everything outside", replace_background),
    EditRow("other_background", "show another photograph outside", other_background),
]

EDITS: Registry[EditRow] = Registry(
    "edit", {row.name: row for row in _ROWS}, GROUP, of_function, EditRow, "choose one of them",
    columns=("summary", "ranges"),
)  # fmt: skip
"""The edits by name."""
