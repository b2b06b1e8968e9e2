"""The jobs whose explanations stand beside that of the regions: automatic superpixels, and each region as one."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from limetheory.app.answers import MAIN, Answer, answer_of
from limetheory.app.context import Context
from limetheory.app.drawing.cuts import CUT, key_of
from limetheory.app.jobs.cutting import partition_of
from limetheory.app.jobs.explaining import explained_in
from limetheory.app.jobs.progress import Progress
from limetheory.app.jobs.queue import Job, current_job
from limetheory.app.refusals import Refused
from limetheory.app.regions import regions_of
from limetheory.app.sessions.session import Session
from limetheory.images.regions import Partition

Tell = Callable[[Progress], None]

PLAIN, WHOLE = "plain", "whole"
"""The slots: of as many automatic superpixels, and of each region as one superpixel."""

_FIRST = "There is no finished explanation of regions yet. Draw a region, then press Explain."
_CHANGED = "The regions are others than those that were explained. Press Explain again, or undo the change."


def plain_job(context: Context, tell: Tell) -> dict[str, Any]:
    """Explain as many automatic superpixels as the regions have, with the same settings, masks and class.

    Raises:
        Refused: there is no finished explanation of regions.
    """
    asked = _asked(current_job())
    settings = {**asked.settings, "segments": asked.answer.explanation.d}
    return explained_in(context, asked.job, tell, PLAIN, settings, None, of=digest_of(asked.answer))


def whole_job(context: Context, tell: Tell) -> dict[str, Any]:
    """Explain each region as one superpixel, what is outside as it is cut, with the same settings and class.

    Raises:
        Refused: there is no finished explanation of regions, or they were changed since.
    """
    asked = _asked(current_job())
    whole = _explained_partition(context, asked, tell).whole
    return explained_in(context, asked.job, tell, WHOLE, asked.settings, whole, of=digest_of(asked.answer))


def beside(session: Session, slot: str) -> Answer | None:
    """The answer of a slot, if it belongs beside the explanation that is shown."""
    main, found = answer_of(session, MAIN), answer_of(session, slot)
    if main is None or found is None or found.facts.get("of") != digest_of(main):
        return None
    return found


def digest_of(answer: Answer) -> str:
    """What distinguishes an answer from others, also where a model answers the same to all masks."""
    found, settings = answer.explanation, json.dumps(answer.facts.get("settings"), sort_keys=True)
    return sha256(found.coefficients.tobytes() + found.segments.tobytes() + settings.encode()).hexdigest()


@dataclass(frozen=True, eq=False)
class _Asked:
    """The job, the explanation beside which another is asked for, and its settings with its class."""

    job: Job
    answer: Answer
    settings: dict[str, Any]


def _asked(job: Job) -> _Asked:
    answer = answer_of(job.session, MAIN)
    if answer is None or answer.facts["state"] != "whole" or "owners" not in answer.facts:
        raise Refused(_FIRST)
    return _Asked(job, answer, {**answer.facts["settings"], "target": answer.explanation.target})


def _explained_partition(context: Context, asked: _Asked, tell: Tell) -> Partition:
    regions = regions_of(asked.job.session)
    if regions is None or key_of(regions) != asked.answer.facts.get("regions_key"):
        raise Refused(_CHANGED)
    return partition_of(context, asked.job, tell, CUT, regions)
