"""The job that shows the edited photograph and what the model says of it."""

from __future__ import annotations

from typing import Any

import numpy as np

from limetheory.app.answers import MAIN, facts_of
from limetheory.app.backgrounds import background_file
from limetheory.app.context import Context
from limetheory.app.edits import EditsNow, carried_out, edits_now
from limetheory.app.jobs.following import Tell, chosen_photo, followed
from limetheory.app.jobs.queue import current_job
from limetheory.app.sessions.session import Session
from limetheory.app.worker.messages import Task
from limetheory.app.worker.predictions import Predicted
from limetheory.app.worker.scene import Scene

PREDICTION, PICTURE = "prediction.json", "edited.jpg"
SETTINGS = "settings.json"

_CLASSES = 5  # of the largest answers before, and of those after, that are shown; a convention


def prediction_job(context: Context, tell: Tell) -> dict[str, Any]:
    """Carry out the edits of the session, and keep the picture and the predictions.

    Raises:
        Refused: one is of a region that is not there.
    """
    session = current_job().session
    if edits_now(session).none:
        return {"at": current_job().number}
    now = carried_out(session)
    task = Task("predict", {"scene": scene_of(session, now)})
    found: Predicted = followed(context, tell, task, "photographs", aside=True)
    session.write_bytes(PICTURE, found.picture)
    session.write_json(PREDICTION, _facts(context, session, now, found))
    return {"stamp": now.stamp, "at": current_job().number}


def scene_of(session: Session, now: EditsNow) -> Scene:
    """The photograph of a session with its edits."""
    others = {name: background_file(session, one) for name, one in now.photographs.items()}
    return Scene(chosen_photo(session).file, now.edits, now.masks, others)


def fixed_class(session: Session) -> int | None:
    """The class that a session asks about: that of its explanation, else that of its settings, else none yet."""
    facts = facts_of(session, MAIN) or {}
    target = facts.get("target", session.read_json(SETTINGS, {}).get("target"))
    return None if target is None else int(target)


def _facts(context: Context, session: Session, now: EditsNow, found: Predicted) -> dict[str, Any]:
    target = fixed_class(session)
    first = int(np.argmax(found.before)) if target is None else target
    rows = [
        {
            "column": column, "name": context.model.class_name(column), "before": float(found.before[column]),
            "after": float(found.after[column]),
        }
        for column in leading(found.before, found.after, first)
    ]  # fmt: skip
    return {
        "stamp": now.stamp, "target": first, "rows": rows, "shape": list(found.shape), "output": context.model.output,
        "vanished": list(found.vanished), "without_effect": list(found.without_effect),
    }  # fmt: skip


def leading(before: np.ndarray, after: np.ndarray, target: int) -> list[int]:
    """The class that is asked about, then the others that lead before or after, the largest first.

    >>> leading(np.array([0.7, 0.2, 0.1]), np.array([0.1, 0.3, 0.6]), 1)
    [1, 0, 2]
    """
    both = np.stack([before, after])
    found = {int(column) for row in both for column in np.argsort(-row, kind="stable")[:_CLASSES]} - {target}
    return [target, *sorted(found, key=lambda column: (-both[:, column].max(), column))]
