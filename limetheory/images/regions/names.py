"""The names of the regions of a photograph, each of which stands once."""

from __future__ import annotations

from collections.abc import Sequence

from limetheory.given import given

_KEPT = 190  # characters of a name before a number, so that both together are short enough for a name


def check_different(names: Sequence[str]) -> None:
    """Refuse a name that two regions have."""
    twice = next((name for place, name in enumerate(names) if name in names[:place]), None)
    if twice is not None:
        raise ValueError(f"regions must have different names, got {given(twice)} twice; .free_name gives another")


def numbered(name: str, number: int, taken: set[str]) -> str:
    """The name with the first number from the given one on that is free.

    >>> numbered("zebra", 1, {"zebra 1"})
    'zebra 2'
    """
    while f"{name[:_KEPT]} {number}" in taken:
        number += 1
    return f"{name[:_KEPT]} {number}"
