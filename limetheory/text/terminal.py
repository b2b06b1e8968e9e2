"""An explanation of a text for terminals, as rich prints it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from limetheory.explanation.rendering import terminal_of
from limetheory.text.explanation import TextExplanation
from limetheory.text.shading import heading, shaded

if TYPE_CHECKING:
    from rich.text import Text

_DIRECTIONS = (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
_STEERING = (*range(32), *range(127, 160), 0x2028, 0x2029, *_DIRECTIONS)
_CONTROLS = {code: "\N{REPLACEMENT CHARACTER}" for code in _STEERING if chr(code) not in "\n\t"}
"""Characters with which a text could steer a terminal: controls, line separators, and overrides of the direction."""


@terminal_of.register(TextExplanation)
def coloured(found: TextExplanation, level: float) -> Text:
    """The text with coloured tokens, those in italics whose interval contains 0; characters that steer are replaced."""
    from rich.text import Text

    shown = Text(
        heading(found, level).translate(_CONTROLS) + "; italics where the interval contains 0\n\n", style="dim"
    )
    for piece in shaded(found, level):
        plain = piece.text.translate(_CONTROLS)
        style = "" if piece.part is None else "not dim black on rgb({},{},{})".format(*piece.colour)
        shown.append(plain, style if piece.part is None or piece.certain else f"italic {style}")
    return shown
