"""What the tabs about texts and rows have in common: buttons, progress, answers, and fields that are remembered."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, State, ctx, dcc, html, no_update

from limetheory.app.answers import version_of
from limetheory.app.context import Context
from limetheory.app.inputs.jobs import change_job, explain_job
from limetheory.app.inputs.kind import InputKind
from limetheory.app.pages.input_fields import field_inputs, field_states, fields_from
from limetheory.app.pages.input_results import Picture, answer_content, change_content
from limetheory.app.pages.progress import progress_place, register_progress
from limetheory.app.pages.sections import PER_POLL
from limetheory.app.pages.status import PER_LOOK, outcome_told
from limetheory.app.refusals import Refused
from limetheory.app.sessions.cookies import current_session
from limetheory.app.sessions.session import Session


def buttons(kind: InputKind, context: Context, session: Session) -> html.Div:
    """The buttons of a tab, and what its callbacks keep in the browser."""
    busy = context.queue.running_of(session) is not None
    return html.Div(
        [
            html.Button(["Explain ", html.Kbd("E")], id=f"{kind.name}-run", className="primary", n_clicks=0),
            html.Button("Compare", id=f"{kind.name}-change", n_clicks=0),
            html.Button("Cancel", id=f"{kind.name}-cancel", n_clicks=0, disabled=not busy),
            *(dcc.Store(id=f"{kind.name}-{name}") for name in ("progress", "outcome", "saved")),
        ],
        className="actions first",
    )


def status(kind: InputKind, context: Context, session: Session) -> html.Div:
    """How far the job of a tab is."""
    job = context.queue.running_of(session)
    return html.Div(
        [
            dcc.Store(id=f"{kind.name}-version", data=_version(kind, session)),
            dcc.Interval(id=f"{kind.name}-follow", interval=PER_LOOK, disabled=job is None),
            progress_place(kind.name, job),
        ]
    )


def answers(kind: InputKind, session: Session, picture: Picture) -> html.Div:
    """What was found of the input of a tab, and what the edited one changes."""
    return html.Div(
        [
            html.Div(answer_content(kind, session, picture), id=f"{kind.name}-shown"),
            html.H3("What the edit changes", className="again"),
            html.Div(change_content(kind, session, picture), id=f"{kind.name}-changed"),
        ]
    )


def register(app: Dash, context: Context, kind: InputKind, picture: Picture) -> None:
    """Give a tab its callbacks."""
    _register_jobs(app, context, kind)
    _register_status(app, context, kind)

    @app.callback(
        Output(f"{kind.name}-shown", "children"), Output(f"{kind.name}-changed", "children"),
        Input(f"{kind.name}-version", "data"), prevent_initial_call=True,
    )  # fmt: skip
    def show(version: int) -> Any:
        session = current_session()
        return answer_content(kind, session, picture), change_content(kind, session, picture)

    @app.callback(
        Output(f"{kind.name}-saved", "data"), field_inputs(kind), field_states(kind)[1], prevent_initial_call=True
    )
    def remember(values: list[Any], names: list[dict[str, str]]) -> Any:
        try:
            current_session().write_json(kind.file, fields_from(values, names))
        except Refused:
            return no_update  # the fields are still on the page; a job says what is full
        return no_update


def _register_jobs(app: Dash, context: Context, kind: InputKind) -> None:
    running = [
        (Output(f"{kind.name}-run", "disabled"), True, False), (Output(f"{kind.name}-change", "disabled"), True, False),
        (Output(f"{kind.name}-cancel", "disabled"), False, True),
    ]  # fmt: skip
    for button, work in (("run", explain_job), ("change", change_job)):

        def run(tell: Any, clicks: int, values: list[Any], names: list[Any], work: Any = work) -> dict[str, Any]:
            found: dict[str, Any] = work(context, kind, tell, fields_from(values, names))
            return found

        app.callback(
            Output(f"{kind.name}-outcome", "data", allow_duplicate=True), Input(f"{kind.name}-{button}", "n_clicks"),
            *field_states(kind), background=True, interval=PER_POLL, running=running,
            progress=Output(f"{kind.name}-progress", "data", allow_duplicate=True), prevent_initial_call=True,
        )(run)  # fmt: skip

    @app.callback(
        Output(f"{kind.name}-cancel", "n_clicks"), Input(f"{kind.name}-cancel", "n_clicks"), prevent_initial_call=True
    )
    def cancel(clicks: int) -> int:
        if clicks:
            context.queue.cancel_all_of(current_session())
        return 0


def _register_status(app: Dash, context: Context, kind: InputKind) -> None:
    register_progress(app, kind.name, f"{kind.name}-progress", f"{kind.name}-version")

    @app.callback(
        Output(f"{kind.name}-message", "children"),
        Output(f"{kind.name}-progress", "data", allow_duplicate=True),
        Output(f"{kind.name}-version", "data"),
        Output(f"{kind.name}-follow", "disabled"),
        Input(f"{kind.name}-outcome", "data"),
        Input(f"{kind.name}-follow", "n_intervals"),
        State(f"{kind.name}-version", "data"),
        prevent_initial_call=True,
    )
    def show(outcome: Any, looks: int, seen: int) -> Any:
        session = current_session()
        version = _version(kind, session)
        newer = version if version != seen else no_update
        told = outcome_told(outcome, f"{kind.name}-outcome")
        job = context.queue.running_of(session)
        if job is None:
            return told, None, newer, True
        following = False if ctx.triggered_id == f"{kind.name}-outcome" else no_update
        return told, job.progress.as_json(), newer, following


def _version(kind: InputKind, session: Session) -> int:
    """What grows with each answer of a tab."""
    return max(version_of(session, slot) for slot in (kind.answer, *kind.change))
