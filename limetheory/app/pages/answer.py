"""The panel "Explanation": heat map, bars with intervals, and all coefficients as a table."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, dcc, html

from limetheory.app.answers import MAIN, Answer, answer_of, facts_of
from limetheory.app.context import Context
from limetheory.app.drawing.cuts import key_of
from limetheory.app.figures.bars import coefficient_bars
from limetheory.app.figures.heat_map import heat_map
from limetheory.app.pages.coefficients import coefficient_rows, coefficient_table, part_names, warnings_of
from limetheory.app.pages.commands import command_shown
from limetheory.app.pages.heat import heat
from limetheory.app.pages.notices import empty, hint
from limetheory.app.pages.panel import RESULTS, Panel
from limetheory.app.pages.spoken import UNSPOKEN, spoken
from limetheory.app.pages.summary import summary
from limetheory.app.photos import preview_of
from limetheory.app.regions import regions_of
from limetheory.app.sessions.cookies import current_session
from limetheory.app.sessions.session import Session

_OTHER_REGIONS = "The regions have changed since this explanation. Press Explain again."
_UNITS = {"probabilities": "change of probability", "logits": "change of logit"}
_GRAPH: Any = {"displayModeBar": False, "responsive": True}


def _shown(context: Context, session: Session) -> html.Div:
    return html.Div(
        [
            html.Div(_notes(session), id="answer-notes", role="status"),
            html.Div(_content(context, session), id="answer-content"),
            html.Div(dcc.Graph(), className="hidden"),  # loads plotly.js before there is an answer to draw
        ],
        className="answer",
    )


def _content(context: Context, session: Session) -> Any:
    answer, preview = answer_of(session, MAIN), preview_of(session)
    if answer is None or preview is None:
        waiting = "Press Explain to see what the model looks at." if preview else "Choose a photograph first."
        return empty("No explanation yet", waiting)
    return [summary(context, answer), *_pictures(answer, preview), *_words(answer)]


def _pictures(answer: Answer, preview: bytes) -> list[Any]:
    found, level = answer.explanation, answer.facts["level"]
    names = part_names(answer)
    unit = _UNITS.get(answer.facts["output"], "change of the output")
    described = f"Heat map over {answer.facts['photo']}; the table below has every number."
    picture = heat("answer-heat", described, heat_map(preview, found), coefficient_rows(answer))
    bars = dcc.Graph(
        id="answer-bars", figure=coefficient_bars(found, names, level, unit, answer.facts.get("exact")), config=_GRAPH,
        className="bars",
    )  # fmt: skip
    return [
        html.Div(
            [
                html.Figure([picture, _legend()]),
                html.Figure([html.Div(bars, role="img", **spoken("Bars of the largest coefficients"))]),
            ],
            className="pictures",
        )
    ]


def _legend() -> html.Figcaption:
    return html.Figcaption(
        [html.Span("against the class"), html.Span(className="scale", **UNSPOKEN), html.Span("for it")],
        className="legend",
    )


def _words(answer: Answer) -> list[Any]:
    facts = answer.facts
    if facts["state"] == "part":
        return []
    said = [hint(f"{facts['said'].capitalize()}.")] if facts.get("said") else []
    record = facts.get("record") or {}
    table = html.Details([html.Summary("All coefficients"), coefficient_table(answer)])
    return [*said, *warnings_of(answer, record.get("warnings", ())), table, *command_shown(facts)]


def _notes(session: Session) -> list[html.Div]:
    """What a person has to know of the explanation as a whole: that it is of other regions than are drawn now."""
    facts, regions = facts_of(session, MAIN), regions_of(session)
    now = None if regions is None else key_of(regions)
    return [] if facts is None or facts.get("regions_key") == now else [hint(_OTHER_REGIONS)]


def _register(app: Dash, context: Context) -> None:
    @app.callback(
        Output("answer-notes", "children"),
        Input("answer-settled", "data"),
        Input("regions-version", "data"),
        Input("photo-version", "data"),
        prevent_initial_call=True,
    )
    def note(settled: int, regions: Any, photo: Any) -> list[html.Div]:
        return _notes(current_session())

    @app.callback(
        Output("answer-content", "children"),
        Input("answer-version", "data"),
        Input("photo-version", "data"),
        prevent_initial_call=True,
    )
    def show(version: int, photo: Any) -> Any:
        return _content(context, current_session())


PANEL = Panel("answer", "Explanation", RESULTS, _shown, _register)
