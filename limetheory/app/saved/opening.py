"""`open_session`: a saved session of anyone's takes the place of a browser's own, or is refused and changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from limetheory.app.answers import put_answer
from limetheory.app.limits import Limits
from limetheory.app.photos import KEPT, put_photo
from limetheory.app.refusals import Refused
from limetheory.app.saved.archive import read
from limetheory.app.saved.facts import checked_facts
from limetheory.app.saved.files import FILES, HEAD, KNOWN, MOST_PARTS, PHOTO, SLOTS, Slot, put_file
from limetheory.app.saved.others import put_other_photographs
from limetheory.app.saved.plain import plain_object
from limetheory.app.saved.refused import not_saved
from limetheory.app.saved.studies import STUDIES
from limetheory.app.saved.writing import FORMAT, SCHEMA
from limetheory.app.sessions.session import Session
from limetheory.app.sessions.staging import staged
from limetheory.app.uploads import checked, shown_name
from limetheory.explanation import load_explanation

_ARRAYS = "opened.npz"


def open_session(
    session: Session, content: bytes, models: Mapping[str, str], limits: Limits, show: Callable[[Session], Any]
) -> None:
    """Let a saved session take the place of a browser's.

    Sizes are checked before anything is decoded; photograph, regions and edits are checked as those of the page are;
    arrays are read without pickle; no name in the file becomes a path.

    Args:
        session: of the browser.
        content: of the file.
        models: the names of the page's models, by the kind of their input.
        limits: of the file, and of its photograph.
        show: builds the page from a session; what it cannot show is refused.

    Raises:
        Refused: the file is none that this page saved, or there is no room; the session is as it was.
    """
    members = _members(content, limits)
    head = _head(members, models)
    with staged(session) as stage:
        _fill(stage, head, members, limits)
        for name in KEPT:
            before = session.read_bytes(name)
            if before is not None and not stage.has(name):
                stage.write_bytes(name, before)
        _shown(stage, show)


def _members(content: bytes, limits: Limits) -> dict[str, bytes]:
    if len(content) > limits.saved_bytes:
        raise Refused(
            f"A saved session may have {limits.saved_bytes >> 20} MiB, and this file has {len(content) >> 20}. "
            "Choose another file."
        )
    return read(content, KNOWN)


def _head(members: Mapping[str, bytes], models: Mapping[str, str]) -> dict[str, Any]:
    """What the file says that it is.

    Raises:
        Refused: another file, one of a later version, or one with answers about another model.
    """
    head = plain_object(members.get(HEAD, b""), HEAD)
    if head.get("format") != FORMAT or not isinstance(head.get("photo", ""), str):
        raise not_saved("it is of another kind")
    if head.get("schema") != SCHEMA or isinstance(head.get("schema"), bool):
        raise Refused("This session was saved by another version of limetheory. Upgrade limetheory, then open it.")
    named = head.get("models")
    if not isinstance(named, dict):
        raise not_saved("it names no models")
    kinds = {slot.input for slot in SLOTS if any(name in members for name in slot.members)}
    if any(study.name in members for study in STUDIES):
        kinds.add(PHOTO)
    for kind in kinds:
        if named.get(kind) != models.get(kind):
            other = shown_name(str(named.get(kind)))
            raise Refused(f"This session explains the model {other}. Start limetheory app with it, then open it.")
    return head


def _fill(stage: Session, head: Mapping[str, Any], members: Mapping[str, bytes], limits: Limits) -> None:
    if PHOTO in members:
        put_photo(stage, checked(members[PHOTO], head.get("photo", "photograph"), limits))
    put_other_photographs(stage, members, limits)
    for file in FILES:
        if file.name in members:
            put_file(stage, file, members[file.name])
    versions: dict[int, int] = {}
    for slot in SLOTS:
        if any(name in members for name in slot.members):
            _put(stage, slot, members, versions)
    for study in STUDIES:
        if study.name in members:
            study.put(stage, members[study.name], versions)


def _put(stage: Session, slot: Slot, members: Mapping[str, bytes], versions: dict[int, int]) -> None:
    """Put an answer of the file into its slot.

    Args:
        stage, slot, members: where to and where from.
        versions: of the answers before, from those in the file to those here, to which this one is added.
    """
    told, arrays = slot.members
    stage.write_bytes(_ARRAYS, members.get(arrays, b""))
    try:
        found = load_explanation(stage.path(_ARRAYS))
    except ValueError:
        raise not_saved(f"{arrays} in it is damaged") from None
    if type(found) is not slot.kind or found.d > MOST_PARTS:
        raise not_saved(f"{arrays} in it is of another kind")
    facts = checked_facts(plain_object(members.get(told, b""), told), found.d, told)
    if facts.get("explained") in versions:
        facts["explained"] = versions[facts["explained"]]
    versions[facts["version"]] = put_answer(stage, slot.name, found, facts)
    stage.forget(_ARRAYS)


def _shown(stage: Session, show: Callable[[Session], Any]) -> None:
    try:
        show(stage)
    except Refused:
        raise
    except Exception:  # parts that are whole but do not fit each other fail wherever the page first needs both
        raise not_saved("its parts do not fit each other") from None
