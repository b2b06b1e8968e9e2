"""What the fields of the list of regions say, though the request that brings it is still on its way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from limetheory.app.drawing.cuts import key_of
from limetheory.app.regions import change_regions, drawn_of, history_of
from limetheory.app.sessions.session import Session
from limetheory.images.regions import Regions


def take_typed(session: Session, fields: Mapping[str, Any]) -> None:
    """Take over the names and numbers that the page shows, where its list is of these regions or of earlier ones.

    A field changes its region by the name that this had in the list of the page, so that another window's regions are
    left alone, and nothing is changed twice.

    Args:
        session: of the browser.
        fields: "shown", the key of the regions in the list, see `key_of`; "names" and "numbers" of its fields;
            "outside" and "segmenter" of those below it.

    Raises:
        ValueError, TypeError: a name or a number that a region cannot have.
    """
    with session.turn:
        now = drawn_of(session)
        if now is None:
            return
        base = next((one for one in _earlier(session, now) if key_of(one) == fields["shown"]), None)
        if base is None:
            return
        after = _with_fields(now, base, fields)
        if after != now:
            change_regions(session, lambda _: after)


def _earlier(session: Session, now: Regions) -> Iterator[Regions]:
    """The regions now, and what they were, the newest first."""
    yield now
    history = history_of(session)
    for text in reversed(() if history is None else history.past):
        yield Regions.from_json(text)


def _with_fields(now: Regions, base: Regions, fields: Mapping[str, Any]) -> Regions:
    names, numbers = (list(fields[one] or ()) for one in ("names", "numbers"))
    if len(names) == len(numbers) == len(base.regions):
        for region, name, number in zip(base.regions, names, numbers, strict=True):
            known = region.name if region.name in now.names else name
            if known in now.names and number != region.superpixels:
                now = now.with_superpixels(known, number)
            if known == region.name in now.names and name != region.name:
                now = now.rename(region.name, name)
    outside, segmenter = fields["outside"], fields["segmenter"]
    if outside is not None and segmenter is not None and (outside, segmenter) != (base.outside, base.segmenter):
        now = now.with_outside(outside, segmenter)
    return now
