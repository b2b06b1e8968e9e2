"""The edited photograph, and what the model says of it, as soon as the edits change."""

from __future__ import annotations

import time
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, ctx, dcc, html, no_update

from limetheory.app.context import Context
from limetheory.app.edits import EditsNow, edits_now
from limetheory.app.figures.heat_map import data_url
from limetheory.app.jobs.editing import PICTURE, PREDICTION, fixed_class, prediction_job
from limetheory.app.jobs.manager import REFUSED, short
from limetheory.app.jobs.sweeping import words
from limetheory.app.pages.notices import empty, error, hint
from limetheory.app.pages.predictions import prediction_table
from limetheory.app.pages.predictions import shown as shown_number
from limetheory.app.pages.spoken import AT_LEISURE
from limetheory.app.photos import photo_of, preview_of
from limetheory.app.sessions.cookies import current_session
from limetheory.app.sessions.session import Session

_PER_POLL = 30  # milliseconds between two questions about the prediction, each of which is held a while; a convention
_BACKGROUNDS = ("replace_background", "other_background")
_BUSY = "The edited photograph is being made …"


def shown(context: Context, session: Session) -> html.Div:
    """The picture and the table, as the session has them."""
    return html.Div(
        [
            dcc.Store(id="edited-outcome"),
            dcc.Store(id="edited-progress"),
            dcc.Store(id="edited-shown"),
            html.Div(_BUSY, id="edited-busy", className="hidden", **AT_LEISURE),
            html.Div(_content(session), id="edited-content"),
            html.Button("Predict again", id="edited-again", n_clicks=0, className=_again(session)),
        ]
    )


def _content(session: Session) -> Any:
    found, now = session.read_json(PREDICTION), edits_now(session)
    if photo_of(session) is None:
        return empty("Nothing to edit yet", "Choose a photograph first.")
    if now.none:
        return empty("Nothing is edited yet", "Add an edit in the panel Edit, such as a rotation, and move its slider.")
    if found is None:
        return empty("No prediction yet", "It is made as soon as an edit changes.")
    stale = [hint("This is of the edits before.")] if not _fresh(session, found, now) else []
    return [*stale, _pictures(session), prediction_table(found["rows"], found["output"], found["target"]),
            *map(hint, _remarks(found, now))]  # fmt: skip


def in_short(session: Session) -> Any:
    """The class that is asked about before and after the edits, in a line; None where it is not known."""
    found, now = session.read_json(PREDICTION), edits_now(session)
    if found is None or now.none or not _fresh(session, found, now):
        return None
    row = found["rows"][0]
    before, after = (shown_number(row[name], found["output"]) for name in ("before", "after"))
    return [html.Strong(row["name"]), f": {before} → {after}. ", html.A("What changes", href="#panel-changes")]


def _pictures(session: Session) -> html.Div:
    pairs = [("Before", preview_of(session)), ("After the edits", session.read_bytes(PICTURE))]
    figures = [
        html.Figure(
            [
                html.Img(src=data_url(picture, "image/jpeg"), alt=f"The photograph: {title.lower()}"),
                html.Figcaption(title),
            ]
        )
        for title, picture in pairs
        if picture is not None
    ]
    return html.Div(figures, className="pair")


def _remarks(found: dict[str, Any], now: EditsNow) -> list[str]:
    vanished = [f"Nothing is left of the region {name} after the edits." for name in found["vanished"]]
    numbers = [one for one in found["without_effect"] if one < len(now.edits)]
    idle = [
        f"Edit {number + 1} ({words(now.edits[number].name)}) has no effect: its region has no pixels by then."
        for number in numbers
    ]
    return [*vanished, *idle, *_outside(now)]


def _outside(now: EditsNow) -> list[str]:
    """Of edits of what is outside a region, why they change nothing."""
    said = []
    for number, edit in enumerate(now.edits):
        title = f"Edit {number + 1} ({words(edit.name)})"
        if edit.on and edit.name in _BACKGROUNDS and edit.region is None:
            said.append(f"{title} has no effect: outside of the whole photograph is nothing. Choose a region for it.")
        elif edit.on and edit.name == "other_background" and not edit.photographs:
            said.append(f"{title} has no effect yet: choose a photograph for it.")
    return said


def _fresh(session: Session, found: dict[str, Any], now: EditsNow) -> bool:
    return found["stamp"] == now.stamp and fixed_class(session) in (None, found["target"])


def _again(session: Session) -> str:
    """The button is seen where the prediction is not that of the edits."""
    found, now = session.read_json(PREDICTION), edits_now(session)
    fresh = now.none or photo_of(session) is None or (found is not None and _fresh(session, found, now))
    return "hidden" if fresh else ""


def register(app: Dash, context: Context) -> None:
    """Predict whenever the edits change, and show it."""

    @app.callback(
        Output("edited-outcome", "data"),
        Input("edits-version", "data"),
        Input("edited-again", "n_clicks"),
        background=True,
        interval=_PER_POLL,
        progress=Output("edited-progress", "data"),
        running=[(Output("edited-busy", "className"), "busy", "hidden")],
        prevent_initial_call=True,
    )
    @short
    def predict(tell: Any, version: Any, clicks: int) -> dict[str, Any]:
        return prediction_job(context, tell)

    app.clientside_callback(
        ClientsideFunction("limetheory", "words"), Output("edited-busy", "children"),
        Input("edited-progress", "data"), prevent_initial_call=True,
    )  # fmt: skip

    @app.callback(
        Output("edited-content", "children"),
        Output("edited-again", "className"),
        Output("edit-prediction", "children"),
        Output("edited-shown", "data"),
        Input("edited-outcome", "data"),
        Input("photo-version", "data"),
        Input("job-outcome", "data"),
        prevent_initial_call=True,
    )
    def show(outcome: Any, photo: Any, other: Any) -> Any:
        session = current_session()
        told = [error(str(outcome[REFUSED]))] if _is_refusal(outcome) and not edits_now(session).none else []
        content = _content(session)
        listed = content if isinstance(content, list) else [content]
        ended = time.time_ns() // 1000 if ctx.triggered_id == "edited-outcome" else no_update
        return [*told, *listed], _again(session), in_short(session), ended


def _is_refusal(outcome: Any) -> bool:
    return isinstance(outcome, dict) and REFUSED in outcome
