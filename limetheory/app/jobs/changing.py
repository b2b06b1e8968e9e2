"""The job that explains what the edits change: the explanations before and after, and their difference."""

from __future__ import annotations

from typing import Any

from limetheory.app.answers import Answer, put_answer
from limetheory.app.context import Context
from limetheory.app.edits import carried_out
from limetheory.app.jobs.editing import scene_of
from limetheory.app.jobs.following import Tell, explained_before, followed
from limetheory.app.jobs.queue import current_job
from limetheory.app.questions import question_of
from limetheory.app.segmenters import takes_number
from limetheory.app.worker.changes import Changed
from limetheory.app.worker.messages import Task
from limetheory.images.question import Question

BEFORE, EDITED, DIFFERENCE = "before", "edited", "difference"
"""The slots of the answers."""


def change_job(context: Context, tell: Tell) -> dict[str, Any]:
    """Explain the class of the session's explanation before and after its edits, from the same masks.

    Raises:
        Refused: there is no explanation, or no edit.
    """
    session = current_job().session
    now, main = carried_out(session), explained_before(session)
    task = Task(
        "change",
        {
            "scene": scene_of(session, now), "segments": main.explanation.segments, "question": question_behind(main),
            "target": main.explanation.target,
        },
    )  # fmt: skip
    found: Changed = followed(context, tell, task, "masks evaluated, before and after")
    facts = {
        **{name: main.facts[name] for name in ("class_name", "output", "level", "photo")},
        "names": main.facts.get("names"), "stamp": now.stamp, "state": "whole", "said": found.interrupted,
        "warnings": list(found.said), "explained": main.facts["version"],
        "rows": [{**one._asdict()} for one in found.change.predictions()],
    }  # fmt: skip
    for slot in (BEFORE, EDITED, DIFFERENCE):
        version = put_answer(session, slot, getattr(found.change, _ATTRIBUTES[slot]), facts)
    return {"version": version, "at": current_job().number}


def question_behind(main: Answer) -> Question:
    """The question that an explanation answered."""
    settings = main.facts["settings"]
    return question_of(settings, takes_number(str(settings["segmenter"])))


_ATTRIBUTES = {BEFORE: "before", EDITED: "after", DIFFERENCE: "difference"}
