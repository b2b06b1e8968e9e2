"""The tab "Text": a text, an edited copy of it, and the tokens that the model looks at."""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html

from limetheory.app.answers import Answer
from limetheory.app.context import Context
from limetheory.app.inputs.kind import known_of
from limetheory.app.inputs.text import FIRST, KIND, LONGEST
from limetheory.app.pages.input_fields import common_fields, field_id
from limetheory.app.pages.input_tab import answers, buttons, register, status
from limetheory.app.pages.notices import error
from limetheory.app.pages.panel import CONTROLS, RESULTS, Panel
from limetheory.app.pages.sections import labelled
from limetheory.app.pages.views import TEXT
from limetheory.app.refusals import Refused
from limetheory.app.sessions.session import Session
from limetheory.app.small_models import REVIEWS
from limetheory.app.worker.stored import SENTIMENT
from limetheory.text.shading import Shaded, shaded

_EXAMPLE = "A small example: a bag of words and pairs of words that tells praise from blame in short reviews."
_AS_MANY = "With as many words: replace one by another. Then press Compare."


def _shown(context: Context, session: Session) -> html.Div:
    try:
        facts = known_of(context).facts(TEXT)
    except Refused as refused:
        return html.Div(error(str(refused)))
    now = KIND.fields_of(session)
    before = now.get("before", FIRST)
    example = known_of(context).source(TEXT) == SENTIMENT
    return html.Div(
        [
            html.Small(_EXAMPLE if example else f"Model {facts.name}", className="hint"),
            labelled("Text", _area("before", before)),
            html.Div(_offered() if example else [], className="chips"),
            labelled("Edited copy", _area("after", now.get("after", before)), hint=_AS_MANY),
            html.Button("Copy the text", id="text-copy", n_clicks=0, className="chip"),
            buttons(KIND, context, session),
            common_fields(KIND, facts, now),
        ],
        className="stack",
    )


def _area(name: str, value: str) -> dcc.Textarea:
    return dcc.Textarea(id=field_id(KIND, name), value=value, maxLength=LONGEST, rows=4, className="area", dir="auto")


def _offered() -> list[html.Button]:
    return [
        html.Button(f"Example {place + 1}", id=f"text-example-{place}", className="chip", n_clicks=0, title=text)
        for place, text in enumerate(REVIEWS)
    ]


def _coloured(answer: Answer) -> html.Div:
    """The text with a colour behind each token."""
    pieces = [_piece(one) for one in shaded(answer.explanation, answer.facts["level"])]
    key = "Orange raises the output, purple lowers it; dotted where the interval contains 0."
    return html.Div([html.Div(pieces, className="tokens", dir="auto"), html.Small(key, className="hint")])


def _piece(piece: Shaded) -> Any:
    if piece.part is None:
        return piece.text
    red, green, blue = piece.colour
    name = "token" if piece.certain else "token unsure"
    return html.Mark(
        piece.text, title=piece.note, className=name, style={"backgroundColor": f"rgb({red}, {green}, {blue})"}
    )


def _register(app: Dash, context: Context) -> None:
    register(app, context, KIND, _coloured)
    before, after = (field_id(KIND, name) for name in ("before", "after"))
    for place, text in enumerate(REVIEWS):

        @app.callback(
            Output(before, "value", allow_duplicate=True), Output(after, "value", allow_duplicate=True),
            Input(f"text-example-{place}", "n_clicks"), prevent_initial_call=True,
        )  # fmt: skip
        def choose(clicks: int, text: str = text) -> Any:
            return text, text

    app.clientside_callback(
        ClientsideFunction("limetheory", "copy"), Output(after, "value", allow_duplicate=True),
        Input("text-copy", "n_clicks"), State(before, "value"), prevent_initial_call=True,
    )  # fmt: skip


INPUT = Panel("text-input", "Text", CONTROLS, _shown, _register, view=TEXT)
STATUS = Panel("text-progress-panel", "Progress", RESULTS, lambda context, session: status(KIND, context, session),
               lambda app, context: None, view=TEXT)  # fmt: skip
RESULT = Panel("text-result", "Explanation", RESULTS, lambda context, session: answers(KIND, session, _coloured),
               lambda app, context: None, view=TEXT)  # fmt: skip
