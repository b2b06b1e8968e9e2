"""Tables of coefficients for terminals of any width."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from limetheory.cli.explain_outputs import largest
from limetheory.cli.shown import shown
from limetheory.explanation import Explanation
from limetheory.explanation.headings import interval_name
from limetheory.shown_numbers import EXACT, Column

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table


_BETWEEN = 2  # spaces between columns, as rich has them


def print_coefficients(console: Console, found: Explanation, level: float, part: str) -> None:
    """Print the largest coefficients with their intervals, as ± half-widths where the terminal is narrow.

    A name that is too long for its column goes on below itself. Exact coefficients have no interval.

    Args:
        console: where to print.
        found: the explanation.
        level: of the intervals.
        part: what a coefficient belongs to.
    """
    rows = _Rows(found, level)
    wide = _table(rows, part, interval_name(found.stopping, level), rows.ends)
    fits = len(part) + _width_of(wide.columns[1:]) <= console.width
    console.print(wide if fits else _table(rows, part, f"± ({100 * level:g} %)", rows.reach))


def print_splits(console: Console, consistency: dict[str, Any], coarse: Sequence[str], fine: Sequence[str]) -> None:
    """Print each segment that was split: its coefficient beside the sum of those of its parts.

    Args:
        console: where to print; without room for the table there is a line for each number.
        consistency: of two depths, as the record has it.
        coarse, fine: the names of the segments at both.
    """
    depth, rows = consistency["coarse"], _split_rows(consistency, coarse, fine)
    headings = (f"depth {depth}", f"depth {depth + 1}", "coefficient", "parts' sum", "gap", "by chance")
    table = aligned(*headings)
    for row in rows:
        table.add_row(*row)
    if _width_of(table.columns) - _BETWEEN <= console.width:
        console.print(table)
        return
    for row in rows:
        console.print("; ".join(f"{one}: {said}" for one, said in zip(headings, row, strict=True)), highlight=False)


class _Rows:
    """The largest coefficients in words."""

    def __init__(self, found: Explanation, level: float):
        order, reach = largest(found), found.asked_interval(level)
        values, half = found.coefficients[order], (reach[:, 1] - found.coefficients)[order]
        column, names = Column(np.append(values, reach[order]), half), found.names or ()
        self.names = [shown(names[j]) for j in order]
        self.coefficients = [column.signed(one) for one in values]
        self.ends = [column.ends(*reach[j]) for j in order]
        self.reach = [EXACT if one == 0 else column.plain(one) for one in half]
        self.exact = bool((half == 0).all())


def _table(rows: _Rows, part: str, heading: str, intervals: list[str]) -> Table:
    """The table, without a column of intervals where all coefficients are exact."""
    from rich.text import Text

    table = aligned(part, "coefficient", *([] if rows.exact else [heading]))
    table.columns[0].no_wrap, table.columns[0].overflow = False, "fold"
    for name, coefficient, interval in zip(rows.names, rows.coefficients, intervals, strict=True):
        table.add_row(Text(name), coefficient, *([] if rows.exact else [interval]))
    return table


def _width_of(columns: Sequence[Any]) -> int:
    """The width of columns, with the space before each."""
    return sum(_BETWEEN + max(len(str(cell)) for cell in (one.header, *one.cells)) for one in columns)


def _split_rows(consistency: dict[str, Any], coarse: Sequence[str], fine: Sequence[str]) -> list[tuple[str, ...]]:
    parents, reach = np.array(consistency["parents"]), consistency["reach"]
    split = np.flatnonzero(np.bincount(parents) > 1)
    numbers = [np.array(consistency[name])[split] for name in ("coefficients", "children_sums", "gaps")]
    column = Column(numbers[:2], [reach[j] for j in split if reach[j] is not None])
    return [
        (
            shown(coarse[j]), " + ".join(shown(fine[k]) for k in np.flatnonzero(parents == j).tolist()),
            *(column.signed(one) for one in values),
            "unknown" if reach[j] is None else f"±{column.plain(reach[j])}",
        )
        for j, *values in zip(split.tolist(), *numbers, strict=True)
    ]  # fmt: skip


def aligned(*headings: str) -> Table:
    """A table without lines whose cells stand to the right and are not broken."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for heading in headings:
        table.add_column(heading, justify="right", no_wrap=True)
    return table
