"""Texts that a caller gives: one string, or a list of them."""

from __future__ import annotations

from typing import Any

from limetheory.arguments import several


def string(name: str, value: Any, remedy: str = "give one text") -> str:
    """Return ``value`` when it is a string.

    >>> string("text", b"good")
    Traceback (most recent call last):
    TypeError: text must be a string, got bytes; decode them, such as text.decode('utf-8')
    """
    if isinstance(value, bytes):
        raise TypeError(f"{name} must be a string, got bytes; decode them, such as {name}.decode('utf-8')")
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a string, got {type(value).__name__}; {remedy}")
    return str(value)


def strings(name: str, values: Any) -> list[str]:
    """Return ``values`` as a list when all of them are strings.

    >>> strings("texts", ["good", None])
    Traceback (most recent call last):
    TypeError: texts must be a list of strings, got NoneType at 1; leave it out, or give the empty text
    """
    found = several(name, values, "strings")
    if set(map(type, found)) == {str}:
        return found  # thousands of texts pass here
    for place, one in enumerate(found):
        if not isinstance(one, str):
            raise TypeError(
                f"{name} must be a list of strings, got {type(one).__name__} at {place}; leave it out, or give the "
                "empty text"
            )
    return found
