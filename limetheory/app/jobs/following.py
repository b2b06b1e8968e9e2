"""What jobs have in common: they follow a task of the model's process, and keep what it found where it belongs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from limetheory.app.answers import MAIN, Answer, answer_of
from limetheory.app.context import Context
from limetheory.app.jobs.progress import Progress
from limetheory.app.jobs.queue import current_job
from limetheory.app.photos import Photo, photo_of
from limetheory.app.refusals import Refused
from limetheory.app.sessions.session import Session
from limetheory.app.worker.messages import Done, Task
from limetheory.explaining.partial import Partial

Tell: TypeAlias = Callable[[Progress], None]


@dataclass(frozen=True, eq=False)
class Asked:
    """What a job is about, as it was when its button was pressed.

    Attributes:
        photo: the photograph.
        task: of the worker.
        facts: what is kept beside the result.
    """

    photo: Photo
    task: Task
    facts: Mapping[str, Any]


def followed(
    context: Context, tell: Tell, task: Task, what: str, aside: bool = False, photo: Photo | None = None
) -> Any:
    """The result of a task, whose steps are told on the way.

    Args:
        context: with the worker.
        tell: is told of the progress.
        task: of the worker.
        what: is counted, in words, such as "masks evaluated".
        aside: whether it is a short task, which is done between two steps of the one in work.
        photo: that the task is about; None takes the one of now.

    Raises:
        Refused: it cannot be done, or another photograph was chosen meanwhile.
    """
    job = current_job()
    photo, found = _still(job.session, photo or photo_of(job.session)), None
    tell(Progress("The model is getting ready"))
    ask = context.worker.aside if aside else context.worker.results
    for told in ask(task, job.cancelled):  # to its end: a process that is left is started anew
        if isinstance(told, Done):
            found = told.value
        else:
            tell(_progress(told, what))
    _still(job.session, photo)
    return found


def _still(session: Session, photo: Photo | None) -> Photo | None:
    if photo != photo_of(session):
        raise Refused("Another photograph was chosen meanwhile.")
    return photo


def _progress(told: Any, what: str) -> Progress:
    if not isinstance(told, Partial):
        return Progress(str(told))
    return Progress(f"{told.done:,} of {int(told.total):,} {what}", told.done, int(told.total))


def chosen_photo(session: Session) -> Photo:
    """The photograph of a session.

    Raises:
        Refused: it has none.
    """
    photo = photo_of(session)
    if photo is None:
        raise Refused("There is no photograph yet. Choose a file, or begin with an example.")
    return photo


def explained_before(session: Session) -> Answer:
    """The explanation that was asked for, whose superpixels and settings other questions take over.

    Raises:
        Refused: there is none yet.
    """
    answer = answer_of(session, MAIN)
    if answer is None or answer.facts["state"] == "part":
        raise Refused("The photograph is not explained yet. Press Explain first; its superpixels and class are taken.")
    return answer
