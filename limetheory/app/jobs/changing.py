"""The job that explains what the edits change: the explanations before and after, and their difference."""

from __future__ import annotations

from typing import Any

from limetheory.app.answers import Answer, put_answer
from limetheory.app.context import Context
from limetheory.app.edits import carried_out
from limetheory.app.jobs.editing import scene_of
from limetheory.app.jobs.following import Asked, Tell, chosen_photo, explained_before, followed
from limetheory.app.jobs.queue import current_job
from limetheory.app.questions import question_of
from limetheory.app.segmenters import takes_number
from limetheory.app.sessions.session import Session
from limetheory.app.worker.changes import Changed
from limetheory.app.worker.messages import Task
from limetheory.images.question import Question

BEFORE, EDITED, DIFFERENCE = "before", "edited", "difference"
"""The slots of the answers."""


def change_asked(context: Context, session: Session) -> Asked:
    """The question what the edits of the session change, of the class of its explanation.

    Raises:
        Refused: there is no explanation, or no edit.
    """
    now, main = carried_out(session), explained_before(session)
    task = Task(
        "change",
        {
            "scene": scene_of(session, now), "segments": main.explanation.segments, "question": question_behind(main),
            "target": main.explanation.target,
        },
    )  # fmt: skip
    facts = {
        **{name: main.facts[name] for name in ("class_name", "output", "level", "photo")},
        "names": main.facts.get("names"), "stamp": now.stamp, "state": "whole",
        "explained": main.facts["version"],
    }  # fmt: skip
    return Asked(chosen_photo(session), task, facts)


def change_job(context: Context, tell: Tell, asked: Asked) -> dict[str, Any]:
    """Explain the class before and after the edits, from the same masks.

    Raises:
        Refused: it cannot be done.
    """
    session = current_job().session
    found: Changed = followed(context, tell, asked.task, "masks evaluated, before and after", photo=asked.photo)
    facts = {
        **asked.facts, "said": found.interrupted, "warnings": list(found.said),
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
