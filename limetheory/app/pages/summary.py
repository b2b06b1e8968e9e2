"""What is explained, in a line, and what the model says of the photograph."""

from __future__ import annotations

from typing import Any

import numpy as np
from dash import html

from limetheory.app.answers import Answer
from limetheory.app.context import Context
from limetheory.app.pages.tables import line, plain_table

_CLASSES = 5  # how many the table of predictions has; a convention
STATES = {
    "part": "first masks, being refined",
    "whole": "finished",
    "interrupted": "cancelled: of the masks until then",
}
"""What is said of an answer that is a part of one, whole or interrupted."""


def summary(context: Context, answer: Answer) -> html.Div:
    """The class, its output, how far the explanation is, and the classes that the model ranks first."""
    found, facts = answer.explanation, answer.facts
    value = found.outputs[found.target]
    shown = f"{100 * value:.1f} %" if facts["output"] == "probabilities" else f"{value:.3g}"
    state = html.Span(STATES[facts["state"]], className=f"state {facts['state']}")
    return html.Div(
        [
            html.Div(
                [html.Span("Why "), html.Strong(facts["class_name"]), html.Span(f" ({shown})?"), state],
                className="question",
            ),
            html.Div(
                f"{found.d} superpixels, {found.n_masks:,} masks, {found.n_evaluations:,} evaluations of the model"
            ),
            html.Details([html.Summary("What else the model sees"), _predictions(context, answer)]),
        ],
        className="summary",
    )


def _predictions(context: Context, answer: Answer) -> html.Table:
    outputs = answer.explanation.outputs
    order = np.argsort(-outputs)[:_CLASSES]
    rows = [_row(context.model.class_name(int(j)), float(outputs[j]), answer.facts["output"]) for j in order]
    return plain_table(("Class", "Output"), rows, className="predictions")


def _row(name: str, value: float, output: str) -> Any:
    shown = f"{100 * value:.2f} %" if output == "probabilities" else f"{value:.4g}"
    return line(name, shown)
