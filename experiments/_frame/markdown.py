"""Tables in Markdown."""

from __future__ import annotations

from collections.abc import Sequence


def markdown(columns: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """A table with these columns.

    >>> print(markdown(("axis", "share"), [("network", "3 %")]))
    | axis | share |
    | --- | --- |
    | network | 3 % |
    """
    rows = [columns, ["---"] * len(columns), *lines]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)
