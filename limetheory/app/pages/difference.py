"""How the explanation changes: heat maps before, after and of the difference, with intervals of pairs."""

from __future__ import annotations

from typing import Any

import numpy as np
from dash import Dash, Input, Output, State, dcc, html, no_update

from limetheory.app.answers import MAIN, Answer, answer_of, facts_of, version_of
from limetheory.app.context import Context
from limetheory.app.edits import edits_now
from limetheory.app.figures.bars import coefficient_bars
from limetheory.app.figures.heat_map import heat_map, largest_of
from limetheory.app.jobs.changing import BEFORE, DIFFERENCE, EDITED, change_asked, change_job
from limetheory.app.jobs.editing import PICTURE
from limetheory.app.jobs.following import Asked
from limetheory.app.jobs.manager import when_asked
from limetheory.app.pages.coefficients import coefficient_rows, part_names, warnings_of
from limetheory.app.pages.heat import heat
from limetheory.app.pages.notices import empty
from limetheory.app.pages.predictions import shown as shown_number
from limetheory.app.pages.sections import (
    PER_POLL,
    job_buttons,
    labelled,
    news,
    notes,
    section,
    while_running,
)
from limetheory.app.pages.spoken import spoken
from limetheory.app.pages.tables import line, table
from limetheory.app.pages.verdict import largest_two, part_options, verdict
from limetheory.app.photos import preview_of
from limetheory.app.sessions.cookies import current_session
from limetheory.app.sessions.session import Session
from limetheory.explanation.headings import interval_name
from limetheory.shown_numbers import Column

_GRAPH: Any = {"displayModeBar": False, "responsive": True}
_FIRST = "Press the button above."
_ABOUT = "With the class, superpixels, masks and seed of the explanation, before and after."


def shown(context: Context, session: Session) -> html.Details:
    """The part of the panel."""
    return section(
        "difference",
        "How does the explanation change?",
        [
            job_buttons("change", "Explain the change", context, session, _ABOUT),
            dcc.Store(id="difference-version", data=version_of(session, DIFFERENCE)),
            notes("difference", said_of, session),
            html.Div(_content(session), id="difference-content"),
            _pair(answer_of(session, DIFFERENCE)),
        ],
        open=True,
    )


def _pair(answer: Answer | None) -> html.Div:
    options, (a, b) = part_options(answer), largest_two(answer)
    fields = [
        labelled(title, dcc.Dropdown(id=name, options=options, value=value, clearable=False))
        for title, name, value in (("Part A", "difference-a", a), ("Part B", "difference-b", b))
    ]
    return html.Div(
        [
            html.H4("Is the change of A above that of B?"),
            html.Div(fields, className="fields two"),
            html.Div(verdict(answer, a, b, _FIRST, "the change of "), id="difference-verdict", role="status"),
        ],
        id="difference-pair", className="" if answer else "hidden",
    )  # fmt: skip


def _content(session: Session) -> Any:
    found = {slot: answer_of(session, slot) for slot in (BEFORE, EDITED, DIFFERENCE)}
    before, edited, difference = (found[slot] for slot in (BEFORE, EDITED, DIFFERENCE))
    if before is None or edited is None or difference is None:
        return empty("Not explained yet", "Explain the photograph, add an edit, then press the button above.")
    return [
        html.Div(_question(difference)),
        _maps(session, before, edited, difference),
        _bars(difference),
        html.Details([html.Summary("All changes"), change_table(before, edited, difference)]),
        *warnings_of(difference, difference.facts["warnings"]),
    ]


def _question(difference: Answer) -> list[Any]:
    facts = difference.facts
    row = next(one for one in facts["rows"] if one["column"] == difference.explanation.target)
    before, after = (shown_number(row[name], facts["output"]) for name in ("before", "after"))
    return ["Why ", html.Strong(facts["class_name"]), f" goes from {before} to {after}:"]


