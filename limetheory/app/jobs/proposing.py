"""The job behind a click with the tool "Object": the object under it is proposed at three scales."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from limetheory.app.context import Context
from limetheory.app.drawing.clicks import Click
from limetheory.app.drawing.proposals import MOST_CLICKS, Proposal, predictor_names, proposal_of, put_proposal
from limetheory.app.drawing.view import view_of
from limetheory.app.jobs.cutting import asked
from limetheory.app.jobs.progress import Progress
from limetheory.app.jobs.queue import current_job
from limetheory.app.refusals import Refused

Tell = Callable[[Progress], None]

NO_PREDICTOR = "No object can be proposed here, since the package higra is missing. Draw around it with the lasso."


def proposing_job(context: Context, tell: Tell, click: Click) -> dict[str, Any]:
    """Propose the object under a click and those before it.

    Raises:
        Refused: no predictor is installed, there are too many clicks, or the first one takes something away.
        ValueError: what the predictor refuses.
    """
    job = current_job()
    before = proposal_of(job.session)
    clicks, labels = ([], []) if before is None else (before.clicks.tolist(), before.labels.tolist())
    if click.subtracts and before is None:
        raise Refused("The first click on an object adds. Click on the object first, then on what is not part of it.")
    if len(clicks) >= MOST_CLICKS:
        raise Refused(f"An object takes {MOST_CLICKS} clicks at most. Take it, then change it with the lasso.")
    clicks, labels = [*clicks, [click.x, click.y]], [*labels, 0 if click.subtracts else 1]
    name = _predictor(context, view_of(job.session).predictor)
    checkpoint = None if name != "sam" else str(context.settings.checkpoint)
    found = asked(context, job, tell, "objects", clicks=clicks, labels=labels, predictor=name, checkpoint=checkpoint)
    put_proposal(job.session, Proposal(np.array(clicks, float), np.array(labels), found.masks))
    return {"regions": job.number}


def _predictor(context: Context, wanted: str | None) -> str:
    known = predictor_names(context.settings.checkpoint)
    if not known:
        raise Refused(NO_PREDICTOR)
    return wanted if wanted in known else known[0]
