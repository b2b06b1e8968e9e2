"""Tables of the page, whose head and first column a screen reader names."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from dash import html


def plain_table(heads: Iterable[str], rows: Sequence[Any], **more: Any) -> html.Table:
    """A table with a head.

    Args:
        heads: of the columns.
        rows: `html.Tr`, such as those of `line`.
        **more: what else `html.Table` takes.
    """
    head = html.Tr([html.Th(one, scope="col") for one in heads])
    return html.Table([html.Thead(head), html.Tbody(rows)], **more)


def table(heads: Iterable[str], rows: Sequence[Any], *below: Any, **more: Any) -> html.Div:
    """`plain_table` in a frame that scrolls, also by the keyboard, with what stands below it."""
    return html.Div([plain_table(heads, rows, **more), *below], className="table", tabIndex=0)


def long_table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> html.Div:
    """A table of text in the same frame, which the browser builds from JSON.

    Every component of Dash takes part in every later update of the page, so hundreds of cells would slow all of them.

    Args:
        heads: of the columns.
        rows: the name of each row and its cells.
    """
    told: dict[str, Any] = {"data-table": json.dumps([list(heads), *map(list, rows)])}
    return html.Div(className="table", tabIndex=0, **told)


def line(name: Any, *cells: Any) -> html.Tr:
    """A row with its name in the first column."""
    return html.Tr([html.Th(name, scope="row"), *(html.Td(cell) for cell in cells)])
