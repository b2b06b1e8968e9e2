"""Rows of a list that are known by a name, so that a redraw leaves what is typed in them where it is."""

from __future__ import annotations

from typing import Any


def row_of(name: str) -> dict[str, Any]:
    """The attribute with the name of a row, for its keyword arguments.

    >>> row_of("zebra")
    {'data-row': 'zebra'}
    """
    return {"data-row": name}
