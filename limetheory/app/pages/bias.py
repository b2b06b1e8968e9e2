"""Whether the same edits change the prediction of other photographs too, with a paired interval."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, State, dcc, html

from limetheory.app.context import Context
from limetheory.app.edits import edits_now
from limetheory.app.figures.paired import paired_changes
from limetheory.app.jobs.bias import BIAS, PLACE, WHOLE, bias_asked, bias_job, photographs_of
from limetheory.app.jobs.following import Asked
from limetheory.app.jobs.manager import when_asked
from limetheory.app.pages.notices import empty, hint, warnings
from limetheory.app.pages.sections import PER_POLL, job_buttons, news, notes, section, while_running
from limetheory.app.pages.spoken import spoken
from limetheory.app.pages.tables import line, table
from limetheory.app.sessions.cookies import current_session
from limetheory.app.sessions.session import Session
from limetheory.shown_numbers import ends as interval
from limetheory.shown_numbers import plain, signed

_PLACES = [
    {"label": "the same place, in proportion, as the region has here", "value": PLACE},
    {"label": "the whole photograph", "value": WHOLE},
]


def shown(context: Context, session: Session) -> html.Details:
    """The part of the panel."""
    radio = dcc.RadioItems(id="bias-of", options=_PLACES, value=PLACE, className="radio lines")
    return section(
        "bias",
        "Is it the same for other photographs?",
        [
            hint(_about(context)),
            html.Fieldset(
                [html.Legend("In the other photographs, edits of a region are of"), radio], className="field"
            ),
            job_buttons("bias", "Edit all photographs", context, session, _cost(context)),
            notes("bias", said_of, session),
            html.Div(_content(session), id="bias-content"),
        ],
        open=session.has(BIAS),
    )


def _about(context: Context) -> str:
    of = "the folder" if any(one.file is not None for one in context.examples) else "the examples"
    regions = "A region belongs to this photograph alone: what stands at its place in another one may be anything."
    more = "" if of == "the folder" else " Start the page with --photos FOLDER for photographs of your own."
    return f"The same edits on the {len(photographs_of(context))} photographs of {of}. {regions}{more}"


def _cost(context: Context) -> str:
    return f"{2 * len(photographs_of(context))} evaluations of the model."


def said_of(session: Session) -> list[str]:
    """What is to be known of the result."""
    found = session.read_json(BIAS)
    if found is None:
        return []
    old = found["stamp"] != edits_now(session).stamp
    return [
        *(["Of the edits before; check again."] * old),
        *([f"{found['said'].capitalize()}."] if found["said"] else []),
    ]


def _content(session: Session) -> Any:
    found = session.read_json(BIAS)
    if found is None:
        return empty("Not checked yet", "Add an edit, then press the button above.")
    remark = [f"{found['remark']}."] if found["remark"] else []
    left = [f"Left out, since they cannot be read: {', '.join(found['left_out'])}."] if found["left_out"] else []
    changes = [after - before for before, after in zip(found["before"], found["after"], strict=True)]
    figure = paired_changes(found["titles"], changes, found["interval"], "change of the output, after − before")
    graph = dcc.Graph(id="bias-changes", figure=figure, config={"displayModeBar": False, "responsive": True})
    return [
        html.Div([html.Strong(_mean(found)), f" {_place(found)}"]),
        *warnings([*remark, *left]),
        html.Div(graph, role="img", **spoken("The change of each photograph; the table below has every number.")),
        html.Details([html.Summary("All photographs"), _table(found, changes)]),
    ]


def _mean(found: dict[str, Any]) -> str:
    mean, low, high = found["interval"]
    ends = "" if low is None else f", {100 * found['level']:g} % interval {interval(low, high)}"
    return f"{found['class_name']}: mean change {signed(mean)}{ends}, over {len(found['titles'])} photographs."


def _place(found: dict[str, Any]) -> str:
    if found["whole"]:
        return "All edits were of the whole photographs."
    return "Edits of a region were of the same relative place." if found["regions"] else ""


def _table(found: dict[str, Any], changes: list[float]) -> html.Div:
    rows = [
        line(title, plain(before), plain(after), signed(change))
        for title, before, after, change in zip(found["titles"], found["before"], found["after"], changes, strict=True)
    ]
    return table(("Photograph", "Before", "After", "Change"), rows)


def register(app: Dash, context: Context) -> None:
    """Check, and show the mean change."""

    @app.callback(
        Output("job-outcome", "data", allow_duplicate=True),
        Input("bias-run", "n_clicks"),
        State("bias-of", "value"),
        background=True,
        interval=PER_POLL,
        progress=Output("job-progress", "data", allow_duplicate=True),
        running=while_running("bias"),
        prevent_initial_call=True,
    )
    @when_asked(lambda clicks, of: (bias_asked(context, current_session(), of),))
    def run(tell: Any, asked: Asked) -> dict[str, Any]:
        return bias_job(context, tell, asked)

    @app.callback(Output("bias-content", "children"), *news(), prevent_initial_call=True)
    def show(*news: Any) -> Any:
        return _content(current_session())
