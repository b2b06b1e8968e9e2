"""`QueueManager`: Dash's background callbacks on the queue of jobs, each seen by the browser that asked alone."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar
from uuid import uuid4

from dash.background_callback.managers import BaseBackgroundCallbackManager
from dash.exceptions import PreventUpdate

from limetheory.app.jobs.progress import Progress
from limetheory.app.jobs.queue import Job, JobQueue, current_job
from limetheory.app.refusals import Refused
from limetheory.app.sessions.cookies import current_session
from limetheory.checked_files import one_line

HOLD, HELD = 0.4, 4
"""Seconds that a question about a job waits for news, and questions that wait at once; conventions.

News come as soon as there are some, with few questions; those of more browsers are answered at once."""

_Function = TypeVar("_Function", bound=Callable[..., Any])

REFUSED = "refused"
"""The key of a result that is a refusal in words."""


_SHORT, _WHEN_ASKED = "limetheory_short", "limetheory_when_asked"


def short(function: _Function) -> _Function:
    """Mark a background callback as one that takes a moment: it waits for no explanation."""
    setattr(function, _SHORT, True)
    return function


def when_asked(prepare: Callable[..., Any]) -> Callable[[_Function], _Function]:
    """Give a background callback other arguments: what a function makes of those of the page when it is asked for.

    Args:
        prepare: the arguments of the page → those of the job, at once and not when the turn of the job comes.
    """

    def mark(function: _Function) -> _Function:
        setattr(function, _WHEN_ASKED, prepare)
        return function

    return mark


class QueueManager(BaseBackgroundCallbackManager):
    """What Dash asks of the runner of background callbacks.

    A background callback has one progress output, whose value is that of `Progress.as_json`, and one output, a
    dictionary: ``{"refused": words}`` where it could not be done.

    Args:
        queue: of the jobs.
        hold: seconds that a question about a job waits for its end or a newer answer.
    """

    def __init__(self, queue: JobQueue, hold: float = HOLD):
        # Dash keeps one list for all applications of a process, where a later one would replace this one's functions
        BaseBackgroundCallbackManager.managers.clear()
        BaseBackgroundCallbackManager.functions.clear()
        super().__init__(None)  # type: ignore[no-untyped-call]
        self.queue, self._hold, self._held = queue, hold, threading.BoundedSemaphore(HELD)
        self._secret: bytes | None = None
        self._refusals: dict[str, dict[str, str]] = {}

    def build_cache_key(self, fn: Any, args: Any, cache_args_to_ignore: Any, triggered: Any) -> str:
        """A key that nobody can guess, of the asking browser: equal questions of two browsers are two jobs."""
        return uuid4().hex + uuid4().hex

    def make_job_fn(self, fn: Callable[..., Any], progress: Any, key: Any = None) -> Callable[[Any], Any]:
        """The function of a job: the callback's arguments → its output."""

        def run(arguments: Any) -> Any:
            told = (_tell,) if progress else ()
            try:
                return fn(*told, **arguments) if isinstance(arguments, dict) else fn(*told, *arguments)
            except PreventUpdate:
                return {"_dash_no_update": "_dash_no_update"}
            except Exception as error:
                return _refusal(error)

        for mark in (_SHORT, _WHEN_ASKED):
            setattr(run, mark, getattr(fn, mark, None))
        return run

    def call_job_fn(self, key: str, job_fn: Callable[[Any], Any], args: Any, context: Any) -> str:
        """Queue a job; where the queue is full, its result is the refusal."""
        try:
            prepare, lane = getattr(job_fn, _WHEN_ASKED, None), bool(getattr(job_fn, _SHORT, None))
            given = args if prepare is None else prepare(*args)
            return self.queue.submit(current_session(), key, lambda: job_fn(given), lane).number
        except (Refused, ValueError, TypeError) as error:
            self._refusals = {**dict(list(self._refusals.items())[-100:]), key: _refusal(error)}
            return "0"

    def get_progress(self, key: str) -> list[dict[str, Any]] | None:
        """How far the job is, where that is to be told now; its own browser asks again in a while.

        The first answer of a long job comes at once, later ones when the job ends, has a newer answer, or after a
        moment.
        """
        job = self._own(key)
        if job is None:
            return None
        if job.short or job.was_told:
            self._wait_for(job)
        if job.finished is not None:
            return None
        told = self._waiting(job) or job.progress
        return [told.as_json()] if job.tells(told) else None

    def _waiting(self, job: Job) -> Progress | None:
        before = self.queue.before(job)
        if not before:
            return None
        others = "one explanation is" if before == 1 else f"{before} explanations are"
        return Progress(f"Waiting: {others} before yours")

    def _wait_for(self, job: Job) -> None:
        if self._held.acquire(blocking=False):
            try:
                job.wait(self._hold)
            finally:
                self._held.release()

    def result_ready(self, key: str) -> bool:
        """Whether a job is done."""
        job = self._own(key)
        return key in self._refusals or (job is not None and job.finished is not None)

    def get_result(self, key: str, job: Any) -> Any:
        """The result of a job that is done, once, for its own browser."""
        if key in self._refusals:
            return self._refusals.pop(key)
        found = self._own(key)
        if found is None or found.finished is None:
            return self.UNDEFINED
        self.queue.forget(found)
        return found.result

    def job_running(self, job: Any) -> bool:
        """Whether a job runs or waits."""
        found = self.queue.get(str(job))
        return found is not None and found.finished is None

    def terminate_job(self, job: Any) -> None:
        """Cancel a job of the asking browser."""
        found = self.queue.get(str(job))
        if found is not None and found.session.name == current_session().name:
            found.cancel()

    def terminate_unhealthy_job(self, job: Any) -> bool:
        """No job of this queue lives without its thread."""
        return False

    def get_updated_props(self, key: str) -> dict[str, Any]:
        """Callbacks of this page set no other properties."""
        return {}

    def get_or_create_signing_secret(self, generate: Callable[[], bytes]) -> bytes:
        """The secret that Dash signs keys with, new in each run of the server."""
        if self._secret is None:
            self._secret = generate()
        return self._secret

    def _own(self, key: str) -> Job | None:
        job = self.queue.by_key(key)
        return job if job is not None and job.session.name == current_session().name else None


def _refusal(error: Exception) -> dict[str, str]:
    """What is told of a job that could not be done."""
    if isinstance(error, Refused):
        return {REFUSED: str(error)}
    if isinstance(error, (ValueError, TypeError, ImportError)):
        return {REFUSED: one_line(error)}
    return {REFUSED: f"This did not work ({type(error).__name__}). Try again, or another photograph."}


def _tell(progress: Progress) -> None:
    current_job().come_to(progress)
