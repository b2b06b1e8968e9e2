"""Rows of a table: what the tab "Table" asks of the model's process."""

from __future__ import annotations

import math
import shlex
from pathlib import Path
from typing import Any

from limetheory.app.context import Context
from limetheory.app.inputs.kind import Fields, InputKind, asked, known_of, options_of
from limetheory.app.inputs.known import TABLE
from limetheory.app.refusals import Refused
from limetheory.app.worker.stored import Column, StoredFacts
from limetheory.tabular.question import TableQuestion

CELL = "cell "
"""How the names of the fields with edited cells begin; the number of the column follows."""


def row_number(fields: Fields, facts: StoredFacts) -> int:
    """The row that is explained, from 0.

    Raises:
        Refused: there is no such row.
    """
    row = fields.get("row", 0)
    if not isinstance(row, int) or isinstance(row, bool) or not 0 <= row < len(facts.rows):
        raise Refused(f"The row must be a whole number from 0 to {len(facts.rows) - 1}.")
    return row


def cell_of(column: Column, value: Any) -> Any:
    """A cell of a column, as a browser sent it.

    Raises:
        Refused: a number or a category that it cannot be.
    """
    if column.categories:
        if value not in column.categories:
            raise Refused(f"{column.name} must be one of its categories. Choose one of the list.")
        return value
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not math.isfinite(number):
        raise Refused(f"{column.name} must be a number.")
    return number


def _explained(context: Context, fields: Fields) -> dict[str, Any]:
    facts = known_of(context).facts(TABLE)
    return {**_question(context, fields, facts), "row": _row(fields, facts)}


def _changed(context: Context, fields: Fields) -> dict[str, Any]:
    facts = known_of(context).facts(TABLE)
    before = _row(fields, facts)
    edits = {one.name: fields.get(f"{CELL}{place}") for place, one in enumerate(facts.columns)}
    after = {
        one.name: before[one.name] if edits[one.name] is None else cell_of(one, edits[one.name])
        for one in facts.columns
    }  # fmt: skip
    if before == after:
        raise Refused("Both rows are the same. Change a value in the column “edited”.")
    return {**_question(context, fields, facts), "before": before, "after": after}


def _question(context: Context, fields: Fields, facts: StoredFacts) -> dict[str, Any]:
    question = TableQuestion(**asked(fields, len(facts.class_names)))
    return {"source": known_of(context).source(TABLE), "question": question}


def _row(fields: Fields, facts: StoredFacts) -> dict[str, Any]:
    cells = facts.rows[row_number(fields, facts)]
    return {column.name: cell for column, cell in zip(facts.columns, cells, strict=True)}


def _about(fields: Fields) -> str:
    return f"row {fields.get('row', 0)}"


def _command(context: Context, fields: Fields) -> str | None:
    source = known_of(context).source(TABLE)
    if source.table is None:
        return None
    names = {"--leave-out": source.leave_out, "--categorical": source.categorical}
    columns = [word for option, listed in names.items() for name in listed for word in (option, name)]
    asked = ["--table", Path(source.table).name, "--row", str(fields.get("row", 0)), "--model", source.model]
    return shlex.join(["limetheory", "explain", *asked, *columns, *options_of(fields)])


KIND = InputKind(TABLE, "condition", _explained, _changed, _about, _command)
