"""`TextExplanation`: an explanation with the text it is about."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from limetheory.explaining.explained import InputExplanation, restored
from limetheory.explanation.rendering import html_of, terminal_of
from limetheory.kept import keepable
from limetheory.text.masked import MaskedText

if TYPE_CHECKING:
    from rich.console import RenderableType

_LEVEL = 0.95


@dataclass(frozen=True, eq=False, kw_only=True)
class TextExplanation(InputExplanation):
    """An explanation with the text it is about; in a terminal ``rich.print`` shows it, and notebooks do by themselves.

    Attributes:
        masked: the text with its tokens.
        class_names: of the columns of the model's answer; None where the model knows none.
    """

    masked: MaskedText
    class_names: tuple[str, ...] | None = None

    @property
    def tokens(self) -> list[str]:
        """The token of each coefficient, d strings."""
        return list(self.masked.tokens)

    @property
    def text(self) -> str:
        """The text itself."""
        return self.masked.text

    @property
    def target_name(self) -> str:
        """The name of the class explained, its number where it has none."""
        return str(self.target) if self.class_names is None else self.class_names[self.target]

    def to_html(self, level: float = _LEVEL) -> str:
        """The text with coloured tokens, as a part of a page in HTML; the text is escaped.

        A token's colour has the sign of its coefficient and is the stronger the larger it is; the token is underlined
        with dots where its `asked_interval` at ``level`` contains 0. Its number and interval show when pointed at.
        """
        return html_of(self, level)

    def _repr_html_(self) -> str:
        return self.to_html()

    def __rich__(self) -> RenderableType:
        return terminal_of(self, _LEVEL)


keepable(TextExplanation, build=partial(restored, TextExplanation), later=("batch_size",))
