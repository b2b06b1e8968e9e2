"""What a saved session holds besides the photograph: files with a reader and a writer each, and answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from limetheory.app.answers import MAIN
from limetheory.app.edits import edits_of
from limetheory.app.edits import put_history as put_edits
from limetheory.app.inputs import table, text
from limetheory.app.inputs.known import TABLE, TEXT
from limetheory.app.pages.fields import SETTINGS
from limetheory.app.photos import photo_of
from limetheory.app.regions import change_regions, regions_of
from limetheory.app.saved.facts import checked_fields, checked_settings
from limetheory.app.saved.others import MEMBERS as OTHERS
from limetheory.app.saved.plain import plain_object
from limetheory.app.saved.refused import not_saved
from limetheory.app.saved.studies import STUDIES
from limetheory.app.sessions.session import Session
from limetheory.images.edits.edits import Edits
from limetheory.images.explanation import ImageExplanation
from limetheory.images.regions import History, Regions
from limetheory.tabular.explanation import TabularExplanation
from limetheory.text.explanation import TextExplanation

HEAD, PHOTO = "session.json", "photo"
"""Members of the archive: what it is, and the file of the photograph."""

MOST_PARTS = 2000
"""Parts of an explanation that is opened; a convention."""


@dataclass(frozen=True)
class SavedFile:
    """A part of a session that is saved as text.

    Attributes:
        name: in the archive.
        text: session → the text; None where there is none.
        put: (session, text) → None; raises `Refused`, ValueError or TypeError where it is none of ours.
    """

    name: str
    text: Callable[[Session], bytes | None]
    put: Callable[[Session, bytes], None]


@dataclass(frozen=True)
class Slot:
    """Answers that are saved.

    Attributes:
        name: of the slot.
        kind: the class of their explanations.
        input: what they are about: "photo", "text" or "table".
    """

    name: str
    kind: type[Any]
    input: str = PHOTO

    @property
    def members(self) -> tuple[str, str]:
        """The names of facts and explanation in the archive."""
        return f"{self.name}.json", f"{self.name}.npz"


def _put_settings(session: Session, text: bytes) -> None:
    session.write_json(SETTINGS, checked_settings(plain_object(text, SETTINGS), SETTINGS))


def _regions(session: Session) -> bytes | None:
    found = regions_of(session)
    return None if found is None else found.to_json().encode()


def _put_regions(session: Session, text: bytes) -> None:
    found, photo = Regions.from_json(text), photo_of(session)
    if photo is None or found.shape != (photo.height, photo.width):
        raise not_saved("its regions are of another photograph")
    change_regions(session, lambda _: found)


def _edits(session: Session) -> bytes | None:
    found = edits_of(session)
    return found.to_json().encode() if len(found) else None


def _put_edits(session: Session, text: bytes) -> None:
    put_edits(session, History(Edits.from_json(text)))


def _fields(name: str) -> SavedFile:
    """The fields of the tab of a kind of input."""
    file = f"{name}.json"

    def put(session: Session, text: bytes) -> None:
        session.write_json(file, checked_fields(plain_object(text, file), file))

    return SavedFile(file, lambda session: session.read_bytes(file), put)


FILES = (
    SavedFile("settings.json", lambda session: session.read_bytes(SETTINGS), _put_settings),
    SavedFile("regions.json", _regions, _put_regions),
    SavedFile("edits.json", _edits, _put_edits),
    *(_fields(kind.name) for kind in (text.KIND, table.KIND)),
)
"""What can be undone is not saved."""

SLOTS = (
    *(Slot(name, ImageExplanation) for name in (MAIN, "plain", "whole", "before", "edited", "difference")),
    *(Slot(name, TextExplanation, TEXT) for name in text.KIND.slots),
    *(Slot(name, TabularExplanation, TABLE) for name in table.KIND.slots),
)
KNOWN = (
    HEAD, PHOTO, *(one.name for one in FILES), *(one.name for one in STUDIES),
    *(name for slot in SLOTS for name in slot.members), *OTHERS,
)  # fmt: skip
"""The names of all members."""


def put_file(session: Session, file: SavedFile, text: bytes) -> None:
    """Put a text of the archive into a session.

    Raises:
        Refused: it is none of ours.
    """
    try:
        file.put(session, text)
    except (ValueError, TypeError):
        raise not_saved(f"{file.name} in it is of another kind") from None


def as_json(value: Any) -> bytes:
    """A value as a member."""
    return json.dumps(value, allow_nan=False).encode()
