"""The answers of a session: an explanation, what was asked, and how far it got, which a reload shows again."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from limetheory.app.sessions.session import Session
from limetheory.explanation import load_explanation

MAIN = "main"
"""The slot of the explanation that was asked for; one to compare with has a slot of its own."""


@dataclass(frozen=True, eq=False)
class Answer:
    """An explanation of a session.

    Attributes:
        explanation: an `ImageExplanation`.
        facts: what is told beside it: "class_name", "unit", "level", "aspect", "state" ("part", "whole" or
            "interrupted"), "done", "total", "version", "record" and what a panel adds.
    """

    explanation: Any
    facts: dict[str, Any]


def put_answer(session: Session, slot: str, explanation: Any, facts: dict[str, Any]) -> int:
    """Replace the answer of a slot; its version, which grows.

    Raises:
        Refused: there is no room; the answer of before stays.
    """
    before = facts_of(session, slot) or {"version": 0, "place": f"{slot}-1.npz"}
    version = max(int(before["version"]) + 1, int(time.time() * 1000))  # grows behind another photograph too
    place = f"{slot}-{1 - int(before['place'].removesuffix('.npz')[-1])}.npz"  # the one of before is still read
    session.write(place, explanation.save)
    session.write_json(f"{slot}.json", {**facts, "version": version, "place": place})
    return version


def facts_of(session: Session, slot: str = MAIN) -> dict[str, Any] | None:
    """What is told beside the answer of a slot; None where there is none."""
    found: dict[str, Any] | None = session.read_json(f"{slot}.json")
    return found


def version_of(session: Session, slot: str = MAIN) -> int:
    """The version of the answer of a slot, 0 where there is none."""
    facts = facts_of(session, slot)
    return 0 if facts is None else int(facts["version"])


def answer_of(session: Session, slot: str = MAIN) -> Answer | None:
    """The answer of a slot; None where there is none."""
    facts = facts_of(session, slot)
    return None if facts is None else Answer(load_explanation(session.path(facts["place"])), facts)


def add_facts(session: Session, slot: str, **more: Any) -> None:
    """Say more beside the answer of a slot."""
    facts = facts_of(session, slot)
    if facts is not None:
        session.write_json(f"{slot}.json", {**facts, **more})


def forget_answer(session: Session, slot: str) -> None:
    """Remove the answer of a slot."""
    session.forget(f"{slot}.json", f"{slot}-0.npz", f"{slot}-1.npz")
