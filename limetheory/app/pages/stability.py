"""How stable the explanation is: other masks, other superpixels, a little noise."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, State, dcc, html

from limetheory.app.answers import MAIN, facts_of
from limetheory.app.context import Context
from limetheory.app.jobs.following import Asked
from limetheory.app.jobs.manager import when_asked
from limetheory.app.jobs.repeating import (
    MOST_NOISES,
    MOST_SEEDS,
    STABILITY,
    plan_of,
    stability_asked,
    stability_job,
)
from limetheory.app.pages.notices import empty
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
from limetheory.app.pages.tables import line, table
from limetheory.app.questions import MOST_MASKS
from limetheory.app.refusals import Refused
from limetheory.app.sessions.cookies import current_session
from limetheory.app.sessions.session import Session

_SEEDS, _COUNTS, _NOISES, _MASKS = 5, "25, 100", 3, 500  # by default: a minute on a small machine; conventions
_ROWS = {
    "variables": "The largest parts are the same (VSI)",
    "coefficients": "The intervals overlap (CSI)",
    "ranks": "Rank correlation",
}
_IDS = ("stability-seeds", "stability-counts", "stability-noises", "stability-masks")


def shown(context: Context, session: Session) -> html.Details:
    """The part of the panel."""
    return section(
        "stability",
        "How stable is the explanation?",
        [
            html.Div(_fields(), className="fields three-fields"),
            job_buttons("stability", "Test the stability", context, session,
                        _cost(_SEEDS, _COUNTS, _NOISES, _MASKS)),
            notes("stability", said_of, session),
            html.Div(_content(session), id="stability-content"),
        ],
        open=session.has(STABILITY),
    )  # fmt: skip


def _fields() -> list[Any]:
    counts = dcc.Input(id="stability-counts", type="text", value=_COUNTS, maxLength=60, className="number")
    return [
        labelled("Seeds", number("stability-seeds", _SEEDS, 2, MOST_SEEDS), "Other masks."),
        labelled("Numbers of superpixels", counts, "Such as 25, 100; may be empty."),
        labelled("Noisy copies", number("stability-noises", _NOISES, 0, MOST_NOISES), "Noise of 5/255."),
        labelled("Masks of each", number("stability-masks", _MASKS, 10, MOST_MASKS)),
    ]


def _cost(seeds: Any, counts: Any, noises: Any, masks: Any) -> str:
    """What the test takes, or why it cannot be done."""
    try:
        return f"{plan_of(seeds, counts, noises, masks)}."
    except Refused as refused:
        return str(refused)


def said_of(session: Session) -> list[str]:
    """What is to be known of the result."""
    found = session.read_json(STABILITY)
    if found is None:
        return []
    old = found["explained"] != (facts_of(session, MAIN) or {}).get("version")
    return [
        *(["Of the explanation before; test again."] * old),
        *([f"{found['said'].capitalize()}."] if found["said"] else []),
    ]


def _content(session: Session) -> Any:
    found = session.read_json(STABILITY)
    if found is None:
        return empty("Not tested yet", "Explain the photograph, then press the button above.")
    about = (
        f"Of {found['class_name']}: {found['plan']}, {found['evaluations']:,} were made. The {found['k']} parts of "
        f"largest coefficients of {found['d']} are compared. 1 is full agreement."
    )
    counts = [_counts(found["counts"])] if found["counts"] else []
    return [html.Div(about), _indices(found), *counts]


def _indices(found: dict[str, Any]) -> html.Div:
    level = f"{100 * found['level']:g} % interval"
    noisy = any(row["noise"] for row in found["rows"])
    heads = ["Agreement", "Of seeds", level, "Forecast", *(["Under noise", level] if noisy else [])]
    rows = [
        html.Tr(
            [
                html.Th(_ROWS[row["index"]], scope="row"),
                *_cells(row["seeds"]),
                html.Td("" if row["forecast"] is None else f"{row['forecast']:.3f}"),
                *(_cells(row["noise"]) if noisy else []),
            ]
        )
        for row in found["rows"]
    ]
    note = "The forecast is from the first explanation alone, without repeating it."
    return table(heads, rows, html.Small(note, className="hint"))


def _cells(index: list[float | None] | None) -> list[html.Td]:
    mean, low, high = index or [None] * 3
    ends = "not known" if low is None or high is None else f"{low:.3f} … {high:.3f}"
    return [html.Td(_index(mean)), html.Td(ends)]


def _index(value: float | None) -> str:
    return "not known" if value is None else f"{value:.3f}"


def _counts(counts: list[dict[str, Any]]) -> html.Div:
    heads = ("Superpixels asked for", "found", "Area in common", "Rank correlation of the maps")
    rows = [
        line(str(one["asked"]), str(one["d"]), *(_index(one[name]) for name in ("overlap", "ranks"))) for one in counts
    ]
    return table(heads, rows)


def register(app: Dash, context: Context) -> None:
    """Test, show the indices, and say beforehand what a test costs."""

    @app.callback(
        Output("job-outcome", "data", allow_duplicate=True),
        Input("stability-run", "n_clicks"),
        *(State(name, "value") for name in _IDS),
        background=True,
        interval=PER_POLL,
        progress=Output("job-progress", "data", allow_duplicate=True),
        running=while_running("stability"),
        prevent_initial_call=True,
    )
    @when_asked(lambda clicks, *fields: (stability_asked(context, current_session(), *fields),))
    def run(tell: Any, asked: Asked) -> dict[str, Any]:
        return stability_job(context, tell, asked)

    @app.callback(
        Output("stability-about", "children"), *(Input(name, "value") for name in _IDS), prevent_initial_call=True
    )
    def cost(*fields: Any) -> str:
        return _cost(*fields)

    @app.callback(Output("stability-content", "children"), *news(), prevent_initial_call=True)
    def show(*news: Any) -> Any:
        return _content(current_session())
