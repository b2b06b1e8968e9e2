"""The panel "Edit": an ordered list of edits of the photograph and of its regions."""

from __future__ import annotations

from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx, dcc, html, no_update

from limetheory.app.backgrounds import put_background
from limetheory.app.context import Context
from limetheory.app.edits import edits_now, edits_of, history_of, put_history, region_names
from limetheory.app.jobs.sweeping import words
from limetheory.app.pages.edit_actions import added, filled, loaded, pressed
from limetheory.app.pages.edit_cards import BUTTON, ON, REGION, WHOLE_PHOTOGRAPH, Offered, cards, region_options
from limetheory.app.pages.edit_photographs import is_picture, offered, upload_id, with_examples
from limetheory.app.pages.edited import in_short
from limetheory.app.pages.notices import error
from limetheory.app.pages.panel import CONTROLS, Panel
from limetheory.app.pages.parameter_fields import VALUE
from limetheory.app.pages.spoken import AT_LEISURE
from limetheory.app.photos import photo_of
from limetheory.app.refusals import Refused
from limetheory.app.sessions.cookies import current_session
from limetheory.app.sessions.session import Session
from limetheory.app.uploads import uploaded
from limetheory.images.edits.edits import Edits
from limetheory.images.edits.saved import MOST_CHARACTERS
from limetheory.images.edits.table import EDITS
from limetheory.images.regions import History
from limetheory.images.segmentation.segment import MAX_SIDE

_FIRST = "rotate"
_FILE = "edits.json"
_STEPS = tuple(Output(name, "disabled", allow_duplicate=True) for name in ("edit-undo", "edit-redo"))


def _shown(context: Context, session: Session) -> html.Div:
    history, names = history_of(session), region_names(session)
    undo_stuck, redo_stuck = _stuck(session)
    return html.Div(
        [
            dcc.Store(id="edits-version", data=edits_now(session).stamp),
            html.Div([_kind_field(), _region_field(names)], className="stack"),
            html.Div(
                [
                    html.Button("Add the edit", id="edit-add", n_clicks=0, className="primary"),
                    html.Button("Undo", id="edit-undo", n_clicks=0, disabled=undo_stuck),
                    html.Button("Redo", id="edit-redo", n_clicks=0, disabled=redo_stuck),
                ],
                className="actions",
            ),
            html.Small(_copy(session), id="edit-copy", className="hint"),
            html.Div(id="edit-message"),
            html.Div(in_short(session), id="edit-prediction", className="in-short", **AT_LEISURE),
            html.Div(cards(history.present, _offers(context, session)), id="edit-list"),
            _files(),
        ]
    )


def _offers(context: Context, session: Session) -> Offered:
    return Offered(region_names(session), offered(context, session), context.settings.limits.photo_bytes)


def _stuck(session: Session) -> tuple[bool, bool]:
    """Whether nothing can be undone, and whether nothing can be done again."""
    history = history_of(session)
    return not history.can_undo, not history.can_redo


def _copy(session: Session) -> str:
    """That edits work on a smaller copy, where they do."""
    photo = photo_of(session)
    if photo is None or max(photo.width, photo.height) <= MAX_SIDE:
        return ""
    return f"Edits work on a copy whose longer side has {MAX_SIDE} pixels; the photograph itself stays as it is."


def _kind_field() -> html.Label:
    options = [{"label": words(name), "value": name} for name in EDITS.names()]
    field = dcc.Dropdown(id="edit-name", options=options, value=_FIRST, clearable=False)
    return html.Label([html.Span("What", className="label"), field], className="field")


def _region_field(names: tuple[str, ...]) -> html.Label:
    field = dcc.Dropdown(id="edit-of", options=region_options(names), value=_usual(names), clearable=False)
    return html.Label([html.Span("Of", className="label"), field], className="field")


def _usual(names: tuple[str, ...]) -> str:
    """The region that is offered first."""
    return names[-1] if names else WHOLE_PHOTOGRAPH


def _files() -> html.Div:
    upload = dcc.Upload(html.Button("Load"), id="edit-load", accept=".json,application/json", max_size=MOST_CHARACTERS)
    save = html.Button("Save as a file", id="edit-save", n_clicks=0)
    return html.Div([save, upload, dcc.Download(id="edit-file")], className="actions")


def _register(app: Dash, context: Context) -> None:
    _register_list(app, context)
    _register_regions(app, context)
    _register_fields(app, context)
    _register_photographs(app, context)
    _register_files(app)


def _register_list(app: Dash, context: Context) -> None:
    @app.callback(
        Output("edit-list", "children"),
        Output("edit-message", "children"),
        Output("edits-version", "data"),
        Output("edit-load", "contents"),
        *_STEPS,
        Input("edit-add", "n_clicks"),
        Input({"kind": BUTTON, "what": ALL, "row": ALL}, "n_clicks"),
        Input("edit-undo", "n_clicks"),
        Input("edit-redo", "n_clicks"),
        Input("edit-load", "contents"),
        Input("photo-version", "data"),
        State("edit-name", "value"),
        State("edit-of", "value"),
        State("edits-version", "data"),
        prevent_initial_call=True,
    )
    def change(
        add: int, buttons: Any, undo: int, redo: int, contents: Any, photo: Any, name: Any, region: Any, seen: Any
    ) -> Any:
        session, asked = current_session(), ctx.triggered_id
        if not any(one["value"] for one in ctx.triggered):
            return (no_update,) * 6
        try:
            with session.turn:
                opened = None if asked == "photo-version" else _changed(session, asked, contents, name, region)
        except (Refused, ValueError, TypeError) as refused:
            return no_update, error(str(refused)), no_update, None, no_update, no_update
        now = edits_now(session)
        newer = no_update if now.stamp == seen else now.stamp
        return cards(now.edits, _offers(context, session), opened), None, newer, None, *_stuck(session)

    @app.callback(
        Output("edit-of", "options"), Output("edit-of", "value"), Output("edit-copy", "children"),
        Input("photo-version", "data"), Input("regions-version", "data"), State("edit-of", "value"),
        State("edit-of", "options"), prevent_initial_call=True,
    )  # fmt: skip
    def offer(photo: Any, regions: Any, chosen: Any, before: Any) -> Any:
        session = current_session()
        names = region_names(session)
        could_choose = before != region_options(())  # before there was a region, nobody chose the whole photograph
        kept = chosen if could_choose and chosen in (WHOLE_PHOTOGRAPH, *names) else _usual(names)
        return region_options(names), kept, _copy(session)


