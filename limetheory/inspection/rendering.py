"""What ``print`` shows of a result; each kind of result registers its own text here."""

from __future__ import annotations

from functools import singledispatch
from typing import Any

from limetheory.explaining.budget import LEVEL
from limetheory.explanation.rendering import html_of


@singledispatch
def text_of(found: Any) -> str:
    """The lines that ``print`` shows."""
    raise TypeError(f"a result of inspection is needed, got {type(found).__name__}; print it as it is")


class Shown:
    """A result that shows itself when it is printed and in a notebook."""

    def __str__(self) -> str:
        """What ``print`` shows."""
        return text_of(self)

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        return html_of(self, LEVEL)
