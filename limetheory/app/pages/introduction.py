"""Three steps for a person who is here for the first time, until they are dismissed."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, html, no_update

from limetheory.app.context import Context
from limetheory.app.pages.spoken import spoken
from limetheory.app.refusals import Refused
from limetheory.app.sessions.cookies import current_session
from limetheory.app.sessions.session import Session

_FILE = "introduction.json"
_STEPS = [
    ("Choose a photograph", "your own, or an example."),
    ("Press Explain", "and watch the heat map settle."),
    ("Read the intervals", "a bar whose interval crosses 0 may be chance."),
]


def introduction(session: Session) -> html.Section:
    """The three steps; nothing once they were dismissed."""
    steps = html.Ol([html.Li([html.B(title), ": ", text]) for title, text in _STEPS])
    button = html.Button("Got it", id="introduction-done", n_clicks=0)
    hidden = session.read_json(_FILE, False)
    name = "introduction hidden" if hidden else "introduction"
    return html.Section([steps, button], id="introduction", className=name, **spoken("First steps"))


def register(app: Dash, context: Context) -> None:
    """Dismissing is remembered."""

    @app.callback(
        Output("introduction", "className"), Input("introduction-done", "n_clicks"), prevent_initial_call=True
    )
    def dismiss(clicks: int) -> Any:
        if not clicks:
            return no_update
        try:
            current_session().write_json(_FILE, True)
        except Refused:
            pass  # it is shown again after a reload, which is no harm
        return "introduction hidden"
