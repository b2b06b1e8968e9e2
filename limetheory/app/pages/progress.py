"""How far a job is, in a bar and in words that the browser changes by itself."""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, html

from limetheory.app.jobs.queue import Job
from limetheory.app.pages.spoken import AT_LEISURE, spoken

RUNNING = "running"


def progress_place(name: str, job: Job | None) -> html.Div:
    """The place of the progress of jobs, and of what is told when one did not work.

    Args:
        name: for the identifiers of its components, which begin with it.
        job: that runs; None shows nothing.
    """
    told = {} if job is None else job.progress.as_json()
    done, total = told.get("done", 0), told.get("total", 0)
    known: dict[str, Any] = {"value": str(done), "max": str(total)} if total else {}
    bar = html.Progress(**known, id=f"{name}-bar", className="bar", **spoken("Masks evaluated"))
    words = html.Span(told.get("text"), id=f"{name}-text", **AT_LEISURE)
    shown = "hidden" if job is None else RUNNING
    return html.Div(
        [html.Div([bar, words], id=f"{name}-running", className=shown), html.Div(id=f"{name}-message", **AT_LEISURE)]
    )


def register_progress(app: Dash, name: str, progress: str, version: str) -> None:
    """Show what a store is told, without asking the server.

    Args:
        app: of the page.
        name: of the place.
        progress: the store of what `Progress.as_json` gives.
        version: the store of the version of the newest answer.
    """
    app.clientside_callback(
        ClientsideFunction("limetheory", "progress"),
        Output(f"{name}-running", "className"),
        Output(f"{name}-bar", "value"),
        Output(f"{name}-bar", "max"),
        Output(f"{name}-text", "children"),
        Output(f"{name}-message", "children", allow_duplicate=True),
        Output(version, "data", allow_duplicate=True),
        Input(progress, "data"),
        State(version, "data"),
        State(f"{name}-running", "className"),
        State(f"{name}-bar", "max"),
        prevent_initial_call=True,
    )
