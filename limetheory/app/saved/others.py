"""The other photographs that edits show, in a saved session: a list of their names, and a picture each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from limetheory.app.backgrounds import FILE, MOST, backgrounds_of, put_background
from limetheory.app.limits import Limits
from limetheory.app.saved.kinds import is_list_up_to, is_object, is_text
from limetheory.app.saved.plain import plain
from limetheory.app.saved.refused import not_saved
from limetheory.app.sessions.session import Session
from limetheory.app.uploads import checked
from limetheory.images.edits.edits import Edits
from limetheory.images.edits.parameters import LONGEST_NAME

_PICTURES = tuple(f"background-{place}" for place in range(MOST))
MEMBERS = (FILE, *_PICTURES)
"""The names of the parts in the archive."""

_DIGEST = 64  # hexadecimal digits of a SHA-256


def other_photographs(session: Session) -> Iterator[tuple[str, bytes | list[dict[str, str]]]]:
    """The parts of the archive; the list as plain data."""
    found = [*backgrounds_of(session).values()]
    if found:
        yield FILE, [{"name": one.name, "digest": one.digest} for one in found]
    for name, one in zip(_PICTURES, found, strict=False):
        content = session.read_bytes(one.place)
        if content is not None:
            yield name, content


def put_other_photographs(session: Session, members: Mapping[str, bytes], limits: Limits) -> None:
    """Put the other photographs of an archive into a session.

    Raises:
        Refused: they are none of ours.
    """
    listed = plain(members[FILE], FILE) if FILE in members else []
    fields = {"name": lambda one: is_text(one, LONGEST_NAME) and bool(one), "digest": _is_digest}
    if not is_list_up_to(listed, MOST, lambda one: is_object(one, fields)):
        raise not_saved(f"{FILE} in it is of another kind")
    if any(len({one[key] for one in listed}) < len(listed) for key in fields):
        raise not_saved(f"{FILE} in it lists a photograph twice")
    pictures = _PICTURES[: len(listed)]
    if {name for name in _PICTURES if name in members} != set(pictures):
        raise not_saved(f"{FILE} in it lists other photographs than are there")
    for one, name in zip(listed, pictures, strict=True):
        photograph = replace(checked(members[name], one["name"], limits), name=one["name"])
        put_background(session, photograph, Edits(), one["digest"])


def _is_digest(value: object) -> bool:
    return isinstance(value, str) and len(value) == _DIGEST and set(value) <= set("0123456789abcdef")
