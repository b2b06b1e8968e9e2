"""The job that carries out the same edits on many photographs."""

from __future__ import annotations

import math
from typing import Any

from limetheory.app.context import Context
from limetheory.app.edits import carried_out
from limetheory.app.examples import Example
from limetheory.app.jobs.editing import PREDICTION, fixed_class, scene_of
from limetheory.app.jobs.following import Asked, Tell, chosen_photo, followed
from limetheory.app.jobs.queue import current_job
from limetheory.app.questions import LEVEL
from limetheory.app.refusals import Refused
from limetheory.app.sessions.session import Session
from limetheory.app.worker.bias import Checked
from limetheory.app.worker.messages import Task

BIAS = "bias.json"
PLACE, WHOLE = "place", "whole"
"""What the edits are of in other photographs: the same relative place, or the whole photograph."""


def photographs_of(context: Context) -> tuple[Example, ...]:
    """Those of the folder that the page was started with, without one the examples."""
    of_folder = tuple(one for one in context.examples if one.file is not None)
    return of_folder or context.examples


def bias_asked(context: Context, session: Session, of: Any) -> Asked:
    """The question what the edits of the session change in every photograph, on average of its class.

    Raises:
        Refused: there is no edit, or no class yet.
    """
    now = carried_out(session)
    target = fixed_class(session)
    if target is None:
        target = (session.read_json(PREDICTION) or {}).get("target")
    if target is None:
        raise Refused("There is no class yet. Choose one in the panel Explain, or wait for the prediction.")
    arguments = {
        "scene": scene_of(session, now), "examples": photographs_of(context), "limits": context.settings.limits,
        "target": target, "whole": of == WHOLE, "level": LEVEL,
    }  # fmt: skip
    facts = {"stamp": now.stamp, "whole": of == WHOLE, "regions": bool(now.masks)}
    return Asked(chosen_photo(session), Task("bias", arguments), facts)


def bias_job(context: Context, tell: Tell, asked: Asked) -> dict[str, Any]:
    """Carry out the edits on every photograph, and keep the mean change.

    Raises:
        Refused: it cannot be done.
    """
    found: Checked = followed(context, tell, asked.task, "photographs", photo=asked.photo)
    current_job().session.write_json(BIAS, {**_facts(found), **asked.facts})
    return {"stamp": asked.facts["stamp"], "at": current_job().number}


def _facts(found: Checked) -> dict[str, Any]:
    check = found.check
    ends = [float(one) if math.isfinite(one) else None for one in check.interval]
    return {
        "class_name": check.class_name, "level": check.level, "interval": ends, "remark": check.remark,
        "titles": list(found.titles[: len(check.names)]), "before": check.before.tolist(),
        "after": check.after.tolist(), "left_out": list(found.left_out), "said": found.interrupted,
    }  # fmt: skip
