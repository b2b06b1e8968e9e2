"""`View`: which tool a person holds, which regions are selected, and which are not shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from limetheory.app.drawing.proposals import SCALES
from limetheory.app.refusals import Refused
from limetheory.app.sessions.session import Session

_TOOLS = "regions-tools.json"
_NAMES = "regions-names.json"

TOOLS: Mapping[str, str] = {
    "lasso": "Lasso", "polygon": "Polygon", "rectangle": "Rectangle", "brush": "Brush", "superpixel": "Superpixel",
    "object": "Object", "hand": "Move the view",
}  # fmt: skip
"""What a person can draw, click or drag with."""

EFFECTS: Mapping[str, str] = {
    "new": "is a new region", "add": "is added to the selected", "subtract": "is taken from it",
    "intersect": "is all that is left of it",
}  # fmt: skip
"""What becomes of a drawing."""


@dataclass(frozen=True)
class View:
    """What is no part of the regions themselves and cannot be undone.

    Attributes:
        tool: a name of `TOOLS`.
        effect: a name of `EFFECTS`.
        selected, hidden: names of regions.
        brush: the width of the brush in pixels of the screen.
        predictor: who is asked for objects; None is the best one there is.
        scale: which of the three objects under a click is meant, 0 for the smallest.
    """

    tool: str = "lasso"
    effect: str = "new"
    selected: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    brush: int = 24
    predictor: str | None = None
    scale: int = 1

    def with_tool(self, tool: Any, effect: Any, brush: Any) -> View:
        """With another tool; of what a browser sent, only what is known counts."""
        width = brush if type(brush) is int and 1 <= brush <= 200 else self.brush
        known_tool = tool if tool in list(TOOLS) else self.tool
        known_effect = effect if effect in list(EFFECTS) else self.effect
        return replace(self, tool=known_tool, effect=known_effect, brush=width)

    def with_scale(self, scale: Any) -> View:
        """With another one of the objects under a click.

        Raises:
            Refused: there is no such one.
        """
        if type(scale) is not int or not 0 <= scale < len(SCALES):
            raise Refused(f"The object under a click must be one of {', '.join(SCALES)}. Choose it again.")
        return replace(self, scale=scale)

    def of(self, names: Sequence[str]) -> View:
        """Without regions that are gone."""
        selected, hidden = (tuple(one for one in kept if one in names) for kept in (self.selected, self.hidden))
        return replace(self, selected=selected, hidden=hidden)

    def renamed(self, name: str, new: str) -> View:
        """With another name of a region."""
        selected, hidden = (tuple(new if one == name else one for one in kept) for kept in (self.selected, self.hidden))
        return replace(self, selected=selected, hidden=hidden)


def view_of(session: Session) -> View:
    """The view of a session; another photograph forgets the names and keeps the tools."""
    names: dict[str, Any] = {field: tuple(kept) for field, kept in session.read_json(_NAMES, {}).items()}
    tools = session.read_json(_TOOLS, {})
    scale = tools.pop("scale", View.scale)
    return View(**tools, **names).with_scale(scale if type(scale) is int else View.scale)


def put_view(session: Session, view: View) -> None:
    """Keep the view of a session."""
    tools = asdict(view)
    names = {field: tools.pop(field) for field in ("selected", "hidden")}
    session.write_json(_TOOLS, tools)
    session.write_json(_NAMES, names)
