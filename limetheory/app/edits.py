"""The edits of a session: an ordered list, what it was before, and which regions its edits are of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

import numpy as np

from limetheory.app.backgrounds import Background, backgrounds_of
from limetheory.app.photos import photo_of
from limetheory.app.refusals import Refused
from limetheory.app.regions import regions_of
from limetheory.app.sessions.session import Session
from limetheory.arrays import Bools
from limetheory.images.edits.edit import Edit
from limetheory.images.edits.edits import Edits
from limetheory.images.regions import History
from limetheory.images.regions.history import MOST_STEPS

EDITS_FILE = "edits.json"


@dataclass(frozen=True, eq=False)
class EditsNow:
    """The edits of a session that are carried out, with the regions that they are of.

    Attributes:
        edits: all of them, also those that are off.
        masks: (h, w) bool of the photograph, by name, of the regions that an edit which is on names.
        missing: the numbers of the edits that are on and of a region that is not there.
        photographs: others that an edit which is on shows, by name.
        unshown: the numbers of the edits that are on and show a photograph that is not there.
    """

    edits: Edits
    masks: Mapping[str, Bools]
    missing: tuple[int, ...] = ()
    photographs: Mapping[str, Background] = field(default_factory=dict)
    unshown: tuple[int, ...] = ()

    @property
    def none(self) -> bool:
        """Whether no edit is on."""
        return not any(edit.on for edit in self.edits)

    @property
    def stamp(self) -> str:
        """What tells these edits of these regions from others."""
        digest = sha256(self.edits.to_json().encode())
        for name, mask in sorted(self.masks.items()):
            digest.update(name.encode() + np.packbits(mask).tobytes())
        for name, one in sorted(self.photographs.items()):
            digest.update(name.encode() + one.digest.encode())
        return digest.hexdigest()[:20]


def history_of(session: Session) -> History[Edits]:
    """The edits now, before, and before something was undone."""
    found = session.read_json(EDITS_FILE)
    if found is None:
        return History(Edits())
    past, future = (tuple(map(Edits.from_json, found[name])) for name in ("past", "future"))
    return History(Edits.from_json(found["present"]), past, future)


def edits_of(session: Session) -> Edits:
    """The edits of a session in their order; none where it has none."""
    found = session.read_json(EDITS_FILE)
    return Edits() if found is None else Edits.from_json(found["present"])


def put_history(session: Session, history: History[Edits]) -> None:
    """Keep a history of edits.

    Raises:
        Refused: there is no room, or no photograph; what was kept before stays.
    """
    if photo_of(session) is None:
        raise Refused("There is no photograph yet. Choose a file, or begin with an example.")
    past, future = ([one.to_json() for one in listed[-MOST_STEPS:]] for listed in (history.past, history.future))
    session.write_json(EDITS_FILE, {"present": history.present.to_json(), "past": past, "future": future})


def edits_now(session: Session) -> EditsNow:
    """The edits of a session with their regions."""
    edits, regions = edits_of(session), regions_of(session)
    there = {} if regions is None else {region.name: region.mask for region in regions.regions}
    named = [(number, edit.region) for number, edit in enumerate(edits) if edit.on and edit.region is not None]
    masks = {name: there[name] for _, name in named if name in there}
    others, shown = backgrounds_of(session), [(number, name) for number, edit in enumerate(edits) if edit.on
                                              for name in edit.photographs]  # fmt: skip
    return EditsNow(
        edits, masks, tuple(number for number, name in named if name not in there),
        {name: others[name] for _, name in shown if name in others},
        tuple(number for number, name in shown if name not in others),
    )  # fmt: skip


def region_names(session: Session) -> tuple[str, ...]:
    """The names that an edit can be of."""
    regions = regions_of(session)
    return () if regions is None else regions.names


def carried_out(session: Session) -> EditsNow:
    """The edits of a session, of which there is at least one, with all of their regions.

    Raises:
        Refused: no edit is on, or one is of a region that is not there.
    """
    found = edits_now(session)
    if found.missing:
        edit: Edit = found.edits[found.missing[0]]
        raise Refused(
            f"Edit {found.missing[0] + 1} ({edit.name}) is of the region {edit.region}, which this photograph does not "
            "have. Choose another region for it, or switch it off."
        )
    if found.unshown:
        number = found.unshown[0]
        gone = ", ".join(name for name in found.edits[number].photographs if name not in found.photographs)
        raise Refused(
            f"Edit {number + 1} ({found.edits[number].name}) shows the photograph {gone}, which is not here. Choose "
            "another one for it, or switch it off."
        )
    if found.none:
        raise Refused("There is no edit that is on. Add one in the panel Edit.")
    return found
