"""The superpixels of the regions, from the session or from the model's process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from limetheory.app.context import Context
from limetheory.app.drawing.cuts import SEGMENTS, automatic, cut_of, put_cut
from limetheory.app.jobs.progress import Progress
from limetheory.app.jobs.queue import Job, current_job
from limetheory.app.photos import photo_of
from limetheory.app.refusals import Refused
from limetheory.app.regions import NO_PHOTO, change_regions, drawn_of
from limetheory.app.worker.messages import Done, Task
from limetheory.images.regions import Partition, Regions

Tell = Callable[[Progress], None]

CHANGED_MEANWHILE = "The regions were changed meanwhile. Do it once more."


def partition_of(context: Context, job: Job, tell: Tell, slot: str, regions: Regions) -> Partition:
    """The partition of the regions, which is kept in a slot of the session.

    Raises:
        Refused: there is no photograph, no room, or the job was cancelled.
    """
    kept = cut_of(job.session, slot, regions)
    if kept is not None:
        return kept
    found: Partition = asked(context, job, tell, "cut", regions=regions.to_json())
    put_cut(job.session, slot, regions, found)
    return found


def asked(context: Context, job: Job, tell: Tell, task: str, **arguments: Any) -> Any:
    """The result of a task about the photograph of the session; what it says on the way is told.

    Raises:
        Refused: there is no photograph, or the task cannot be done.
    """
    photo = photo_of(job.session)
    if photo is None:
        raise Refused(NO_PHOTO)
    found: Any = None
    for told in context.worker.results(Task(task, {"photo": photo.file, **arguments}), job.cancelled):
        if isinstance(told, Done):
            found = told.value
        else:
            tell(Progress(str(told)))
    if photo != photo_of(job.session):
        raise Refused("Another photograph was chosen meanwhile.")
    return found


def cutting_job(context: Context, tell: Tell, slot: str) -> dict[str, Any]:
    """Find the superpixels of the regions, or the automatic ones that are clicked on."""
    job = current_job()
    regions = _drawn(job)
    partition_of(context, job, tell, slot, automatic(regions) if slot == SEGMENTS else regions)
    return {"regions": job.number}


def splitting_job(context: Context, tell: Tell, name: str) -> dict[str, Any]:
    """Split a region into its pieces; one of a single piece in two."""
    job = current_job()
    before = _drawn(job)
    try:
        after = before.split(name)
    except ValueError:  # it has a single piece
        text = asked(context, job, tell, "split", regions=before.to_json(), name=name)
        after = Regions.from_json(text)

    def change(now: Regions) -> Regions:
        if now != before:
            raise Refused(CHANGED_MEANWHILE)
        return after

    change_regions(job.session, change)
    return {"regions": job.number}


def _drawn(job: Job) -> Regions:
    found = drawn_of(job.session)
    if found is None:
        raise Refused(NO_PHOTO)
    return found
