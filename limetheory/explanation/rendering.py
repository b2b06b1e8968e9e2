"""How an explanation is shown; each kind of explanation registers its own pictures here."""

from __future__ import annotations

from functools import singledispatch
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from rich.console import RenderableType


@singledispatch
def figure_of(found: Any, level: float) -> Figure:
    """The figure that `Explanation.plot` returns, with intervals at ``level``."""
    raise TypeError(f"an Explanation is needed, got {type(found).__name__}; give what limit or estimate returns")


@singledispatch
def picture_of(found: Any) -> bytes | None:
    """The small picture (PNG) beside the table of a notebook; None of what has none."""
    return None


@singledispatch
def html_of(found: Any, level: float) -> str:
    """What an explanation looks like in a page, with intervals at ``level``."""
    raise TypeError(f"an explanation with pages of its own is needed, got {type(found).__name__}; use _repr_html_")


@singledispatch
def terminal_of(found: Any, level: float) -> RenderableType:
    """What an explanation looks like in a terminal, as rich prints it, with intervals at ``level``."""
    raise TypeError(f"an explanation with colours of its own is needed, got {type(found).__name__}; print its numbers")
