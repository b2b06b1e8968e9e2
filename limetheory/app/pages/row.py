"""The tab "Table": a row, the same row with other values, and the columns that the model looks at."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, dcc, html, no_update

from limetheory.app.answers import Answer
from limetheory.app.context import Context
from limetheory.app.inputs.kind import known_of
from limetheory.app.inputs.table import CELL, KIND, row_number
from limetheory.app.pages.input_fields import common_fields, field_id, number
from limetheory.app.pages.input_tab import answers, buttons, register, status
from limetheory.app.pages.notices import error, hint
from limetheory.app.pages.panel import CONTROLS, RESULTS, Panel
from limetheory.app.pages.sections import labelled
from limetheory.app.pages.spoken import spoken
from limetheory.app.pages.tables import line, plain_table
from limetheory.app.pages.views import TABLE
from limetheory.app.refusals import Refused
from limetheory.app.sessions.session import Session
from limetheory.app.worker.stored import IRIS, Column, StoredFacts

_EXAMPLE = "A small example: scikit-learn's iris flowers, and a logistic regression of their measurements."


def _shown(context: Context, session: Session) -> html.Div:
    try:
        facts = known_of(context).facts(TABLE)
    except Refused as refused:
        return html.Div(error(str(refused)))
    now = KIND.fields_of(session)
    last = f"From 0 to {len(facts.rows) - 1}."
    return html.Div(
        [
            html.Small(
                _EXAMPLE if known_of(context).source(TABLE) == IRIS else f"Model {facts.name}", className="hint"
            ),
            *([hint(facts.said)] if facts.said else []),
            labelled("Row", number(KIND, "row", now.get("row", 0)), hint=last),
            html.Div(_grid(facts, now), id="table-cells"),
            buttons(KIND, context, session),
            common_fields(KIND, facts, now),
        ],
        className="stack",
    )


def _grid(facts: StoredFacts, now: dict[str, Any]) -> Any:
    """The row as a table, with a field beside each value for another one."""
    try:
        cells = facts.rows[row_number(now, facts)]
    except Refused as refused:
        return error(str(refused))
    rows = [
        line(column.name, _value(cell), _field(place, column, cell, now))
        for place, (column, cell) in enumerate(zip(facts.columns, cells, strict=True))
    ]
    return html.Div(plain_table(("Column", "Value", "Edited"), rows), className="grid", tabIndex=0)


def _value(cell: Any) -> str:
    return cell if isinstance(cell, str) else f"{cell:g}"


def _field(place: int, column: Column, cell: Any, now: dict[str, Any]) -> html.Label:
    name = f"{CELL}{place}"
    value = now.get(name, cell)
    field: Any = (
        dcc.Dropdown(id=field_id(KIND, name), options=list(column.categories), value=value, clearable=False)
        if column.categories
        else number(KIND, name, value, least=None, step="any")
    )
    return html.Label(field, **spoken(f"{column.name}, edited"))


def _no_picture(answer: Answer) -> None:
    """Rows have no picture besides their table."""


def _register(app: Dash, context: Context) -> None:
    register(app, context, KIND, _no_picture)

    @app.callback(Output("table-cells", "children"), Input(field_id(KIND, "row"), "value"), prevent_initial_call=True)
    def choose(row: Any) -> Any:
        try:
            return no_update if row is None else _grid(known_of(context).facts(TABLE), {"row": row})
        except Refused as refused:
            return error(str(refused))


INPUT = Panel("table-input", "Row of a table", CONTROLS, _shown, _register, view=TABLE)
STATUS = Panel("table-progress-panel", "Progress", RESULTS, lambda context, session: status(KIND, context, session),
               lambda app, context: None, view=TABLE)  # fmt: skip
RESULT = Panel("table-result", "Explanation", RESULTS, lambda context, session: answers(KIND, session, _no_picture),
               lambda app, context: None, view=TABLE)  # fmt: skip
