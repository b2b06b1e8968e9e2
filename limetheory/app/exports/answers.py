"""The numbers of the tabs about texts and rows, as JSON and as a table."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

from limetheory.app.answers import Answer, answer_of
from limetheory.app.inputs.kind import InputKind
from limetheory.app.refusals import Refused
from limetheory.app.sessions.session import Session
from limetheory.estimation.methods.few_masks import with_part_names

_HEADS = ("answer", "part", "coefficient", "standard_error", "lower", "upper")
_FORMULAS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
"""What formulas begin with; the last four in scripts of full width, which spreadsheets read alike."""
_NAMES = ("class_name", "output", "photo", "level", "state", "command", "settings", "rows", "warnings")


def answers_json(kind: InputKind, session: Session) -> bytes:
    """All answers of a tab, each with what is told beside it and a line for each part.

    Raises:
        Refused: there is none yet.
    """
    found = {slot: _document(answer) for slot, answer in _finished(kind, session)}
    return json.dumps(found, indent=1, allow_nan=False).encode()


def answers_csv(kind: InputKind, session: Session) -> bytes:
    """All coefficients of a tab with their intervals, a line each, in cells that are no formulas.

    Raises:
        Refused: there is none yet.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_HEADS)
    for slot, answer in _finished(kind, session):
        writer.writerows((slot, inert(line.pop("part")), *line.values()) for line in _lines(answer))
    return text.getvalue().encode()


def inert(text: str) -> str:
    """A text of anyone's as a cell that no spreadsheet takes for a formula, with an apostrophe before it if need be.

    >>> inert("=1+1"), inert("plot")
    ("'=1+1", 'plot')
    """
    return f"'{text}" if text.lstrip().startswith(_FORMULAS) or text[:1] in ("\t", "\r", "\n") else text


def _finished(kind: InputKind, session: Session) -> list[tuple[str, Answer]]:
    pairs = [(slot, answer_of(session, slot)) for slot in kind.slots]
    found = [(slot, one) for slot, one in pairs if one is not None and one.facts["state"] != "part"]
    if not found:
        raise Refused("There is no finished explanation yet. Press Explain and wait for the end.")
    return found


def _document(answer: Answer) -> dict[str, Any]:
    told = {_KEYS.get(name, name): answer.facts[name] for name in _NAMES if answer.facts.get(name) is not None}
    found = answer.explanation
    if told.get("warnings"):
        told["warnings"] = [with_part_names(one, answer.facts.get("names") or ()) for one in told["warnings"]]
    counts = {"target": int(found.target), "masks": int(found.n_masks), "evaluations": int(found.n_evaluations)}
    return {**told, **counts, "parts": list(_lines(answer))}


_KEYS = {"photo": "input"}


def _lines(answer: Answer) -> Iterator[dict[str, Any]]:
    """A line for each part; an end that is not determined is None."""
    found, names = answer.explanation, answer.facts.get("names")
    ends = found.asked_interval(answer.facts["level"])
    for j, value in enumerate(found.coefficients):
        numbers = (value, found.standard_errors[j], *ends[j])
        yield {
            "part": names[j] if names else f"{j}",
            **{name: _finite(one) for name, one in zip(_HEADS[2:], numbers, strict=True)},
        }


def _finite(value: Any) -> float | None:
    number = float(value)
    return number if abs(number) < float("inf") else None
