"""Undo and redo over values that cannot be changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

Value = TypeVar("Value")

MOST_STEPS = 100
"""How many steps can be undone; a convention."""


@dataclass(frozen=True)
class History(Generic[Value]):
    """What a value was, is, and was before something was undone; each change gives a new history.

    Attributes:
        present: the value now.
        past: the values before, the latest last, at most 100.
        future: the values that were undone, the one that `redone` gives last.

    >>> drawn = History("nothing").done("a zebra").done("a zebra and a tree")
    >>> drawn.undone().present, drawn.undone().redone() == drawn
    ('a zebra', True)
    """

    present: Value
    past: tuple[Value, ...] = ()
    future: tuple[Value, ...] = ()

    @property
    def can_undo(self) -> bool:
        """Whether there is a value before."""
        return bool(self.past)

    @property
    def can_redo(self) -> bool:
        """Whether something was undone since the last change."""
        return bool(self.future)

    def done(self, value: Value) -> History[Value]:
        """The history after a change to a value; what was undone before is gone. An equal value is no change."""
        return self if value == self.present else History(value, (*self.past, self.present)[-MOST_STEPS:])

    def undone(self) -> History[Value]:
        """The history one step back; the same one at its beginning."""
        if not self.past:
            return self
        return History(self.past[-1], self.past[:-1], (*self.future, self.present))

    def redone(self) -> History[Value]:
        """The history one undone step forward; the same one where nothing was undone."""
        if not self.future:
            return self
        return History(self.future[-1], (*self.past, self.present), self.future[:-1])
