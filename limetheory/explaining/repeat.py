"""The JSON of `limetheory explain`: records of answers, and all that is needed to repeat them."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

import numpy as np

from limetheory.checked_files import checked_file
from limetheory.given import given

FORMAT = "limetheory explain"
SCHEMA = 1
"""Of the JSON: a file of a later schema is refused."""

MOST_BYTES = 1 << 26
"""The largest JSON that is read, 64 MiB; a convention."""

_REMEDY = "give what limetheory explain --json wrote"


def document(records: Sequence[dict[str, Any]], repeat: Mapping[str, Any], several: bool) -> dict[str, Any]:
    """The JSON of one answer, or of several under ``explanations``.

    Args:
        records: of the classes explained.
        repeat: what is needed to repeat them, which every kind of input writes for itself.
        several: whether several classes were asked about.
    """
    head = {"format": FORMAT, "schema": SCHEMA}
    answers = {"explanations": list(records)} if several else records[0]
    return {**head, **answers, "repeat": dict(repeat)}


def read_document(path: str | os.PathLike[str]) -> dict[str, Any]:
    """What `document` made, from a file.

    Raises:
        FileNotFoundError, ValueError, TypeError: it is another file, in one line.
    """
    file, name = checked_file("an answer", path, MOST_BYTES, _REMEDY), given(os.fspath(path))
    try:
        content = json.loads(file.read_bytes(), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:  # neither JSON nor UTF-8, or too deep
        reason = "nested too deeply" if isinstance(error, RecursionError) else " ".join(str(error).split())
        raise ValueError(f"an answer must be JSON, got {name} ({reason[:100]}); {_REMEDY}") from None
    if not isinstance(content, dict) or content.get("format") != FORMAT or not isinstance(content.get("repeat"), dict):
        raise ValueError(
            f"an answer must hold what repeats it, got {name} without; {_REMEDY} in this version of limetheory"
        )
    schema = content.get("schema")
    if schema != SCHEMA or isinstance(schema, bool):
        raise ValueError(f"an answer must be of schema {SCHEMA}, got {given(schema)} in {name}; upgrade limetheory")
    return content


def answers_of(content: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The records of the classes in a document.

    Raises:
        TypeError: they are none.
    """
    records = content.get("explanations", [content])
    if not isinstance(records, list) or not records or not all(isinstance(one, Mapping) for one in records):
        raise TypeError(f"explanations of an answer must be a list of objects, got {given(records)}; explain anew")
    return records


def largest_difference(before: Mapping[str, Any], now: Mapping[str, Any]) -> float:
    """The largest absolute difference of two records' coefficients, at every level; infinite where they have others.

    >>> largest_difference({"coefficients": [1.0, 2.0]}, {"coefficients": [1.0, 2.5]})
    0.5
    """
    pairs = [(before, now)]
    levels = [record.get("levels") or [] for record in (before, now)]
    if len(levels[0]) != len(levels[1]):
        return math.inf
    pairs += zip(*levels, strict=True)
    return max(_difference(one.get("coefficients"), other["coefficients"]) for one, other in pairs)


def _difference(before: Any, now: Sequence[float]) -> float:
    try:
        earlier = np.array(before, dtype=float)
    except (TypeError, ValueError, OverflowError):
        return math.inf
    if earlier.shape != np.shape(now):
        return math.inf
    return float(np.abs(earlier - now).max(initial=0.0))


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")