def _register_regions(app: Dash, context: Context) -> None:
    @app.callback(
        Output("edit-list", "children", allow_duplicate=True),
        Output("edits-version", "data", allow_duplicate=True),
        Input("regions-version", "data"),
        State("edits-version", "data"),
        State("edit-of", "options"),
        prevent_initial_call=True,
    )
    def follow(regions: Any, seen: Any, offered: Any) -> Any:
        session = current_session()
        now, names = edits_now(session), region_names(session)
        listed = no_update if offered == region_options(names) else cards(now.edits, _offers(context, session))
        return listed, no_update if now.stamp == seen else now.stamp


def _changed(session: Session, asked: Any, contents: Any, name: Any, region: Any) -> int | None:
    """Do what was asked for; the number of the edit whose parameters are shown then."""
    history = history_of(session)
    opened: int | None = None
    after: History[Edits]
    if asked == "edit-add":
        after = history.done(added(history.present, name, region))
    elif asked == "edit-load":
        after = history.done(loaded(contents))
    elif asked in ("edit-undo", "edit-redo"):
        after = history.undone() if asked == "edit-undo" else history.redone()
    else:
        edits, opened = pressed(history.present, asked["what"], asked["row"])
        after = history.done(edits)
    put_history(session, after)
    return opened


def _register_fields(app: Dash, context: Context) -> None:
    @app.callback(
        Output("edits-version", "data", allow_duplicate=True),
        Output("edit-message", "children", allow_duplicate=True),
        *_STEPS,
        Input({"kind": ON, "row": ALL}, "value"),
        Input({"kind": REGION, "row": ALL}, "value"),
        Input({"kind": VALUE, "row": ALL, "name": ALL}, "value"),
        State({"kind": VALUE, "row": ALL, "name": ALL}, "id"),
        prevent_initial_call=True,
    )
    def fill(on: list[Any], regions: list[Any], values: list[Any], names: list[Any]) -> Any:
        session = current_session()
        given = [(one["row"], one["name"], value) for one, value in zip(names, values, strict=True)]
        try:
            with session.turn:
                history = history_of(session)
                kept = with_examples(context, session, history.present, given)
                edits = filled(history.present, on, regions, kept)
                if edits == history.present:
                    return no_update, None, no_update, no_update
                put_history(session, history.done(edits))
        except (Refused, ValueError, TypeError) as refused:
            return no_update, error(str(refused)), no_update, no_update
        return edits_now(session).stamp, None, *_stuck(session)


def _register_photographs(app: Dash, context: Context) -> None:
    @app.callback(
        Output("edit-list", "children", allow_duplicate=True),
        Output("edit-message", "children", allow_duplicate=True),
        Output("edits-version", "data", allow_duplicate=True),
        *_STEPS,
        Input(upload_id(ALL), "contents"),
        State(upload_id(ALL), "filename"),
        prevent_initial_call=True,
    )
    def choose(contents: list[Any], names: list[Any]) -> Any:
        session, asked = current_session(), ctx.triggered_id
        place = next((at for at, one in enumerate(ctx.inputs_list[0]) if one["id"] == asked), None)
        if place is None or not contents[place]:
            return (no_update,) * 5
        try:
            with session.turn:
                edits = _with_file(context, session, asked["row"], str(contents[place]), str(names[place]))
        except (Refused, ValueError, TypeError) as refused:
            return no_update, error(str(refused)), no_update, no_update, no_update
        listed = cards(edits, _offers(context, session), asked["row"])
        return listed, None, edits_now(session).stamp, *_stuck(session)


def _with_file(context: Context, session: Session, row: Any, contents: str, name: str) -> Edits:
    """The edits, one of which shows a file that was uploaded."""
    history, photograph = history_of(session), uploaded(contents, name, context.settings.limits)
    edits = history.present
    edit = edits[row]
    (parameter, *_) = [one.name for one in edit.row.parameters if is_picture(edits, row, one.name)] or [""]
    shown = edits.with_parameters(row, **{parameter: put_background(session, photograph, edits)})
    put_history(session, history.done(shown))
    return shown


def _register_files(app: Dash) -> None:
    @app.callback(Output("edit-file", "data"), Input("edit-save", "n_clicks"), prevent_initial_call=True)
    def save(clicks: int) -> Any:
        if not clicks:
            return no_update
        return {"content": edits_of(current_session()).to_json(), "filename": _FILE, "type": "application/json"}


PANEL = Panel("edit", "Edit", CONTROLS, _shown, _register)
