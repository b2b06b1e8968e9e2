"""The panel "Photograph": a file of one's own, or one of those that are offered."""

from __future__ import annotations

from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx, dcc, html, no_update

from limetheory.app.context import Context
from limetheory.app.figures.heat_map import data_url
from limetheory.app.pages.notices import empty, error
from limetheory.app.pages.panel import CONTROLS, Panel
from limetheory.app.photos import photo_of, preview_of, put_photo
from limetheory.app.refusals import Refused
from limetheory.app.sessions.cookies import current_session
from limetheory.app.sessions.session import Session
from limetheory.app.uploads import FORMATS, Photograph, uploaded

_MANY = 8  # photographs offered as buttons; more of them are a list


def _shown(context: Context, session: Session) -> html.Div:
    limits = context.settings.limits
    hint = f"{', '.join(FORMATS)}, up to {limits.photo_bytes >> 20} MiB and {limits.photo_pixels // 10**6} megapixels"
    drop = html.Div([html.B("Choose a photograph"), " or drop it here", html.Small(hint, className="hint")])
    return html.Div(
        [
            dcc.Upload(drop, id="photo-upload", className="upload", accept="image/*", max_size=limits.photo_bytes),
            html.Div("or an example", className="or"),
            _offered(context),
            html.Div(id="photo-message"),
            html.Div(_preview(session), id="photo-preview"),
        ]
    )


def _offered(context: Context) -> html.Div:
    buttons = [
        html.Button(one.title, id={"kind": "example", "place": place}, className="chip", n_clicks=0)
        for place, one in enumerate(context.examples[:_MANY])
    ]
    more = [{"label": one.title, "value": place} for place, one in enumerate(context.examples)][_MANY:]
    rest = dcc.Dropdown(
        id="photo-more", options=more, placeholder=f"{len(more)} more photographs", className="" if more else "hidden"
    )
    return html.Div([html.Div(buttons, className="chips"), rest])


def _preview(session: Session) -> Any:
    photo, picture = photo_of(session), preview_of(session)
    if photo is None or picture is None:
        return empty("No photograph yet", "Choose a file above, or begin with an example.")
    alternative = f"The photograph {photo.name}"
    return html.Figure(
        [
            html.Img(src=data_url(picture, "image/jpeg"), alt=alternative, className="preview"),
            html.Figcaption(f"{photo.name}, {photo.width} × {photo.height} pixels"),
        ]
    )


def _register(app: Dash, context: Context) -> None:
    @app.callback(
        Output("photo-preview", "children"),
        Output("photo-message", "children"),
        Output("photo-version", "data"),
        Output("photo-upload", "contents"),
        Input("photo-upload", "contents"),
        Input({"kind": "example", "place": ALL}, "n_clicks"),
        Input("photo-more", "value"),
        State("photo-upload", "filename"),
        prevent_initial_call=True,
    )
    def choose(contents: str | None, clicks: list[int], more: int | None, name: str | None) -> Any:
        if not contents and not any(clicks) and more is None:
            return no_update, no_update, no_update, no_update
        session = current_session()
        try:
            found = put_photo(session, _chosen(context, contents, name, more))
        except Refused as refused:
            return no_update, error(str(refused)), no_update, None
        context.queue.cancel_all_of(session)
        context.worker.prepare(found.file)
        return _preview(session), None, found.digest, None


def _chosen(context: Context, contents: str | None, name: str | None, more: Any) -> Photograph:
    """The photograph that was just chosen; of those that are offered, the browser names the place alone."""
    limits = context.settings.limits
    asked = ctx.triggered_id
    if asked == "photo-upload":
        return uploaded(str(contents), str(name), limits)
    place = more if asked == "photo-more" else asked["place"] if isinstance(asked, dict) else None
    if not isinstance(place, int) or not 0 <= place < len(context.examples):
        raise Refused("There is no such example. Choose one of the list.")
    return context.examples[place].photograph(limits)


PANEL = Panel("photo", "Photograph", CONTROLS, _shown, _register)
