"""The panel "Is A above B?": a test of two parts, and the exact limit where there are few."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, dcc, html, no_update

from limetheory.app.answers import MAIN, Answer, answer_of
from limetheory.app.context import Context
from limetheory.app.jobs.exact import LARGEST_D, exact_job
from limetheory.app.pages.panel import RESULTS, Panel
from limetheory.app.pages.sections import PER_POLL
from limetheory.app.pages.verdict import largest_two, part_options, verdict
from limetheory.app.sessions.cookies import current_session
from limetheory.app.sessions.session import Session


def _shown(context: Context, session: Session) -> html.Div:
    answer = answer_of(session, MAIN)
    options = part_options(answer)
    first, second = largest_two(answer)
    return html.Div(
        [
            html.Div(
                [
                    html.Label(["Part A", dcc.Dropdown(id="compare-a", options=options, value=first, clearable=False)]),
                    html.Label(
                        ["Part B", dcc.Dropdown(id="compare-b", options=options, value=second, clearable=False)]
                    ),
                ],
                className="fields two",
            ),
            html.Div(_verdict(answer, first, second), id="compare-verdict", role="status"),
            html.Div(
                [
                    html.Button("Compute the exact limit", id="exact-run", n_clicks=0, disabled=_closed(answer)),
                    html.Small(f"All 2^d masks, for {LARGEST_D} superpixels or fewer.", className="hint"),
                ],
                className="actions",
            ),
        ]
    )


def _closed(answer: Answer | None) -> bool:
    return answer is None or answer.facts["state"] != "whole" or answer.explanation.d > LARGEST_D


def _verdict(answer: Answer | None, a: Any, b: Any) -> Any:
    if answer is not None and answer.facts["state"] == "part":
        return "Compares two parts once the explanation is finished."
    return verdict(answer, a, b, "Explain a photograph first.")


def _register(app: Dash, context: Context) -> None:
    @app.callback(
        Output("compare-a", "options"),
        Output("compare-b", "options"),
        Output("compare-a", "value"),
        Output("compare-b", "value"),
        Output("exact-run", "disabled"),
        Input("answer-settled", "data"),
        Input("photo-version", "data"),
        prevent_initial_call=True,
    )
    def offer(version: int, photo: Any) -> Any:
        answer = answer_of(current_session(), MAIN)
        if answer is not None and answer.facts["state"] == "part":
            return (no_update,) * 4 + (True,)
        options = part_options(answer)
        return options, options, *largest_two(answer), _closed(answer)

    @app.callback(
        Output("compare-verdict", "children"),
        Input("compare-a", "value"),
        Input("compare-b", "value"),
        Input("answer-settled", "data"),
        prevent_initial_call=True,
    )
    def compare(a: Any, b: Any, version: int) -> Any:
        return _verdict(answer_of(current_session(), MAIN), a, b)

    @app.callback(
        Output("job-outcome", "data", allow_duplicate=True),
        Input("exact-run", "n_clicks"),
        background=True,
        interval=PER_POLL,
        progress=Output("job-progress", "data", allow_duplicate=True),
        running=[(Output("explain-cancel", "disabled"), False, True)],
        prevent_initial_call=True,
    )
    def exact(tell: Any, clicks: int) -> dict[str, Any]:
        return exact_job(context, tell)


PANEL = Panel("compare", "Is A really above B?", RESULTS, _shown, _register)
