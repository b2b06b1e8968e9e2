"""What a drawing, a click, a file, a field or a button changes of the regions of a session."""

from __future__ import annotations

import base64
import binascii
import threading
import warnings
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from typing import Any

from limetheory.app.drawing.actions import acted
from limetheory.app.drawing.clicks import Click
from limetheory.app.drawing.cuts import SEGMENTS, automatic, cut_of, key_of
from limetheory.app.drawing.effects import lettered, with_mask, with_regions
from limetheory.app.drawing.proposals import forget_proposal, proposal_of
from limetheory.app.drawing.shapes import drawn_mask
from limetheory.app.drawing.view import View, put_view, view_of
from limetheory.app.refusals import Refused
from limetheory.app.regions import NO_PHOTO, change_regions, drawn_of, redo, undo
from limetheory.app.sessions.session import Session
from limetheory.images.regions import Regions, read_masks
from limetheory.images.regions.uploads import LOST

SUGGESTED = 100
"""Superpixels in all that the suggested numbers have; LIMEcraft's number."""

_READING = threading.Lock()  # warnings of one file are not to be told to the person of another


class Unchanged(Exception):
    """What was asked for is so already."""


def drawn(session: Session, drawing: Any) -> None:
    """Do with a drawing of the browser what the view says; a new region is then the selected one."""
    _masked(session, lambda regions: drawn_mask(drawing, regions.shape))


def _masked(session: Session, mask: Callable[[Regions], Any], name: str = "region") -> None:
    view = view_of(session)
    names = _names(session)
    selected = [one for one in names if one in view.selected]
    found = change_regions(session, lambda now: with_mask(now, mask(now), view.effect, selected, name))
    if len(found.names) > len(names):
        put_view(session, replace(view.of(found.names), selected=found.names[-1:]))


def clicked(session: Session, sent: Any) -> None:
    """Put a superpixel into the selected region, or out of it; without a selected one it is a new region."""
    regions, view = _there(session), view_of(session)
    click = Click.of(sent, regions.shape)
    found = cut_of(session, SEGMENTS, automatic(regions))
    if found is None:
        raise Refused("The superpixels are being found. Click once you see them.")
    selected = [one for one in regions.names if one in view.selected]
    name = selected[0] if len(selected) == 1 else lettered(regions, "region")
    superpixel = int(found.labels[click.pixel])
    after = change_regions(session, lambda now: now.toggled(name, found.labels, superpixel))
    put_view(session, replace(view.of(after.names), selected=(name,) if name in after.names else ()))


def missing(session: Session) -> str | None:
    """The key of the automatic superpixels, where they can be clicked on and are still to be found."""
    regions = drawn_of(session)
    if (
        regions is None
        or view_of(session).tool != "superpixel"
        or cut_of(session, SEGMENTS, automatic(regions)) is not None
    ):
        return None
    return key_of(automatic(regions))


def uploaded(session: Session, contents: str) -> list[str]:
    """Add the regions of a file, and say what could not be read of it."""
    content, before = _bytes(contents), set(_names(session))
    with _READING, warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        after = change_regions(session, lambda now: with_regions(now, read_masks(content, now.shape)))
    new = tuple(one for one in after.names if one not in before)
    put_view(session, replace(view_of(session).of(after.names), selected=new[-1:]))
    return [str(one.message) for one in said if str(one.message).startswith(LOST)]


def _bytes(contents: str) -> bytes:
    try:
        return base64.b64decode(contents.partition(";base64,")[2], validate=True)
    except binascii.Error:
        raise Refused("The mask did not arrive whole. Choose it again.") from None


def pressed(session: Session, name: str) -> None:
    """Do to the selected regions what a button of `ACTIONS` or of `BUTTONS` says."""
    if name in BUTTONS:
        BUTTONS[name](session)
        return
    view = view_of(session)
    found = change_regions(session, lambda now: acted(now, name, view.selected))
    put_view(session, view.of(found.names))


def _suggested(session: Session) -> None:
    change_regions(session, lambda now: now.suggested(max(SUGGESTED, len(now.regions) + 1)))


def _taken(session: Session) -> None:
    proposal, view = proposal_of(session), view_of(session)
    if proposal is None:
        raise Refused("No object is proposed. Click on one.")
    _masked(session, lambda regions: proposal.masks[view.scale], "object")
    forget_proposal(session)


BUTTONS: dict[str, Callable[[Session], None]] = {
    "undo": undo, "redo": redo, "suggest": _suggested, "take": _taken, "drop": forget_proposal,
}  # fmt: skip
"""The buttons that need no selected region."""


def fill_all(session: Session, given: Iterable[tuple[str, Any, Any]]) -> None:
    """Take over fields of the list that changed at once, by their names, the places of their regions, and values.

    Raises:
        Unchanged: all of them are so already.
    """
    changed = False
    for field, place, value in given:
        with suppress(Unchanged):
            filled(session, field, place, value)
            changed = True
    if not changed:
        raise Unchanged


def filled(session: Session, field: str, place: Any, value: Any) -> None:
    """Take over a field of the list, by its name and the place of its region.

    Raises:
        Unchanged: the region is so already, or gone.
    """
    regions = _there(session)
    if not isinstance(place, int) or not 0 <= place < len(regions.regions):
        raise Unchanged
    _FIELDS[field](session, regions, regions.names[place], value)


def _name(session: Session, regions: Regions, name: str, value: Any) -> None:
    if value == name:
        raise Unchanged
    change_regions(session, lambda now: now.rename(name, value if isinstance(value, str) else ""))
    put_view(session, view_of(session).renamed(name, value))


def _number(session: Session, regions: Regions, name: str, value: Any) -> None:
    if value == regions[name].superpixels:
        raise Unchanged
    change_regions(session, lambda now: now.with_superpixels(name, value))


def _selected(session: Session, regions: Regions, name: str, value: Any) -> None:
    view = view_of(session)
    put_view(session, replace(view, selected=_ticked(view.selected, name, bool(value))))


def _seen(session: Session, regions: Regions, name: str, value: Any) -> None:
    view = view_of(session)
    put_view(session, replace(view, hidden=_ticked(view.hidden, name, not value)))


def _ticked(names: tuple[str, ...], name: str, on: bool) -> tuple[str, ...]:
    """The names with a name, or without it."""
    if on == (name in names):
        raise Unchanged
    return (*names, name) if on else tuple(one for one in names if one != name)


_FIELDS: dict[str, Callable[[Session, Regions, str, Any], None]] = {
    "name": _name, "superpixels": _number, "selected": _selected, "shown": _seen,
}  # fmt: skip


def cut_outside(session: Session, number: Any, segmenter: Any) -> None:
    """Take over how what is outside of the regions is cut.

    Raises:
        Unchanged: it is so already.
    """
    regions = _there(session)
    if (number, segmenter) == (regions.outside, regions.segmenter):
        raise Unchanged
    change_regions(session, lambda now: now.with_outside(number, segmenter))


def looked(session: Session, change: Callable[[View], View]) -> None:
    """Change the view.

    Raises:
        Unchanged: it is so already.
    """
    before = view_of(session)
    if change(before) == before:
        raise Unchanged
    put_view(session, change(before))


def _names(session: Session) -> tuple[str, ...]:
    return _there(session).names


def _there(session: Session) -> Regions:
    found = drawn_of(session)
    if found is None:
        raise Refused(NO_PHOTO)
    return found
