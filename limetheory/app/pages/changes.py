"""The panel "What changes": the edited photograph, its prediction, and what follows from there, each on a click."""

from __future__ import annotations

from typing import Any

from dash import ALL, Dash, Input, Output, html, no_update

from limetheory.app.context import Context
from limetheory.app.pages import bias, difference, edited, stability, sweep
from limetheory.app.pages.panel import RESULTS, Panel
from limetheory.app.pages.sections import register_notes
from limetheory.app.sessions.cookies import current_session
from limetheory.app.sessions.session import Session

_SECTIONS = (edited, difference, sweep, stability, bias)

_SAID = {
    "difference": difference.said_of, "sweep": sweep.said_of, "stability": stability.said_of, "bias": bias.said_of,
}  # fmt: skip


def _shown(context: Context, session: Session) -> html.Div:
    return html.Div([one.shown(context, session) for one in _SECTIONS])


def _register(app: Dash, context: Context) -> None:
    for one in _SECTIONS:
        one.register(app, context)
    register_notes(app, _SAID)

    @app.callback(
        Output("explain-cancel", "n_clicks", allow_duplicate=True),
        Input({"kind": "job-cancel", "of": ALL}, "n_clicks"),
        prevent_initial_call=True,
    )
    def cancel(clicks: list[int]) -> Any:
        if any(clicks):
            context.queue.cancel_all_of(current_session())
        return no_update


PANEL = Panel("changes", "What changes", RESULTS, _shown, _register)
