"""JSON of anyone's as plain data: its size, depth and numbers are checked."""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

from limetheory.app.saved.refused import not_saved

MOST_BYTES = 1 << 23
"""Of a JSON text, 8 MiB; a convention."""

_DEEPEST = 12  # objects and lists inside of each other; a convention
_LONGEST_NAME = 200  # characters of a key; a convention


def plain(content: bytes, name: str) -> Any:
    """The value of a JSON text.

    Args:
        content: the text.
        name: of the part, for the refusal.

    Raises:
        Refused: it is too long, damaged, nested deeply, or has keys twice or numbers that are none.

    >>> plain(b'{"a": [1, null]}', "a.json")
    {'a': [1, None]}
    """
    if len(content) > MOST_BYTES:
        raise not_saved(f"{name} in it is too long")
    try:
        value = json.loads(content, object_pairs_hook=_once, parse_constant=_no_number, parse_float=_finite)
    except (ValueError, RecursionError):
        raise not_saved(f"{name} in it is damaged") from None
    if _depth_above(value, _DEEPEST):
        raise not_saved(f"{name} in it is nested too deeply")
    return value


def plain_object(content: bytes, name: str) -> dict[str, Any]:
    """The value of a JSON text that is an object."""
    found = plain(content, name)
    if not isinstance(found, dict):
        raise not_saved(f"{name} in it is of another kind")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs) or any(len(name) > _LONGEST_NAME for name in found):
        raise ValueError
    return found


def _no_number(name: str) -> NoReturn:
    raise ValueError


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError
    return number


def _depth_above(value: Any, most: int) -> bool:
    if not isinstance(value, (dict, list)):
        return False
    inside = value.values() if isinstance(value, dict) else value
    return most == 0 or any(_depth_above(one, most - 1) for one in inside)