def said_of(session: Session) -> list[str]:
    """What is to be known of the result."""
    facts, main = facts_of(session, DIFFERENCE), facts_of(session, MAIN) or {}
    if facts is None:
        return []
    old = facts["stamp"] != edits_now(session).stamp or facts["explained"] != main.get("version")
    said = [f"{facts['said'].capitalize()}."] if facts.get("said") else []
    return [*(["Of the edits or the explanation before; explain the change anew."] * old), *said]


def _maps(session: Session, before: Answer, edited: Answer, difference: Answer) -> html.Div:
    own, after = preview_of(session) or b"", session.read_bytes(PICTURE) or preview_of(session) or b""
    both = largest_of(before.explanation, edited.explanation)
    maps = [
        ("Before", "difference-before", heat_map(own, before.explanation, both)),
        ("After, in the same colours", "difference-after", heat_map(after, edited.explanation, both)),
        ("After − before", "difference-heat", heat_map(own, difference.explanation)),
    ]
    rows = coefficient_rows(difference)
    figures = [
        html.Figure([heat(name, f"Heat map: {title}", one, rows if one is maps[-1][2] else ()), html.Figcaption(title)])
        for title, name, one in maps
    ]
    return html.Div(figures, className="three")


def _bars(difference: Answer) -> html.Div:
    figure = coefficient_bars(
        difference.explanation, part_names(difference), difference.facts["level"], "change of the coefficient"
    )
    bars = dcc.Graph(id="difference-bars", figure=figure, config=_GRAPH, className="bars")
    return html.Div(bars, role="img", **spoken("Bars of the largest changes"))


def change_table(before: Answer, edited: Answer, difference: Answer) -> html.Div:
    """All coefficients before and after with the intervals of their changes, the largest change first."""
    level, found = difference.facts["level"], difference.explanation
    ends, names = found.asked_interval(level), part_names(difference)
    order = np.argsort(-np.abs(found.coefficients), kind="stable")
    column = Column(np.append(before.explanation.coefficients, found.coefficients), ends[:, 1] - found.coefficients)
    heads = ("Part", "Before", "After", "Change", interval_name(found.stopping, level).capitalize())
    rows = [
        line(
            names[j],
            column.signed(before.explanation.coefficients[j]),
            column.signed(edited.explanation.coefficients[j]),
            column.signed(found.coefficients[j]),
            column.ends(*ends[j]),
        )
        for j in order
    ]
    return table(heads, rows)


def register(app: Dash, context: Context) -> None:
    """Explain the change, show it, and compare two parts."""

    @app.callback(
        Output("job-outcome", "data", allow_duplicate=True),
        Input("change-run", "n_clicks"),
        background=True,
        interval=PER_POLL,
        progress=Output("job-progress", "data", allow_duplicate=True),
        running=while_running("change"),
        prevent_initial_call=True,
    )
    @when_asked(lambda clicks: (change_asked(context, current_session()),))
    def explain(tell: Any, asked: Asked) -> dict[str, Any]:
        return change_job(context, tell, asked)

    @app.callback(
        Output("difference-version", "data"), *news(), State("difference-version", "data"), prevent_initial_call=True
    )
    def look(*seen: Any) -> Any:
        version = version_of(current_session(), DIFFERENCE)
        return no_update if version == seen[-1] else version

    @app.callback(
        Output("difference-content", "children"), Output("difference-pair", "className"),
        Output("difference-a", "options"), Output("difference-b", "options"), Output("difference-a", "value"),
        Output("difference-b", "value"), Input("difference-version", "data"), prevent_initial_call=True,
    )  # fmt: skip
    def show(version: Any) -> Any:
        session = current_session()
        answer = answer_of(session, DIFFERENCE)
        options = part_options(answer)
        return _content(session), "" if answer else "hidden", options, options, *largest_two(answer)

    @app.callback(
        Output("difference-verdict", "children"), Input("difference-a", "value"), Input("difference-b", "value"),
        prevent_initial_call=True,
    )  # fmt: skip
    def compare(a: Any, b: Any) -> Any:
        return verdict(answer_of(current_session(), DIFFERENCE), a, b, _FIRST, "the change of ")
