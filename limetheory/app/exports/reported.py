"""From the files of a session to the report and the document of its explanation."""

from __future__ import annotations

from typing import Any

from limetheory.app.answers import MAIN, Answer, answer_of
from limetheory.app.exports.parts import reported_change, reported_edits, reported_regions
from limetheory.app.photos import Photo, photo_of
from limetheory.app.refusals import Refused
from limetheory.app.sessions.session import Session
from limetheory.pictures import load_image
from limetheory.reports import Report

NOT_YET = "There is no finished explanation yet. Press Explain and wait for the end."


def finished_answer(session: Session) -> tuple[Photo, Answer]:
    """The photograph of a session and its explanation, which is finished or was cancelled.

    Raises:
        Refused: there is none.
    """
    photo, answer = photo_of(session), answer_of(session, MAIN)
    if photo is None or answer is None or not (answer.facts.get("record") or {}).get("repeat"):
        raise Refused(NOT_YET)
    return photo, answer


def document_of(answer: Answer) -> dict[str, Any]:
    """The JSON that `limetheory explain --from` repeats."""
    found: dict[str, Any] = answer.facts["record"]
    return found


def report_of(session: Session) -> Report:
    """The report of the session's explanation, with its regions and edits and what these change.

    Raises:
        Refused: there is none yet.
    """
    photo, answer = finished_answer(session)
    return Report(
        found=answer.explanation, document=document_of(answer), photo=load_image(photo.file),
        level=answer.facts["level"], regions=reported_regions(session, answer), edits=reported_edits(session),
        change=reported_change(session, answer),
    )  # fmt: skip
