"""`InputKind`: what a tab about texts or rows of a table has of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from limetheory.app.context import Context
from limetheory.app.inputs.known import Known
from limetheory.app.questions import RANGES
from limetheory.app.refusals import Refused
from limetheory.app.sessions.session import Session
from limetheory.explaining.budget import Masks

Fields: TypeAlias = Mapping[str, Any]
"""What a person set on the tab, by name, as a browser sent it."""

SAMPLES, LEVEL = 1000, 0.95
"""Masks of an explanation unless a person says otherwise, and the level of its intervals; conventions."""


@dataclass(frozen=True)
class InputKind:
    """A kind of input with a tab of its own.

    Attributes:
        name: "text" or "table", of its tasks, files and components.
        part: what a coefficient belongs to.
        explained: (context, fields) → the arguments of the task that explains.
        changed: (context, fields) → the arguments of the task that compares.
        about: fields → what is explained, in words.
        command: (context, fields) → the command with the same numbers; None where there is none.
    """

    name: str
    part: str
    explained: Callable[[Context, Fields], dict[str, Any]]
    changed: Callable[[Context, Fields], dict[str, Any]]
    about: Callable[[Fields], str]
    command: Callable[[Context, Fields], str | None]

    @property
    def file(self) -> str:
        """Of the session, with the fields."""
        return f"{self.name}.json"

    @property
    def answer(self) -> str:
        """The slot of the explanation."""
        return f"{self.name}-answer"

    @property
    def change(self) -> tuple[str, str, str]:
        """The slots of the explanations before and after, and of their difference."""
        return f"{self.name}-before", f"{self.name}-after", f"{self.name}-difference"

    @property
    def slots(self) -> tuple[str, ...]:
        """All of its answers."""
        return (self.answer, *self.change)

    def fields_of(self, session: Session) -> dict[str, Any]:
        """The fields that a session was left with."""
        found: dict[str, Any] = session.read_json(self.file, {})
        return found


def known_of(context: Context) -> Known:
    """What is known of the models of texts and rows.

    Raises:
        Refused: this page has none.
    """
    if context.known is None:
        raise Refused("This page has photographs alone. Start limetheory app for texts and tables.")
    return context.known


def asked(fields: Fields, classes: int) -> dict[str, Any]:
    """The options of a question that every kind of input has.

    Args:
        fields: of the tab.
        classes: how many the model has.

    Raises:
        Refused: a number out of its range, or a class that there is not.
    """
    target = fields.get("target")
    if target is not None and not (isinstance(target, int) and 0 <= target < classes):
        raise Refused("There is no such class. Choose one of the list.")
    return {
        "budget": Masks(RANGES["samples"].whole(fields.get("samples", SAMPLES))),
        "seed": RANGES["seed"].whole(fields.get("seed", 0)), "target": target, "level": LEVEL,
    }  # fmt: skip


def options_of(fields: Fields) -> list[str]:
    """The words of a command for the options that every kind has."""
    named = {
        "--samples": fields.get("samples", SAMPLES), "--target": fields.get("target"),
        "--seed": fields.get("seed") or None,
    }  # fmt: skip
    return [word for name, value in named.items() if value is not None for word in (name, str(value))]
