"""`JobQueue`: jobs of all browsers in the order in which they came, with a cap on those that wait."""

from __future__ import annotations

import itertools
import logging
import threading
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from limetheory.app.jobs.progress import Progress
from limetheory.app.limits import Limits
from limetheory.app.refusals import Refused
from limetheory.app.sessions.session import Session

FULL = "Too many explanations are waiting at the moment. Try again in a minute."
OWN_FULL = "Your earlier explanation is still running. Wait for it, or cancel it, then try again."
_LOG = logging.getLogger(__name__)
_PER_NEWS = 1.0  # seconds between two steps of the progress, for drawing one costs the browser time; a convention
_KEPT = 120.0  # seconds that a result waits for its browser, which may have been closed; a convention


class Job:
    """One piece of work of one browser.

    Attributes:
        number: as text, the name that Dash gives back.
        session: of the browser.
        progress: how far it is.
        finished: when it ended; None before.
        begun: whether its turn has come.
        short: whether it takes a moment, and waits for no long one.
    """

    def __init__(self, number: str, session: Session, key: str, run: Callable[[], Any], short: bool = False):
        self.number, self.session, self.key, self._run, self.short = number, session, key, run, short
        self.progress = Progress("Waiting for the model")
        self.finished: float | None = None
        self.begun = False
        self.result: Any = None
        self._cancelled, self._stirred = threading.Event(), threading.Condition()
        self._told: Progress | None = None
        self._told_at = 0.0

    @property
    def was_told(self) -> bool:
        """Whether its browser was told of it."""
        return self._told is not None

    def tells(self, progress: Progress) -> bool:
        """Whether its browser is to be told of a progress now, which is then kept as told.

        A newer answer is told at once, all else once in a second.
        """
        now = time.monotonic()
        if self._told and not self._is_newer() and now - self._told_at < _PER_NEWS:
            return False
        self._told, self._told_at = progress, now
        return True

    def cancel(self) -> None:
        """Say that nobody wants the result any more."""
        self._cancelled.set()

    def cancelled(self) -> bool:
        """Whether nobody wants the result any more."""
        return self._cancelled.is_set()

    @property
    def waits(self) -> bool:
        """Whether it will still take time: it runs, or somebody wants its result."""
        return self.finished is None and not self.dropped

    @property
    def dropped(self) -> bool:
        """Whether it was cancelled before its turn, and will never run."""
        return self.cancelled() and not self.begun

    def work(self) -> None:
        """Run it, unless nobody wants its result any more."""
        self.begun = True
        token = _CURRENT.set(self)
        try:
            self.result = None if self.cancelled() else self._run()
        except Exception:
            _LOG.exception("a job of the page failed")
        finally:
            _CURRENT.reset(token)
            self._run = _nothing  # what was asked may be large, and the result waits for its browser
            with self._stirred:
                self.finished = time.monotonic()
                self._stirred.notify_all()

    def come_to(self, progress: Progress) -> None:
        """Say how far it is."""
        with self._stirred:
            self.progress = progress
            self._stirred.notify_all()

    def wait(self, seconds: float) -> None:
        """Return when it has ended, has a newer answer than its browser was told of, or after so many seconds."""
        with self._stirred:
            self._stirred.wait_for(lambda: self.finished is not None or self._is_newer(), seconds)

    def _is_newer(self) -> bool:
        return self._told is not None and self.progress.version != self._told.version


def _nothing() -> None:
    """What a job that has run does when it is run again."""


_CURRENT: ContextVar[Job] = ContextVar("current job")


def current_job() -> Job:
    """The job whose function is running."""
    return _CURRENT.get()


class JobQueue:
    """A thread that runs one job after the other, and one for the short ones, which wait for each other alone.

    Args:
        limits: how many may wait.
    """

    def __init__(self, limits: Limits):
        self._limits, self._numbers = limits, itertools.count(1)
        self._jobs: dict[str, Job] = {}
        self._changed = threading.Condition()
        for short in (False, True):
            name = "limetheory short jobs" if short else "limetheory jobs"
            threading.Thread(target=self._work_off, args=(short,), daemon=True, name=name).start()

    def submit(self, session: Session, key: str, run: Callable[[], Any], short: bool = False) -> Job:
        """Add a job behind the others of its kind.

        Raises:
            Refused: as many jobs wait as may, of all browsers or of this one.
        """
        with self._changed:
            self._forget_old()
            waiting = [job for job in self._jobs.values() if job.waits and job.short == short]
            if sum(job.session.name == session.name for job in waiting) >= self._limits.jobs_of_one:
                raise Refused(OWN_FULL)
            if len(waiting) >= self._limits.jobs:
                raise Refused(FULL)
            job = Job(str(next(self._numbers)), session, key, run, short)
            self._jobs[job.number] = job
            self._changed.notify_all()
            return job

    def get(self, number: str | None) -> Job | None:
        """The job of a number; None where it is none, or forgotten."""
        return None if number is None else self._jobs.get(number)

    def by_key(self, key: str) -> Job | None:
        """The job of a key."""
        return next((job for job in list(self._jobs.values()) if job.key == key), None)

    def running_of(self, session: Session) -> Job | None:
        """The first job of a browser that is not finished."""
        jobs = [job for job in list(self._jobs.values()) if job.session.name == session.name]
        return next((job for job in jobs if job.finished is None), None)

    def cancel_all_of(self, session: Session) -> None:
        """Cancel the jobs of a browser."""
        for job in list(self._jobs.values()):
            if job.session.name == session.name:
                job.cancel()

    def before(self, job: Job) -> int:
        """How many jobs are served before this one."""
        waiting = [one for one in list(self._jobs.values()) if one.finished is None and one.short == job.short]
        return waiting.index(job) if job in waiting else 0

    def forget(self, job: Job) -> None:
        """Drop a job whose result was taken."""
        with self._changed:
            self._jobs.pop(job.number, None)

    def _forget_old(self) -> None:
        now = time.monotonic()
        for job in list(self._jobs.values()):
            if job.dropped or (job.finished is not None and now - job.finished > _KEPT):
                del self._jobs[job.number]

    def _work_off(self, short: bool) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._next(short) is not None)
                job = self._next(short)
            if job is not None:
                job.work()

    def _next(self, short: bool) -> Job | None:
        return next((job for job in self._jobs.values() if job.finished is None and job.short == short), None)
