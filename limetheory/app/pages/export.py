"""The panel "Report and export": files about the explanation, and sessions that are saved and opened again."""

from __future__ import annotations

import base64
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, dcc, html, no_update

from limetheory.app.answers import MAIN, facts_of
from limetheory.app.context import Context
from limetheory.app.edits import edits_now
from limetheory.app.exports.table import EXPORTS, Export
from limetheory.app.pages.downloads import download
from limetheory.app.pages.notices import error
from limetheory.app.pages.panel import CONTROLS, Panel
from limetheory.app.photos import photo_of
from limetheory.app.refusals import Refused
from limetheory.app.saved.opening import open_session
from limetheory.app.saved.refused import not_saved
from limetheory.app.sessions.cookies import as_session, current_session
from limetheory.app.sessions.session import Session

_HERE = "with everything that was asked"
_NOTHING = "Explain a photograph first; its files can then be saved here."


def _shown(context: Context, session: Session) -> html.Div:
    limit = context.settings.limits.saved_bytes
    drop = html.Div([html.B("Open a saved session"), html.Small("It takes the place of this one.", className="hint")])
    return html.Div(
        [
            html.Div(_links(context, session), id="export-links"),
            dcc.Upload(drop, id="export-open", className="upload", accept=".zip,application/zip", max_size=limit),
            html.Div(id="export-message"),
            dcc.Store(id="export-opened"),
        ]
    )


def _links(context: Context, session: Session) -> list[Any]:
    explained = bool((facts_of(session, MAIN) or {}).get("record"))
    there = {"answer": explained, "edits": not edits_now(session).none, "photo": bool(session.files())}
    links = [download(one, _hint(context, one)) for one in EXPORTS if there.get(one.needs)]
    note = [] if explained else [html.Small(_NOTHING, className="hint")]
    return [html.Ul(links, className="downloads"), *note]


def _hint(context: Context, export: Export) -> str:
    """What a file is good for; the command line takes none about a model that it cannot load."""
    repeated = export.needs == "answer" and export.hint.startswith("limetheory")
    return _HERE if repeated and not context.commanded else export.hint


def _register(app: Dash, context: Context) -> None:
    @app.callback(
        Output("export-links", "children"),
        Input("answer-settled", "data"),
        Input("photo-version", "data"),
        Input("edited-shown", "data"),
        prevent_initial_call=True,
    )
    def offer(version: int, photo: Any, edits: Any) -> Any:
        return _links(context, current_session())

    @app.callback(
        Output("export-message", "children"),
        Output("export-opened", "data"),
        Output("export-open", "contents"),
        Input("export-open", "contents"),
        prevent_initial_call=True,
    )
    def opened(contents: str | None) -> Any:
        if not contents:
            return no_update, no_update, no_update
        session = current_session()
        try:
            _open(app, context, session, contents)
        except Refused as refused:
            return error(str(refused)), no_update, None
        photo = photo_of(session)
        if photo is not None:
            context.worker.prepare(photo.file)
        return None, True, None

    app.clientside_callback(
        ClientsideFunction("limetheory", "reload"), Output("export-opened", "clear_data"),
        Input("export-opened", "data"), prevent_initial_call=True,
    )  # fmt: skip


def _open(app: Dash, context: Context, session: Session, contents: str) -> None:
    """Open the file of a data URL."""
    _, _, encoded = str(contents).partition(";base64,")
    try:
        content = base64.b64decode(encoded, validate=True)
    except ValueError:  # also of letters that are not ASCII
        raise not_saved("it did not arrive whole") from None
    context.queue.cancel_all_of(session)
    open_session(session, content, context.model_names, context.settings.limits, lambda one: _whole_page(app, one))


def _whole_page(app: Dash, session: Session) -> Any:
    """The page as it would show a session."""
    layout: Any = app.layout
    with as_session(session):
        return layout()


PANEL = Panel("export", "Report and export", CONTROLS, _shown, _register, open=False)
