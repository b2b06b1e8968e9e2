"""What the tools, fields and buttons of the panel "Regions" change at once."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from dash import ALL, ClientsideFunction, Dash, Input, Output, ctx, no_update
from dash.exceptions import PreventUpdate

from limetheory.app.context import Context
from limetheory.app.drawing.actions import ACTIONS
from limetheory.app.drawing.changes import (
    BUTTONS,
    Unchanged,
    clicked,
    cut_outside,
    drawn,
    fill_all,
    looked,
    missing,
    pressed,
    uploaded,
)
from limetheory.app.drawing.cuts import CUT, cut_of
from limetheory.app.drawing.view import View
from limetheory.app.pages.notices import error
from limetheory.app.pages.notices import warnings as warned
from limetheory.app.pages.region_list import FIELD, field_id
from limetheory.app.pages.region_tools import ACTION, HOW, button_id
from limetheory.app.photos import label_map_name, photo_of
from limetheory.app.refusals import Refused
from limetheory.app.regions import drawn_of
from limetheory.app.sessions.cookies import current_session
from limetheory.app.sessions.session import Session
from limetheory.images.segmentation.label_png import label_map_png

_VERSION, _MESSAGE = ("regions-version", "data"), ("regions-message", "children")
_OUTPUTS = (Output(*_VERSION, allow_duplicate=True), Output(*_MESSAGE, allow_duplicate=True))


def register(app: Dash, context: Context) -> None:
    """Give the tools, fields and buttons their callbacks."""
    _register_drawing(app)
    _register_buttons(app)
    _register_fields(app)
    _register_view(app)


def _register_drawing(app: Dash) -> None:
    app.clientside_callback(
        ClientsideFunction("limetheory", "drawn"),
        Output("regions-drawn", "data"),
        Input("regions-graph", "relayoutData"),
        prevent_initial_call=True,
    )

    @app.callback(*_OUTPUTS, Input("regions-drawn", "data"), prevent_initial_call=True)
    def draw(drawing: Any) -> Any:
        if not drawing:
            raise PreventUpdate
        return _done(lambda session: drawn(session, drawing))

    @app.callback(
        *_OUTPUTS,
        Output("regions-segments", "data", allow_duplicate=True),
        Input("regions-click", "data"),
        prevent_initial_call=True,
    )
    def click(sent: Any) -> Any:
        if not sent:
            raise PreventUpdate
        done = _done(lambda session: clicked(session, sent))
        return (*done, missing(current_session()) or no_update)

    @app.callback(
        *_OUTPUTS,
        Output("regions-upload", "contents"),
        Input("regions-upload", "contents"),
        prevent_initial_call=True,
    )
    def upload(contents: str | None) -> Any:
        if not contents:
            raise PreventUpdate
        return (*_done(lambda session: warned(uploaded(session, str(contents)))), None)


def _register_buttons(app: Dash) -> None:
    @app.callback(*_OUTPUTS, Input({"kind": ACTION, "name": ALL}, "n_clicks"), prevent_initial_call=True)
    def act(clicks: Any) -> Any:
        asked = ctx.triggered_id
        name = asked["name"] if asked and ctx.triggered[0]["value"] else None
        if name not in BUTTONS and name not in ACTIONS:
            raise PreventUpdate
        return _done(lambda session: pressed(session, name))

    @app.callback(Output("regions-file", "data"), Input(button_id("label map"), "n_clicks"), prevent_initial_call=True)
    def save(clicks: Any) -> Any:
        session = current_session()
        photo, regions = photo_of(session), drawn_of(session)
        found = None if regions is None else cut_of(session, CUT, regions)
        if not clicks or photo is None or found is None:
            raise PreventUpdate
        content = base64.b64encode(label_map_png(found.labels)).decode()
        return {"content": content, "filename": label_map_name(photo), "type": "image/png", "base64": True}


def _register_fields(app: Dash) -> None:
    @app.callback(
        *_OUTPUTS,
        Input(field_id("name", ALL), "value"),
        Input(field_id("superpixels", ALL), "value"),
        Input(field_id("selected", ALL), "value"),
        Input(field_id("shown", ALL), "value"),
        prevent_initial_call=True,
    )
    def fill(names: Any, numbers: Any, selected: Any, shown: Any) -> Any:
        names, values = ctx.triggered_prop_ids, {one["prop_id"]: one["value"] for one in ctx.triggered}
        given = [(one["field"], one["place"], values[name]) for name, one in names.items() if one["kind"] == FIELD]
        return _done(lambda session: fill_all(session, given))

    @app.callback(
        *_OUTPUTS,
        Output("regions-segments", "data", allow_duplicate=True),
        Input("regions-outside", "value"),
        Input("regions-segmenter", "value"),
        prevent_initial_call=True,
    )
    def outside(number: Any, segmenter: Any) -> Any:
        done = _done(lambda session: cut_outside(session, number, segmenter))
        return (*done, missing(current_session()) or no_update)


def _register_view(app: Dash) -> None:
    @app.callback(
        *_OUTPUTS,
        Output("regions-how", "children"),
        Output("regions-segments", "data"),
        Input("regions-tool", "value"),
        Input("regions-effect", "value"),
        Input("regions-brush", "value"),
        Input("regions-predictor", "value"),
        prevent_initial_call=True,
    )
    def hold(tool: Any, effect: Any, brush: Any, predictor: Any) -> Any:
        def kept(view: View) -> View:
            return replace(view.with_tool(tool, effect, brush), predictor=None if predictor is None else str(predictor))

        done = _done(lambda session: looked(session, kept))
        return (*done, HOW.get(str(tool), ""), missing(current_session()) or no_update)

    @app.callback(*_OUTPUTS, Input("regions-scale", "value"), prevent_initial_call=True)
    def scale(value: Any) -> Any:
        if value is None:
            raise PreventUpdate
        return _done(lambda session: looked(session, lambda view: view.with_scale(value)))


def _done(change: Callable[[Session], Any]) -> tuple[Any, Any]:
    """The version and the message after a change; a refusal is told, and a drawing on the screen goes in any case."""
    try:
        return time.time_ns() // 1000, change(current_session())
    except Unchanged:
        raise PreventUpdate from None
    except (Refused, ValueError, TypeError) as refused:
        return time.time_ns() // 1000, error(" ".join(str(refused).split()))
