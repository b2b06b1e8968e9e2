"""The photograph of a session, and what is forgotten when another takes its place."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from limetheory.app.sessions.session import Session
from limetheory.app.uploads import Photograph, preview

_FACTS = "photo.json"
_PREVIEW = "preview.jpg"
KEPT = ("settings.json", "introduction.json", "regions-tools.json")
"""Files about the person's choices, which another photograph leaves alone."""

_OTHERS = ("text", "table")  # how the names of files about other inputs begin, which it leaves alone too

_SIDE = 900  # the longest side of what a browser is shown, in pixels; a convention


@dataclass(frozen=True)
class Photo:
    """The photograph that a browser is working on.

    Attributes:
        name: what its person calls it.
        file: where the worker reads it.
        digest: its SHA-256.
        width, height: in pixels.
    """

    name: str
    file: Path
    digest: str
    width: int
    height: int


def put_photo(session: Session, photograph: Photograph) -> Photo:
    """Make a photograph the session's own; answers about the one of before are forgotten.

    Raises:
        Refused: there is no room; the one of before stays.
    """
    with session.turn:
        _put(session, photograph)
        return _photo(session, session.read_json(_FACTS))


def _put(session: Session, photograph: Photograph) -> None:
    place = f"photo-{photograph.digest[:16]}{photograph.suffix}"
    before = photo_of(session)
    session.write_bytes(place, photograph.content)
    session.write_bytes(_PREVIEW, preview(photograph.content, _SIDE))
    facts = {"name": photograph.name, "place": place, "digest": photograph.digest}
    session.write_json(_FACTS, {**facts, "width": photograph.width, "height": photograph.height})
    if before is not None and before.digest != photograph.digest:
        own = {_FACTS, _PREVIEW, place, *KEPT}
        session.forget(*(name for name in session.files() if name not in own and not name.startswith(_OTHERS)))


def photo_of(session: Session) -> Photo | None:
    """The photograph of a session; None where it has none yet."""
    facts = session.read_json(_FACTS)
    return None if facts is None else _photo(session, facts)


def label_map_name(photo: Photo) -> str:
    """What a file with the photograph's superpixels is called."""
    return f"{Path(photo.name).stem}-superpixels.png"


def preview_of(session: Session) -> bytes | None:
    """The photograph as a browser shows it, a JPEG."""
    return session.read_bytes(_PREVIEW)


def _photo(session: Session, facts: dict[str, Any]) -> Photo:
    return Photo(facts["name"], session.path(facts["place"]), facts["digest"], facts["width"], facts["height"])
