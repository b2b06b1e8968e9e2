"""What a screen reader says of a component."""

from __future__ import annotations

from typing import Any


def spoken(name: str) -> dict[str, Any]:
    """The attribute with the name of a component, for its keyword arguments.

    >>> spoken("Heat map")
    {'aria-label': 'Heat map'}
    """
    return {"aria-label": name}


UNSPOKEN: dict[str, Any] = {"aria-hidden": "true"}
"""Of a component that a screen reader skips."""

AT_LEISURE: dict[str, Any] = {"aria-live": "polite", "role": "status"}
"""Of a component whose changes are said once the person listens."""
