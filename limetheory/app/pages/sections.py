"""Parts of the panel "What changes" that open on a click: a question, fields, and the buttons of a job."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from dash import Dash, Input, Output, dcc, html

from limetheory.app.context import Context
from limetheory.app.pages.notices import hint
from limetheory.app.pages.spoken import spoken
from limetheory.app.sessions.cookies import current_session
from limetheory.app.sessions.session import Session

Notes: TypeAlias = Callable[[Session], list[str]]
"""What is to be known of the result of a session."""

PER_POLL = 100
"""Milliseconds between two questions about a job, each of which its server holds a while; a convention."""


def section(name: str, title: str, children: list[Any], open: bool = False) -> html.Details:
    """A part that opens on a click on its title."""
    return html.Details([html.Summary(html.H3(title)), *children], id=f"section-{name}", open=open, className="section")


def job_buttons(name: str, title: str, context: Context, session: Session, about: Any = None) -> html.Div:
    """The button of a job, one that cancels it, and what it will cost."""
    busy = context.queue.running_of(session) is not None
    return html.Div(
        [
            html.Button(title, id=f"{name}-run", n_clicks=0, className="primary"),
            html.Button("Cancel", id={"kind": "job-cancel", "of": name}, n_clicks=0, disabled=not busy,
                        **spoken(f"Cancel: {title}")),
            html.Small(about, id=f"{name}-about", className="hint"),
        ],
        className="actions",
    )  # fmt: skip


def while_running(name: str) -> list[Any]:
    """What is disabled, and what is not, while the job of a button runs."""
    return [
        (Output(f"{name}-run", "disabled"), True, False),
        (Output({"kind": "job-cancel", "of": name}, "disabled"), False, True),
        (Output("explain-cancel", "disabled"), False, True),
    ]


def news() -> list[Input]:
    """What a part looks at its session for: a job that ended, here or before a reload, or another photograph."""
    return [
        Input("job-outcome", "data"), Input("follow", "disabled"), Input("photo-version", "data"),
    ]  # fmt: skip


def labelled(title: str, field: Any, hint: str = "", wide: bool = False) -> html.Label:
    """A field with its label."""
    note = [html.Small(hint, className="hint")] if hint else []
    return html.Label([html.Span(title, className="label"), field, *note], className="field wide" if wide else "field")


def number(name: str, value: Any, least: float | None = None, most: float | None = None, step: Any = 1) -> dcc.Input:
    """A field for a number."""
    return dcc.Input(id=name, type="number", value=value, min=least, max=most, step=step, className="number")


def notes(name: str, said: Notes, session: Session) -> html.Div:
    """The place of what is to be known of a result, such as that it is of other edits."""
    return html.Div([hint(one) for one in said(session)], id=f"{name}-notes", role="status")


def register_notes(app: Dash, said: Mapping[str, Notes]) -> None:
    """Keep the notes of all parts up to date with the edits and the explanation, without their results."""

    @app.callback(
        [Output(f"{name}-notes", "children") for name in said], Input("edited-shown", "data"),
        Input("answer-settled", "data"), *news(), prevent_initial_call=True,
    )  # fmt: skip
    def show(*_: Any) -> list[list[html.Div]]:
        session = current_session()
        return [[hint(one) for one in of(session)] for of in said.values()]
