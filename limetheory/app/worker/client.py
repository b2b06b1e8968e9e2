"""`Worker`: the server's end of the model's process, which is used by one job at a time, in the order of asking."""

from __future__ import annotations

import math
import multiprocessing
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from limetheory.app.refusals import Refused
from limetheory.app.worker.messages import Done, Failed, ModelFacts, ModelSource, Ready, Task, Told
from limetheory.app.worker.preparing import Preparing
from limetheory.app.worker.process import CANCELLED, serve

ENDED = (
    "The model's process ended, as when memory runs out. It has been started again; explain once more, with fewer "
    "superpixels if it happens again."
)
_POLL = 0.05  # seconds between two looks whether a job was cancelled; a convention
_LOADING = 300.0  # the most seconds for loading a model; a convention


@dataclass(frozen=True, eq=False)
class _Running:
    """A process that was started.

    Attributes:
        process: of the model.
        tasks, aside: connections for the tasks in their order, and for the short ones between their steps.
        cancelled: the event that cancels the task in work.
    """

    process: Any
    tasks: Any
    aside: Any
    cancelled: Any

    def end(self) -> None:
        """End it, whatever state it is in; who waits at a connection finds its end there."""
        self.process.kill()
        self.process.join(5)


class Worker:
    """One process with the model, started by `start` and again whenever it has ended.

    Args:
        source: of the model.
        patience: seconds that a cancelled task may go on before the process is ended.
    """

    def __init__(self, source: ModelSource, patience: float):
        self._source, self._patience = source, patience
        self._context = multiprocessing.get_context("spawn")
        self._turn, self._short_turn = threading.Lock(), threading.Lock()  # of a task, and of a short one beside it
        self._life = threading.RLock()  # of the process: held while it is started or ended
        self._asking, self._stopped = _Count(), False
        self._running: _Running | None = None
        self._facts: ModelFacts | None = None
        self._preparing = Preparing(self.while_idle)

    @property
    def pid(self) -> int | None:
        """The number of the process; None before it was started."""
        return None if self._running is None else self._running.process.pid

    def start(self) -> ModelFacts:
        """Start the process where there is none, and wait for its model.

        Raises:
            Refused: the model cannot be loaded.
        """
        with self._turn:
            self._started()
        assert self._facts is not None
        return self._facts

    def stop(self) -> None:
        """End the process."""
        self._stopped = True
        running, self._running = self._running, None
        if running is not None:
            running.end()

    def results(self, task: Task, cancelled: Callable[[], bool]) -> Iterator[Any]:
        """Ask for a task and yield what is told on the way, and at last `Done` with the result.

        Args:
            task: what to do.
            cancelled: whether nobody wants the result any more.

        Raises:
            Refused: the task cannot be done, or the process ended on the way.
        """
        with self._asking.one_more(), self._turn:
            yield from self._results(task, cancelled, self._patience)

    def while_idle(self, task: Task) -> None:
        """Do a task whose result nobody waits for, until somebody asks for another one."""
        with self._turn, suppress(Refused, OSError):
            for _ in self._results(task, lambda: self._asking.number > 0 or self._stopped, math.inf):
                pass

    def prepare(self, photo: Path | None = None) -> None:
        """Look at a photograph in the background, so that what is asked of it next need not wait for that.

        Args:
            photo: its file; None gets the model ready alone.
        """
        self._preparing.ask(photo)

    def aside(self, task: Task, cancelled: Callable[[], bool]) -> Iterator[Any]:
        """`results` of a short task, which is done between two steps of the task in work.

        Raises:
            Refused: the task cannot be done, or the process ended on the way.
        """
        with self._short_turn:
            running = self._started()
            try:
                running.aside.send(task)
                yield from self._told_aside(running, cancelled)
            except (EOFError, OSError):
                self._replace(running)
                raise Refused(ENDED) from None
            except GeneratorExit:
                self._replace(running)
                raise

    def _results(self, task: Task, cancelled: Callable[[], bool], patience: float) -> Iterator[Any]:
        running = self._started()
        running.cancelled.clear()
        try:
            running.tasks.send(task)
            yield from self._told(running, cancelled, patience)
        except (EOFError, OSError):
            self._replace(running)
            raise Refused(ENDED) from None
        except GeneratorExit:
            self._ended(running)
            raise

    def _told(self, running: _Running, cancelled: Callable[[], bool], patience: float) -> Iterator[Any]:
        deadline = None
        while True:
            if cancelled() and deadline is None:
                running.cancelled.set()
                deadline = time.monotonic() + patience
            if deadline is not None and time.monotonic() > deadline:
                self._replace(running)
                raise Refused(CANCELLED)
            message = _next(running.tasks)
            if message is None:
                continue
            yield self._value(running, message)
            if isinstance(message, Done):
                return

    def _told_aside(self, running: _Running, cancelled: Callable[[], bool]) -> Iterator[Any]:
        """What a short task tells; one that hangs ends the process, unless the task beside it is what it waits for."""
        deadline = None
        while True:
            if self._turn.locked() or not cancelled():
                deadline = None
            elif deadline is None:
                deadline = time.monotonic() + self._patience
            elif time.monotonic() > deadline:
                self._replace(running)
                raise Refused(CANCELLED)
            message = _next(running.aside)
            if message is None:
                continue
            yield self._value(running, message)
            if isinstance(message, Done):
                return

    def _value(self, running: _Running, message: Any) -> Any:
        """What is told in a message.

        Raises:
            Refused: the task failed.
        """
        if isinstance(message, Failed):
            if message.fatal:
                self._replace(running)
            raise Refused(message.message)
        return message.value if isinstance(message, Told) else message

    def _started(self) -> _Running:
        with self._life:
            if self._running is None or not self._running.process.is_alive():
                self._launch()
            assert self._running is not None
            if self._facts is None:
                self._facts = self._waited(self._running)
            return self._running

    def _launch(self) -> None:
        if self._stopped:
            raise Refused(CANCELLED)
        (tasks, their_tasks), (aside, their_aside) = self._context.Pipe(), self._context.Pipe()
        cancelled = self._context.Event()
        arguments = (their_tasks, their_aside, cancelled, self._source)
        process = self._context.Process(target=serve, args=arguments, daemon=True, name="limetheory model")
        process.start()
        their_tasks.close()
        their_aside.close()
        self._running, self._facts = _Running(process, tasks, aside, cancelled), None

    def _waited(self, running: _Running) -> ModelFacts:
        try:
            ready = running.tasks.poll(_LOADING)
            answer = running.tasks.recv() if ready else Failed("it took too long to load")
        except (EOFError, OSError):
            answer = Failed("its process ended while it was loaded")
        if isinstance(answer, Ready):
            return answer.facts
        self._ended(running)
        raise Refused(f"The model {self._source.model} cannot be used: {answer.message}")

    def _ended(self, running: _Running) -> bool:
        """End a process; whether it was the one in use."""
        with self._life:
            running.end()
            if running is not self._running:
                return False
            self._running, self._facts = None, None
            return True

    def _replace(self, running: _Running) -> None:
        """End a process and load the model for the next job already; that job waits for it and hears why it fails."""
        with self._life:
            if self._ended(running) and not self._stopped:
                self._launch()


def _next(connection: Any) -> Any:
    """The next message; None where none comes in a moment."""
    return connection.recv() if connection.poll(_POLL) else None


class _Count:
    """How many threads are in a ``with`` block."""

    def __init__(self) -> None:
        self.number, self._lock = 0, threading.Lock()

    @contextmanager
    def one_more(self) -> Iterator[None]:
        """Count one until the ``with`` block ends."""
        self._add(1)
        try:
            yield
        finally:
            self._add(-1)

    def _add(self, number: int) -> None:
        with self._lock:
            self.number += number
