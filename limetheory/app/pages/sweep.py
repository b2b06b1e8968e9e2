"""How the prediction moves as one parameter of an edit takes one value after another."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, State, dcc, html, no_update

from limetheory.app.context import Context
from limetheory.app.edits import edits_now, edits_of
from limetheory.app.figures.curves import sweep_curves
from limetheory.app.jobs.following import Asked
from limetheory.app.jobs.manager import when_asked
from limetheory.app.jobs.sweeping import (
    MOST_CLASSES,
    MOST_VALUES,
    SWEEP,
    Movable,
    movable,
    sweep_asked,
    sweep_job,
)
from limetheory.app.pages.notices import empty
from limetheory.app.pages.predictions import shown as shown_number
from limetheory.app.pages.sections import (
    PER_POLL,
    job_buttons,
    labelled,
    news,
    notes,
    number,
    section,
    while_running,
)
from limetheory.app.pages.spoken import spoken
from limetheory.app.pages.tables import line, table
from limetheory.app.sessions.cookies import current_session
from limetheory.app.sessions.session import Session

_VALUES = 25  # how many a sweep has by default; a convention
_SEEDS = 9  # how far a sweep of a whole number goes by default; a convention


def shown(context: Context, session: Session) -> html.Details:
    """The part of the panel."""
    found = movable(edits_of(session))
    return section(
        "sweep",
        "How does the prediction move along a parameter?",
        [
            html.Div(_fields(context, found), className="fields three-fields"),
            job_buttons("sweep", "Sweep", context, session, "One evaluation of the model for each value."),
            notes("sweep", said_of, session),
            html.Div(_content(session), id="sweep-content"),
        ],
        open=session.has(SWEEP),
    )


def _fields(context: Context, found: list[Movable]) -> list[Any]:
    chosen = found[0] if found else None
    first, last = _ends(chosen)
    names = context.model.class_names or ()
    classes = [{"label": f"{name} ({index})", "value": index} for index, name in enumerate(names)]
    return [
        labelled(
            "Parameter",
            dcc.Dropdown(
                id="sweep-parameter", options=_options(found), value=None if chosen is None else chosen.key,
                clearable=False, placeholder="Add an edit first",
            ),
            wide=True,
        ),
        labelled("From", number("sweep-first", first, step="any")),
        labelled("To", number("sweep-last", last, step="any")),
        labelled("How many values", number("sweep-count", _VALUES, 2, MOST_VALUES)),
        labelled(
            "Classes", dcc.Dropdown(id="sweep-classes", options=classes, value=[], multi=True,
                                    placeholder="Those that lead"), f"Up to {MOST_CLASSES}.", wide=True,
        ),
    ]  # fmt: skip


def _options(found: list[Movable]) -> list[dict[str, str]]:
    return [{"label": one.title, "value": one.key} for one in found]


def _ends(chosen: Movable | None) -> tuple[float | None, float | None]:
    """Where a sweep of a parameter begins and ends by default."""
    if chosen is None:
        return None, None
    if chosen.unit or chosen.kind.high - chosen.kind.low < MOST_VALUES:
        return chosen.kind.low, chosen.kind.high
    return chosen.kind.low, chosen.kind.low + _SEEDS


def said_of(session: Session) -> list[str]:
    """What is to be known of the result."""
    found = session.read_json(SWEEP)
    if found is None:
        return []
    old = found["stamp"] != edits_now(session).stamp
    return [
        *(["Of the edits before; sweep again."] * old),
        *([f"{found['said'].capitalize()}."] if found["said"] else []),
    ]


def _content(session: Session) -> Any:
    found = session.read_json(SWEEP)
    if found is None:
        return empty("No curve yet", "Choose a parameter of an edit, its first and last value, and press Sweep.")
    unit = "probability" if found["output"] == "probabilities" else "output of the model"
    axis = f"{found['title']}{', ' + found['unit'] if found['unit'] else ''}"
    figure = sweep_curves(found["values"], found["curves"], found["names"], axis, unit, found["now"])
    graph = dcc.Graph(id="sweep-curves", figure=figure, config={"displayModeBar": False, "responsive": True})
    return [
        html.Div(graph, role="img", **spoken(f"Curves along {axis}; the table below has every number.")),
        html.Small("Every point was evaluated; the dotted line is the value of the edit now.", className="hint"),
        html.Details([html.Summary("All values"), _table(found)]),
    ]


def _table(found: dict[str, Any]) -> html.Div:
    rows = [
        line(f"{value:.4g}", *(shown_number(one, found["output"]) for one in row))
        for value, row in zip(found["values"], zip(*found["curves"], strict=True), strict=True)
    ]
    return table((found["parameter"], *found["names"]), rows)


def register(app: Dash, context: Context) -> None:
    """Sweep, show the curves, and offer the parameters of the edits."""

    def pressed(clicks: int, key: Any, first: Any, last: Any, count: Any, classes: Any) -> tuple[Asked]:
        return (sweep_asked(context, current_session(), key, first, last, count, classes or []),)

    @app.callback(
        Output("job-outcome", "data", allow_duplicate=True),
        Input("sweep-run", "n_clicks"),
        State("sweep-parameter", "value"),
        State("sweep-first", "value"),
        State("sweep-last", "value"),
        State("sweep-count", "value"),
        State("sweep-classes", "value"),
        background=True,
        interval=PER_POLL,
        progress=Output("job-progress", "data", allow_duplicate=True),
        running=while_running("sweep"),
        prevent_initial_call=True,
    )
    @when_asked(pressed)
    def run(tell: Any, asked: Asked) -> dict[str, Any]:
        return sweep_job(context, tell, asked)

    @app.callback(Output("sweep-content", "children"), *news(), prevent_initial_call=True)
    def show(*news: Any) -> Any:
        return _content(current_session())

    @app.callback(
        Output("sweep-parameter", "options"), Output("sweep-parameter", "value"), Input("edited-shown", "data"),
        Input("photo-version", "data"), State("sweep-parameter", "value"), State("sweep-parameter", "options"),
        prevent_initial_call=True,
    )  # fmt: skip
    def offer(version: Any, photo: Any, chosen: Any, offered: Any) -> Any:
        found = movable(edits_of(current_session()))
        if _options(found) == offered:
            return no_update, no_update
        keys = [one.key for one in found]
        return _options(found), chosen if chosen in keys else next(iter(keys), None)

    @app.callback(
        Output("sweep-first", "value"), Output("sweep-last", "value"), Input("sweep-parameter", "value"),
        prevent_initial_call=True,
    )  # fmt: skip
    def begin(key: Any) -> Any:
        return _ends(next((one for one in movable(edits_of(current_session())) if one.key == key), None))
