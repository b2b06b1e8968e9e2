"""Edits as JSON, and from JSON of unknown origin."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from limetheory.given import did_you_mean, given
from limetheory.images.edits.edit import Edit

MOST_EDITS = 100
"""Edits in one list; a convention."""

MOST_CHARACTERS = 256 * 1024
"""Characters, or bytes, of a saved list; a hundred edits take some 40,000."""

_VERSION = 1
_KEYS = ("edit", "region", "parameters", "on")
_REMEDY = "save edits with to_json"


def written(edits: Sequence[Edit]) -> str:
    """Edits as JSON, with every parameter, so that later defaults change nothing."""
    rows = [
        {"edit": one.name, "region": one.region, "parameters": dict(one.parameters), "on": one.on} for one in edits
    ]  # fmt: skip
    return json.dumps({"version": _VERSION, "edits": rows}, allow_nan=False)


def read(text: Any) -> Iterator[Edit]:
    """The edits of a JSON text.

    Raises:
        ValueError, TypeError: too long, not JSON, nested too deeply, a number that no float holds, a key twice, an
            unknown key, edit or parameter, or a value out of its range; in one line.

    >>> next(read('{"version": 1, "edits": [{"edit": "rotaet", "region": "zebra", "parameters": {}, "on": true}]}'))
    Traceback (most recent call last):
    ValueError: edit must be one of colour, ..., got 'rotaet'; did you mean 'rotate'?
    """
    content = _keys("saved edits", _parsed(text), ("version", "edits"))
    if content["version"] != _VERSION:
        raise ValueError(f"version of saved edits must be {_VERSION}, got {given(content['version'])}; {_REMEDY}")
    rows = content["edits"]
    if not isinstance(rows, list) or len(rows) > MOST_EDITS:
        raise ValueError(f"saved edits must be a list of at most {MOST_EDITS}, got {given(rows)}; {_REMEDY}")
    for row in rows:
        name, region, parameters, on = (_keys("a saved edit", row, _KEYS)[key] for key in _KEYS)
        yield Edit(name, region, parameters, on)


def _parsed(text: Any) -> Any:
    if not isinstance(text, (str, bytes)):
        raise TypeError(f"saved edits must be a text, got {given(text)}; {_REMEDY}")
    if len(text) > MOST_CHARACTERS:
        raise ValueError(f"saved edits must have at most {MOST_CHARACTERS:,} characters, got {len(text):,}; {_REMEDY}")
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_refuse_constant)
    except RecursionError:
        raise ValueError(f"saved edits must be nested three deep, got many more; {_REMEDY}") from None
    except ValueError as error:
        raise ValueError(f"saved edits must be JSON, got {given(text)} ({given(str(error))}); {_REMEDY}") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice")
    return found


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")


def _keys(what: str, found: Any, keys: tuple[str, ...]) -> dict[str, Any]:
    if not isinstance(found, dict):
        raise TypeError(f"{what} must be an object with {', '.join(keys)}, got {given(found)}; {_REMEDY}")
    other = next((key for key in found if key not in keys), None)
    if other is not None:
        raise ValueError(
            f"{what} must have {', '.join(keys)}, got {given(other)}; {did_you_mean(other, keys) or _REMEDY}"
        )
    missing = [key for key in keys if key not in found]
    if missing:
        raise ValueError(f"{what} must have {', '.join(keys)}, got none of {', '.join(missing)}; {_REMEDY}")
    return found
