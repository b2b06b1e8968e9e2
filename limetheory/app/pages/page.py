"""The whole page: a heading, the first steps, and the panels in two columns."""

from __future__ import annotations

from typing import Any

from dash import Dash, dcc, html

from limetheory.app.context import Context
from limetheory.app.pages import introduction, status, views
from limetheory.app.pages.panel import CONTROLS, RESULTS, Panel
from limetheory.app.pages.spoken import spoken
from limetheory.app.pages.table import PANELS
from limetheory.app.pages.views import PHOTO, TABLE, TEXT, TITLES, view_tabs
from limetheory.app.photos import photo_of
from limetheory.app.sessions.cookies import current_session
from limetheory.app.sessions.session import Session
from limetheory.app.worker.stored import IRIS, SENTIMENT

_KEYS = [
    ("U", "choose a photograph"),
    ("E", "explain"),
    ("Esc", "cancel"),
    ("Ctrl+Z", "undo a change of the regions"),
    ("Ctrl+Shift+Z", "redo it"),
    ("Enter", "close a polygon"),
    ("+ − 0", "enlarge the photograph that is drawn on, reduce it, show it as a whole"),
    ("← ↑ → ↓", "move what is seen of it"),
    ("T", "light or dark"),
    ("?", "these keys"),
]


def page(context: Context) -> Any:
    """What a browser is shown when it loads the page, with all that its session holds."""
    session = current_session()
    return html.Div(
        [
            html.A("To the results", href="#results", className="skip"),
            *_stores(session),
            _heading(context),
            *([] if context.known is None else [view_tabs()]),
            html.Main([_view(context, session, view) for view in _views(context)]),
            _keys(),
        ],
        className="page",
    )


def register(app: Dash, context: Context) -> None:
    """Give every panel its callbacks."""
    introduction.register(app, context)
    if context.known is not None:
        views.register(app)
    for panel in PANELS:
        if panel.view in _views(context):
            panel.register(app, context)


def _views(context: Context) -> list[str]:
    """The views that this page has."""
    return [PHOTO] if context.known is None else list(TITLES)


def _stores(session: Session) -> list[Any]:
    photo = photo_of(session)
    return [
        dcc.Store(id="photo-version", data=None if photo is None else photo.digest),
        dcc.Store(id="job-progress"),
        dcc.Store(id="job-outcome"),
        dcc.Store(id="settings-saved", data=0),
    ]


def _models(context: Context) -> str:
    """The models of the page in a line."""
    names = context.model_names
    if context.known is None:
        return f"model {names[PHOTO]}"
    examples = {view for view, source in ((TEXT, SENTIMENT), (TABLE, IRIS)) if context.known.source(view) == source}
    shown = {view: "an example" if view in examples else name for view, name in names.items()}
    return "models: " + ", ".join(f"{name} ({TITLES[view].lower()})" for view, name in shown.items())


def _heading(context: Context) -> html.Header:
    return html.Header(
        [
            html.H1("limetheory"),
            html.Span(_models(context), className="model"),
            html.Button("Keys", id="keys-show", title="Keyboard shortcuts (?)"),
            html.Button("Light or dark", id="theme-switch", title="Light or dark (T)"),
        ]
    )


def _view(context: Context, session: Session, view: str) -> html.Div:
    first = [introduction.introduction(session)] if view == PHOTO else []
    columns = [_column(context, session, view, column) for column in (CONTROLS, RESULTS)]
    return html.Div([*first, *columns], id=f"view-{view}", className=f"view {'' if view == PHOTO else 'hidden'}")


def _column(context: Context, session: Session, view: str, column: str) -> html.Div:
    panels = [_panel(one, context, session) for one in PANELS if (one.view, one.column) == (view, column)]
    return html.Div(panels, id=column if view == PHOTO else f"{view}-{column}", className=f"column {column}")


def _panel(panel: Panel, context: Context, session: Session) -> Any:
    content = panel.shown(context, session)
    if panel.column == RESULTS:
        heading = html.H2(panel.title, className="hidden" if panel.title == status.TITLE else "")
        return html.Section(
            [heading, content],
            id=f"panel-{panel.name}",
            className=f"panel {'status' if panel.title == status.TITLE else panel.name}",
        )
    summary = html.Summary(html.H2(panel.title))
    return html.Details([summary, content], open=panel.open, id=f"panel-{panel.name}", className="panel")


def _keys() -> html.Div:
    rows = [html.Li([html.Kbd(key), f" {what}"]) for key, what in _KEYS]
    return html.Div([html.H2("Keys"), html.Ul(rows)], id="keys", className="keys hidden", role="dialog",
                    **spoken("Keyboard shortcuts"))  # fmt: skip
