"""`saved_session`: the work of a browser as one file, which `open_session` opens again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from limetheory.app.answers import facts_of
from limetheory.app.photos import photo_of
from limetheory.app.refusals import Refused
from limetheory.app.saved.archive import written
from limetheory.app.saved.files import FILES, HEAD, PHOTO, SLOTS, Slot, as_json
from limetheory.app.saved.others import other_photographs
from limetheory.app.saved.studies import STUDIES
from limetheory.app.sessions.session import Session

FORMAT, SCHEMA = "limetheory session", 1
_PLACE = "place"  # the fact about the folder of the session alone


def saved_session(session: Session, models: Mapping[str, str]) -> bytes:
    """The photograph, the settings, regions, edits, answers and studies of a session, as a zip archive of plain data.

    Args:
        session: of the browser; nothing of another one is read.
        models: the names of the models that the answers are about, by the kind of their input.

    Raises:
        Refused: there is nothing to save.
    """
    photo = photo_of(session)
    members = dict(_members(session))
    if photo is None and not members:
        raise Refused("There is nothing to save yet. Choose a photograph first.")
    head: dict[str, Any] = {"format": FORMAT, "schema": SCHEMA, "models": dict(models)}
    if photo is not None:
        head["photo"] = photo.name
        members[PHOTO] = photo.file.read_bytes()
    return written({HEAD: as_json(head), **members})


def _members(session: Session) -> Iterator[tuple[str, bytes]]:
    for file in FILES:
        content = file.text(session)
        if content is not None:
            yield file.name, content
    for name, part in other_photographs(session):
        yield name, part if isinstance(part, bytes) else as_json(part)
    for slot in SLOTS:
        yield from _answer(session, slot)
    for study in STUDIES:
        content = session.read_bytes(study.name)
        if content is not None:
            yield study.name, content


def _answer(session: Session, slot: Slot) -> Iterator[tuple[str, bytes]]:
    facts = facts_of(session, slot.name)
    content = None if facts is None else session.read_bytes(facts["place"])
    if facts is not None and content is not None:
        told = {name: value for name, value in facts.items() if name != _PLACE}
        yield from zip(slot.members, (as_json(told), content), strict=True)
