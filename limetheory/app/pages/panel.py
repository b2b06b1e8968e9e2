"""`Panel`: one part of the page, with what it shows and what it does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from dash import Dash

from limetheory.app.context import Context
from limetheory.app.pages.views import PHOTO
from limetheory.app.sessions.session import Session

Shown: TypeAlias = Callable[[Context, Session], Any]
"""(context, session) → the component, as the session has it when the page is loaded."""

CONTROLS, RESULTS = "controls", "results"
"""The two columns of the page."""


@dataclass(frozen=True)
class Panel:
    """One part of the page.

    Attributes:
        name: for the identifiers of its components, which begin with it.
        title: as its heading says.
        column: `CONTROLS` or `RESULTS`.
        shown: its content.
        register: (app, context) → None, which gives it its callbacks.
        open: whether its content is shown before anybody clicks on the heading; for `CONTROLS`.
        view: of which view of the page it is a part.
    """

    name: str
    title: str
    column: str
    shown: Shown
    register: Callable[[Dash, Context], None]
    open: bool = True
    view: str = PHOTO
