"""The job behind the button "Explain": the answer is kept whenever there is a better one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from limetheory.app.answers import MAIN, put_answer, version_of
from limetheory.app.context import Context
from limetheory.app.drawing.cuts import CUT, key_of
from limetheory.app.jobs.cutting import partition_of
from limetheory.app.jobs.named import named_facts
from limetheory.app.jobs.progress import Progress
from limetheory.app.jobs.queue import Job, current_job
from limetheory.app.photos import Photo, label_map_name, photo_of
from limetheory.app.questions import command_of, question_of
from limetheory.app.refusals import Refused
from limetheory.app.regions import NO_PHOTO
from limetheory.app.segmenters import takes_number
from limetheory.app.worker.messages import Done, Task
from limetheory.explaining.partial import Partial
from limetheory.images.question import GIVEN
from limetheory.images.regions import Partition, Regions

Tell = Callable[[Progress], None]


def explanation_job(
    context: Context, tell: Tell, settings: Mapping[str, Any], regions: Regions | None
) -> dict[str, Any]:
    """Explain the photograph of the session; what the page is told at the end.

    Args:
        context, tell: of the job.
        settings: by the names of `limetheory.app.questions.DEFAULTS`.
        regions: on whose superpixels; None cuts the photograph as the settings say.

    Raises:
        Refused, ValueError, TypeError: it cannot be done, in words.
    """
    job = current_job()
    partition = None if regions is None else partition_of(context, job, tell, CUT, regions)
    more = {} if regions is None else {"regions_key": key_of(regions)}
    return explained_in(context, job, tell, MAIN, settings, partition, **more)


def explained_in(
    context: Context, job: Job, tell: Tell, slot: str, settings: Mapping[str, Any], partition: Partition | None,
    **more: Any,
) -> dict[str, Any]:  # fmt: skip
    """Explain the photograph of the session in a slot of its answers.

    Args:
        context, job, tell: of the job.
        slot: of the answer.
        settings: by the names of `limetheory.app.questions.DEFAULTS`.
        partition: the superpixels; None cuts the photograph as the settings say.
        more: what else is told beside the answer.

    Raises:
        Refused, ValueError, TypeError: it cannot be done, in words.
    """
    photo = photo_of(job.session)
    if photo is None:
        raise Refused(NO_PHOTO)
    counting = takes_number(str(settings["segmenter"]))
    question = question_of(settings, counting)
    if partition is not None:
        question = replace(question, segmenter=GIVEN, segments=None)
    task = Task(
        "explain",
        {
            "photo": photo.file,
            "name": photo.name,
            "question": question,
            "model": context.settings.source,
            "partition": partition,
        },
    )
    label_map = None if partition is None else label_map_name(photo)
    told = command_of(settings, photo.name, context.model.name, counting, label_map)
    command = told if context.commanded else None
    facts = {"level": question.level, "command": command, "settings": dict(settings), **more}
    kept = _Kept(context, job, photo, slot, partition, facts)
    tell(Progress("The model is getting ready"))
    for told in context.worker.results(task, job.cancelled):
        tell(kept.told(told))
    return {"version": version_of(job.session, slot), "at": job.number}


class _Kept:
    """Keeps what is told of an explanation in the session."""

    def __init__(
        self, context: Context, job: Job, photo: Photo, slot: str, partition: Partition | None, facts: dict[str, Any]
    ):
        self._context, self._job, self._photo, self._slot = context, job, photo, slot
        self._partition, self._facts, self._version = partition, facts, 0

    def told(self, value: Any) -> Progress:
        """Keep an explanation, and say how far the job is."""
        if isinstance(value, Done):
            return self._whole(value.value)
        if not isinstance(value, Partial):
            return Progress(str(value))
        if value.explanation is not None:
            self._version = self._put(value.explanation, state="part", done=value.done, total=int(value.total))
        text = f"{value.done:,} of {int(value.total):,} masks evaluated"
        return Progress(text, value.done, int(value.total), self._version)

    def _whole(self, found: Any) -> Progress:
        state = "whole" if found.interrupted is None else "interrupted"
        masks = found.explanation.n_masks
        self._version = self._put(
            found.explanation, state=state, done=masks, total=masks, record=found.record, said=found.interrupted
        )
        return Progress("Done", masks, masks, self._version)

    def _put(self, explanation: Any, **facts: Any) -> int:
        if self._photo != photo_of(self._job.session):
            raise Refused("Another photograph was chosen meanwhile.")
        model = self._context.model
        about = {
            "class_name": model.class_name(explanation.target), "target": explanation.target, "output": model.output,
            "photo": self._photo.name,
        }  # fmt: skip
        named = {} if self._partition is None else named_facts(self._partition, explanation)
        version = put_answer(self._job.session, self._slot, explanation, {**about, **named, **self._facts, **facts})
        return version if self._slot == MAIN else 0  # the page draws the explanation that was asked for alone
