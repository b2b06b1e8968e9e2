"""The panel "Progress": how far the running job is, also behind a reload."""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, ctx, dcc, html, no_update

from limetheory.app.answers import MAIN, facts_of, version_of
from limetheory.app.context import Context
from limetheory.app.jobs.manager import REFUSED
from limetheory.app.pages.notices import error
from limetheory.app.pages.panel import RESULTS, Panel
from limetheory.app.pages.progress import progress_place, register_progress
from limetheory.app.sessions.cookies import current_session
from limetheory.app.sessions.session import Session

TITLE = "Progress"
"""Of the panels that say how far a job is; they show no heading."""

PER_LOOK = 500
"""Milliseconds between two looks at a job that began before the page was loaded; a convention."""


def _shown(context: Context, session: Session) -> html.Div:
    job = context.queue.running_of(session)
    return html.Div(
        [
            dcc.Store(id="answer-version", data=version_of(session)),
            dcc.Store(id="answer-settled", data=settled_of(session)),
            dcc.Interval(id="follow", interval=PER_LOOK, disabled=job is None),
            progress_place("status", job),
        ]
    )


def settled_of(session: Session) -> int:
    """The version of the answer, 0 while it is a part of one or there is none."""
    facts = facts_of(session, MAIN)
    return 0 if facts is None or facts["state"] == "part" else int(facts["version"])


def _register(app: Dash, context: Context) -> None:
    register_progress(app, "status", "job-progress", "answer-version")
    app.clientside_callback(
        ClientsideFunction("limetheory", "unsettled"),
        Output("answer-settled", "data", allow_duplicate=True),
        Input("job-progress", "data"),
        State("answer-settled", "data"),
        prevent_initial_call=True,
    )

    @app.callback(
        Output("status-message", "children"),
        Output("job-progress", "data", allow_duplicate=True),
        Output("answer-version", "data"),
        Output("answer-settled", "data"),
        Output("follow", "disabled"),
        Input("job-outcome", "data"),
        Input("follow", "n_intervals"),
        Input("photo-version", "data"),
        State("answer-version", "data"),
        State("answer-settled", "data"),
        prevent_initial_call=True,
    )
    def show(outcome: Any, looks: int, photo: Any, seen: int, settled: int) -> Any:
        session = current_session()
        newer, whole = (_news(*pair) for pair in ((version_of(session), seen), (settled_of(session), settled)))
        told = outcome_told(outcome, "job-outcome")
        job = context.queue.running_of(session)
        if job is None:
            return told, None, newer, whole, True
        return told, job.progress.as_json(), newer, whole, False if ctx.triggered_id == "job-outcome" else no_update


def outcome_told(outcome: Any, store: str) -> Any:
    """What is said of a job that has just ended: nothing, or why it did not work; what was said stays otherwise."""
    if ctx.triggered_id != store:
        return no_update
    return error(str(outcome[REFUSED])) if isinstance(outcome, dict) and REFUSED in outcome else None


def _news(found: int, seen: int) -> Any:
    return no_update if found == seen else found


PANEL = Panel("status", TITLE, RESULTS, _shown, _register)
