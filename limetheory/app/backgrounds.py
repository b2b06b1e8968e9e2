"""The other photographs of a session, which edits show: kept as small as edits work on them, under a name each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from limetheory.app.refusals import Refused
from limetheory.app.sessions.session import Session
from limetheory.app.uploads import Photograph, small_png
from limetheory.images.edits.edits import Edits
from limetheory.images.segmentation.segment import MAX_SIDE

FILE = "backgrounds.json"
MOST = 5
"""Other photographs at a time; a convention."""


@dataclass(frozen=True)
class Background:
    """Another photograph.

    Attributes:
        name: that edits have for it.
        digest: the SHA-256 of the file that was chosen.
        place: of the kept copy in the session.
    """

    name: str
    digest: str
    place: str


def backgrounds_of(session: Session) -> dict[str, Background]:
    """The other photographs of a session by name, in the order in which they came."""
    found: list[dict[str, Any]] = session.read_json(FILE, [])
    return {one["name"]: Background(**one) for one in found}


def put_background(session: Session, photograph: Photograph, edits: Edits, digest: str | None = None) -> str:
    """Keep another photograph; the name that edits have for it.

    Where there are as many as there may be, the oldest one that no edit shows makes room.

    Args:
        session: of the browser.
        photograph: that was checked.
        edits: of the session.
        digest: of the file that was chosen, where the photograph is a copy of it.

    Raises:
        Refused: all of them are shown by edits, or there is no room.
    """
    digest = photograph.digest if digest is None else digest
    with session.turn:
        kept = [*backgrounds_of(session).values()]
        known = next((one for one in kept if one.digest == digest), None)
        if known is not None:
            return known.name
        kept = _with_room(session, kept, edits)
        name = _free(photograph.name, [one.name for one in kept])
        place = f"background-{digest[:16]}.png"
        session.write_bytes(place, small_png(photograph.content, MAX_SIDE))
        session.write_json(FILE, [asdict(one) for one in (*kept, Background(name, digest, place))])
        return name


def background_file(session: Session, background: Background) -> Path:
    """Where the kept copy is."""
    return session.path(background.place)


def _with_room(session: Session, kept: list[Background], edits: Edits) -> list[Background]:
    if len(kept) < MOST:
        return kept
    shown = {name for edit in edits for name in edit.photographs}
    idle = next((one for one in kept if one.name not in shown), None)
    if idle is None:
        raise Refused(f"{MOST} other photographs are the most here, and edits show all of them. Remove an edit first.")
    session.forget(idle.place)
    return [one for one in kept if one is not idle]


def _free(name: str, taken: Sequence[str]) -> str:
    """The name, with a number behind it where another photograph has it.

    >>> _free("beach.png", ["beach.png", "beach.png (2)"])
    'beach.png (3)'
    """
    names = [name, *(f"{name} ({number})" for number in range(2, len(taken) + 3))]
    return next(one for one in names if one not in taken)
