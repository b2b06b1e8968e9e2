"""The job that asks the model along the values of a parameter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from limetheory.app.context import Context
from limetheory.app.edits import carried_out
from limetheory.app.jobs.editing import scene_of
from limetheory.app.jobs.following import Asked, Tell, chosen_photo, followed
from limetheory.app.jobs.queue import current_job
from limetheory.app.refusals import Refused
from limetheory.app.sessions.session import Session
from limetheory.app.worker.messages import Task
from limetheory.app.worker.sweeping import Swept
from limetheory.images.edits.edit import Edit
from limetheory.images.edits.edits import Edits
from limetheory.images.edits.parameters import Range, Whole

SWEEP = "sweep.json"
MOST_VALUES, MOST_CLASSES = 101, 5


@dataclass(frozen=True)
class Movable:
    """A parameter of an edit that is a number.

    Attributes:
        number: of the edit, 0 for the first.
        edit: the edit.
        parameter: the name of the parameter.
        kind: its range.
    """

    number: int
    edit: Edit
    parameter: str
    kind: Range | Whole

    @property
    def key(self) -> str:
        """What a browser names it by."""
        return f"{self.number}.{self.parameter}"

    @property
    def title(self) -> str:
        """As the page shows it, such as "1. rotate zebra: angle"."""
        region = self.edit.region or "the whole photograph"
        return f"{self.number + 1}. {words(self.edit.name)} {region}: {words(self.parameter)}"

    @property
    def unit(self) -> str:
        """Of its values; empty for a pure number."""
        return getattr(self.kind, "unit", "")

    def values(self, first: Any, last: Any, count: Any) -> list[float]:
        """So many values from the first to the last, whole ones where the parameter is whole.

        Raises:
            Refused: they are out of range.
        """
        begin, end = self._end("first value", first), self._end("last value", last)
        if not isinstance(count, int) or not 2 <= count <= MOST_VALUES:
            raise Refused(f"The number of values must be a whole number from 2 to {MOST_VALUES}.")
        found = np.linspace(begin, end, count)
        whole = isinstance(self.kind, Whole)
        return [float(one) for one in (np.unique(np.rint(found)) if whole else found)]

    def _end(self, name: str, value: Any) -> float:
        if not isinstance(value, (int, float)) or not self.kind.low <= value <= self.kind.high:
            raise Refused(f"The {name} must be a number from {self.kind.low:g} to {self.kind.high:g} {self.unit}.")
        return float(value)


def movable(edits: Edits) -> list[Movable]:
    """The parameters of the edits that are on and that can take one value after another."""
    return [
        Movable(number, edit, one.name, one.kind)
        for number, edit in enumerate(edits)
        if edit.on
        for one in edit.row.parameters
        if isinstance(one.kind, (Range, Whole))
    ]


def words(name: str) -> str:
    """A name of the program in words.

    >>> words("replace_background")
    'replace background'
    """
    return name.replace("_", " ")


def sweep_asked(
    context: Context, session: Session, key: Any, first: Any, last: Any, count: Any, classes: Sequence[Any]
) -> Asked:
    """The question what the model says of the session's photograph under every value of a parameter of an edit.

    Raises:
        Refused: there is no such parameter, or a value is out of its range.
    """
    now = carried_out(session)
    chosen = next((one for one in movable(now.edits) if one.key == key), None)
    if chosen is None:
        raise Refused("There is no such parameter. Choose one of the list.")
    values = chosen.values(first, last, count)
    targets = _targets(context, classes)
    arguments = {"scene": scene_of(session, now), "number": chosen.number, "parameter": chosen.parameter}
    task = Task("sweep", {**arguments, "values": values, "targets": targets})
    facts = {
        "stamp": now.stamp, "title": chosen.title, "parameter": words(chosen.parameter), "unit": chosen.unit,
        "now": float(chosen.edit.parameters[chosen.parameter]),
    }  # fmt: skip
    return Asked(chosen_photo(session), task, facts)


def sweep_job(context: Context, tell: Tell, asked: Asked) -> dict[str, Any]:
    """Ask the model under every value, and keep the curves.

    Raises:
        Refused: it cannot be done.
    """
    found: Swept = followed(context, tell, asked.task, "photographs", photo=asked.photo)
    current_job().session.write_json(
        SWEEP,
        {
            **asked.facts, "values": found.sweep.values.tolist(),
            "names": list(found.sweep.names), "curves": found.sweep.curves.T.tolist(), "output": context.model.output,
            "said": found.interrupted, "evaluations": found.sweep.n_evaluations,
        },
    )  # fmt: skip
    return {"stamp": asked.facts["stamp"], "at": current_job().number}


def _targets(context: Context, classes: Sequence[Any]) -> list[int] | None:
    """The classes that are drawn, up to five; None leaves them to those that lead."""
    names = context.model.class_names
    known = [one for one in classes if isinstance(one, int) and (names is None or 0 <= one < len(names))]
    if len(known) > MOST_CLASSES:
        raise Refused(f"At most {MOST_CLASSES} classes can be told apart in one figure. Choose fewer.")
    return known or None
