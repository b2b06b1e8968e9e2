"""The regions of a session with all that can be undone, which a reload shows again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from limetheory.app.photos import Photo, photo_of
from limetheory.app.refusals import Refused
from limetheory.app.sessions.session import Session
from limetheory.images.regions import History, Regions

FILE = "regions.json"

_MOST_CHARACTERS = 1 << 23  # of the regions, and of all that can be undone: 8 MiB each; a convention
NO_PHOTO = "There is no photograph yet. Choose a file, or begin with an example."
"""What a person is told who wants to draw on nothing."""


def regions_of(session: Session) -> Regions | None:
    """The regions of a session's photograph; None where there is not a single one."""
    found = drawn_of(session)
    return found if found is not None and found.regions else None


def drawn_of(session: Session) -> Regions | None:
    """The regions of a session's photograph, none of them at first; None where there is no photograph."""
    photo = photo_of(session)
    if photo is None:
        return None
    history = history_of(session)
    return _none_yet(photo) if history is None else Regions.from_json(history.present)


def history_of(session: Session) -> History[str] | None:
    """The texts of `Regions.to_json` now, before, and undone; None before the first change."""
    kept = session.read_json(FILE)
    return None if kept is None else History(kept["present"], tuple(kept["past"]), tuple(kept["future"]))


def change_regions(session: Session, change: Callable[[Regions], Regions]) -> Regions:
    """Change the regions by a function of them.

    Raises:
        Refused: there is no photograph, no room, or masks of too many small pieces.
        ValueError, TypeError: what the function refuses; nothing is changed.
    """
    with session.turn:
        before = drawn_of(session)
        if before is None:
            raise Refused(NO_PHOTO)
        found = change(before)
        history = history_of(session) or History(before.to_json())
        _put(session, history.done(found.to_json()))
        return found


def undo(session: Session) -> None:
    """Go one step back, if there is one."""
    _step(session, History.undone)


def redo(session: Session) -> None:
    """Go one undone step forward, if there is one."""
    _step(session, History.redone)


def _step(session: Session, step: Callable[[History[str]], History[str]]) -> None:
    with session.turn:
        history = history_of(session)
        if history is not None:
            _put(session, step(history))


def _put(session: Session, history: History[str]) -> None:
    if len(history.present) > _MOST_CHARACTERS:
        raise Refused("These regions have too many small pieces. Draw them with smoother borders, or fewer of them.")
    past, future = _newest(history.past), _newest(history.future)
    kept: dict[str, Any] = {"present": history.present, "past": past, "future": future}
    session.write_json(FILE, kept)


def _newest(texts: tuple[str, ...]) -> list[str]:
    """The last of the texts, as many as there is room for."""
    kept: list[str] = []
    room = _MOST_CHARACTERS
    for text in reversed(texts):
        room -= len(text)
        if room < 0:
            break
        kept.append(text)
    return kept[::-1]


def _none_yet(photo: Photo) -> Regions:
    return Regions((photo.height, photo.width))
