"""Regions and edits of a session, and what the edits change, as a report has them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from limetheory.app.answers import Answer, answer_of
from limetheory.app.backgrounds import Background, backgrounds_of
from limetheory.app.edits import carried_out, edits_now, edits_of
from limetheory.app.jobs.changing import DIFFERENCE
from limetheory.app.jobs.editing import scene_of
from limetheory.app.regions import regions_of
from limetheory.app.sessions.session import Session
from limetheory.images.edits.edit import Edit
from limetheory.images.edits.parameters import Picture
from limetheory.images.regions import Partition, region_sums
from limetheory.reports import ReportedChange, ReportedEdit, ReportedRegion


def edited_photo(session: Session) -> np.ndarray:
    """The photograph after the edits, (h, w, 3) in [0, 1], its longest side at most 1024 pixels.

    Raises:
        Refused: there is no photograph or no edit that is on, or one is of a region that is not there.
    """
    return scene_of(session, carried_out(session)).edited.pixels


def reported_regions(session: Session, answer: Answer) -> list[ReportedRegion]:
    """The regions of a session, with the sums of their superpixels' coefficients where these are explained."""
    drawn = regions_of(session)
    if drawn is None:
        return []
    shares = np.bincount(drawn.owner.ravel() + 1, minlength=len(drawn.regions) + 1)[1:] / drawn.owner.size
    values = _sums(answer)
    return [
        ReportedRegion(
            name=one.name, superpixels=one.superpixels, share=float(share),
            coefficient=values[one.name][0] if one.name in values else None,
            interval=values[one.name][1] if one.name in values else None,
        )
        for one, share in zip(drawn.regions, shares, strict=True)
    ]  # fmt: skip


def reported_edits(session: Session) -> list[ReportedEdit]:
    """The edits of a session in their order."""
    others = backgrounds_of(session)
    return [
        ReportedEdit(name=one.name, region=one.region, parameters=_told(one, others), on=one.on)
        for one in edits_of(session)
    ]


def _told(edit: Edit, others: Mapping[str, Background]) -> dict[str, Any]:
    """The parameters of an edit; other photographs with what tells their files from others."""
    pictures = {one.name for one in edit.row.parameters if isinstance(one.kind, Picture)}
    return {
        name: f"{value}, SHA-256 {others[value].digest}" if name in pictures and value in others else value
        for name, value in edit.parameters.items()
    }


def reported_change(session: Session, answer: Answer) -> ReportedChange | None:
    """What the edits that are on change; the difference only where it is of these edits and of this explanation."""
    now = edits_now(session)
    if now.none or now.missing or now.unshown:
        return None
    found = answer_of(session, DIFFERENCE)
    own = found is not None and (found.facts.get("stamp"), found.facts.get("explained")) == (
        now.stamp, answer.facts["version"],
    )  # fmt: skip
    if found is None or not own:
        return ReportedChange(after=edited_photo(session))
    rows = [(one["name"], one["before"], one["after"]) for one in found.facts["rows"]]
    return ReportedChange(after=edited_photo(session), predictions=rows, difference=found.explanation)


def _sums(answer: Answer) -> dict[str, tuple[float, tuple[float, float]]]:
    """The sum of each region's coefficients with its interval, by name; nothing of automatic superpixels."""
    facts = answer.facts
    if not any(owner >= 0 for owner in facts.get("owners", ())):
        return {}
    owners = np.array(facts["owners"], np.intp)
    partition = Partition(answer.explanation.segments, owners, tuple(facts["regions"]))
    found = region_sums(answer.explanation, partition)
    ends = found.interval(facts["level"]).tolist()
    return {
        name: (value, (low, high))
        for name, value, (low, high) in zip(found.names, found.sums.tolist(), ends, strict=True)
    }  # fmt: skip
