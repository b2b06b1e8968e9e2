"""A table of what the model says before and after edits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html

from limetheory.app.pages.tables import table


def shown(value: float, output: str, sign: bool = False) -> str:
    """An answer of the model, in percent where it is a probability.

    >>> shown(0.123456, "probabilities"), shown(-0.5, "logits", sign=True)
    ('12.35 %', '-0.5')
    """
    plus = "+" if sign else ""
    return f"{100 * value:{plus}.2f} %" if output == "probabilities" else f"{value:{plus}.4g}"


def prediction_table(rows: Sequence[dict[str, Any]], output: str, target: int) -> html.Div:
    """The classes that lead before or after.

    Args:
        rows: each with "column", "name", "before" and "after".
        output: what the numbers are, such as "probabilities".
        target: the class that is asked about, which is marked.
    """
    lines = [_row(one, output, one["column"] == target) for one in rows]
    return table(("Class", "Before", "After", "Change"), lines, className="predictions")


def _row(row: dict[str, Any], output: str, marked: bool) -> html.Tr:
    change = shown(row["after"] - row["before"], output, sign=True)
    cells = [shown(row["before"], output), shown(row["after"], output), change]
    name = html.Strong(row["name"]) if marked else row["name"]
    return html.Tr([html.Th(name, scope="row"), *(html.Td(html.Strong(one) if marked else one) for one in cells)],
                   className="fixed" if marked else "")  # fmt: skip
