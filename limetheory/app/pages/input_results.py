"""What is found of a text or a row: coefficients with intervals, and what another text or row changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dash import dcc, html

from limetheory.app.answers import Answer, answer_of
from limetheory.app.figures.bars import coefficient_bars
from limetheory.app.inputs.kind import InputKind
from limetheory.app.pages.coefficients import coefficient_table, part_names, warnings_of
from limetheory.app.pages.commands import command_shown
from limetheory.app.pages.difference import change_table
from limetheory.app.pages.downloads import saved_as
from limetheory.app.pages.notices import empty, hint
from limetheory.app.pages.predictions import prediction_table
from limetheory.app.pages.spoken import spoken
from limetheory.app.pages.summary import STATES
from limetheory.app.sessions.session import Session

_GRAPH: Any = {"displayModeBar": False, "responsive": True}

Picture = Callable[[Answer], Any]
"""Shows what is explained, such as a text with coloured tokens; None of what has no picture."""


def answer_content(kind: InputKind, session: Session, picture: Picture) -> Any:
    """The explanation of the input."""
    answer = answer_of(session, kind.answer)
    if answer is None:
        return empty("No explanation yet", "Press Explain to see what the model looks at.")
    facts = answer.facts
    unit = "change of the output"
    table = html.Details([html.Summary("All coefficients"), coefficient_table(answer)])
    bars = _bars(kind.answer, answer, unit)
    return [
        _heading(kind, answer),
        picture(answer),
        bars,
        *_notes(answer),
        table,
        *command_shown(facts),
        saved_as(kind),
    ]


def change_content(kind: InputKind, session: Session, picture: Picture) -> Any:
    """What the edited input changes."""
    before, after, difference = (answer_of(session, slot) for slot in kind.change)
    if before is None or after is None or difference is None:
        return empty("Nothing compared yet", "Edit the copy, then press Compare: both are asked about the same masks.")
    facts = difference.facts
    table = html.Details([html.Summary("All changes"), change_table(before, after, difference)])
    return [
        prediction_table(facts["rows"], facts["output"], difference.explanation.target), _both(before, after, picture),
        _bars(kind.change[2], difference, "change of the coefficient"), *_notes(difference), table,
    ]  # fmt: skip


def _heading(kind: InputKind, answer: Answer) -> html.Div:
    found, facts = answer.explanation, answer.facts
    value = html.Span(f" ({found.outputs[found.target]:.3g})?")
    state = html.Span(STATES[facts["state"]], className=f"state {facts['state']}")
    counted = f"{found.d} {kind.part}s, {found.n_masks:,} masks, {found.n_evaluations:,} evaluations of the model"
    question = [html.Span("Why "), html.Strong(facts["class_name"]), value, state]
    about = html.Div(f"{facts['photo'].capitalize()}: {counted}")
    return html.Div([html.Div(question, className="question"), about], className="summary")


def _bars(name: str, answer: Answer, unit: str) -> html.Div:
    figure = coefficient_bars(answer.explanation, part_names(answer), answer.facts["level"], unit)
    graph = dcc.Graph(id=f"{name}-bars", figure=figure, config=_GRAPH, className="bars")
    return html.Div(graph, role="img", **spoken(f"Bars of the largest coefficients: {unit}"))


def _both(before: Answer, after: Answer, picture: Picture) -> html.Div:
    pairs = [(title, picture(one)) for title, one in (("Before", before), ("After", after))]
    shown = [html.Figure([html.Figcaption(title), one]) for title, one in pairs if one is not None]
    return html.Div(shown, className="pair")


def _notes(answer: Answer) -> list[Any]:
    facts = answer.facts
    said = [hint(f"{facts['said'].capitalize()}.")] if facts.get("said") else []
    return [*said, *warnings_of(answer, facts.get("warnings", ()))]
