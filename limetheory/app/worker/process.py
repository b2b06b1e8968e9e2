"""The main function of the model's process."""

from __future__ import annotations

import os
import signal
import warnings
from contextlib import nullcontext
from contextvars import Context
from importlib import import_module
from multiprocessing.connection import Connection, wait
from typing import Any

from limetheory.app.worker.messages import Done, Failed, ModelSource, Ready, Task, Told
from limetheory.checked_files import one_line
from limetheory.want_of_memory import out_of_memory

OUT_OF_MEMORY = "The model ran out of memory. It has been started again; explain fewer superpixels or a smaller image."
CANCELLED = "Cancelled before there was an explanation."


def serve(tasks: Connection, aside: Connection, cancelled: Any, source: ModelSource) -> None:
    """Load the model, then work on one task after the other until the server hangs up.

    Args:
        tasks: to the server, for one task after the other.
        aside: to the server, for short tasks that are done between two steps of the task in work.
        cancelled: an event that the server sets to cancel the task in work.
        source: of the model.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the server's; it hangs up
    network = _loaded(tasks, source)
    while network is not None:
        try:
            ready = wait([tasks, aside])
            if aside in ready:
                _work_aside(network, aside)
            if tasks in ready:
                _answer(tasks, _worked(network, tasks.recv(), _Telling(network, tasks, aside, cancelled)))
        except (EOFError, OSError):
            return


def _loaded(connection: Connection, source: ModelSource) -> Any:
    from limetheory.app.worker.models import facts_of, loaded

    try:
        network = loaded(source)
        connection.send(Ready(facts_of(network)))
        import_module("limetheory.app.worker.tasks")  # now, so that the first task does not wait for it
        return network
    except Exception as error:
        connection.send(Failed(one_line(error), fatal=True))
        return None


class _Telling:
    """Tells the server of a step of the task in work; short tasks that wait are done then, and a cancel ends it."""

    def __init__(self, network: Any, tasks: Connection, aside: Connection, cancelled: Any):
        self._network, self._tasks, self._aside, self._cancelled = network, tasks, aside, cancelled

    def __call__(self, value: Any) -> None:
        self._tasks.send(Told(value))
        _work_aside(self._network, self._aside)
        if self._cancelled.is_set():
            raise KeyboardInterrupt


def _work_aside(network: Any, aside: Connection) -> None:
    """Work on the short tasks that wait.

    The task in work hears nothing of them: neither their steps, nor their warnings, nor that they used its backend.
    """
    while aside.poll():
        task = aside.recv()
        running = getattr(network, "running", None)
        with warnings.catch_warnings(), nullcontext() if running is None else running.as_before():
            warnings.simplefilter("ignore")
            answer = Context().run(_worked, network, task, lambda value: aside.send(Told(value)))
        _answer(aside, answer)


def _worked(network: Any, task: Task, tell: Any) -> Done | Failed:
    from limetheory.app.worker.tasks import TASKS

    try:
        return Done(TASKS[task.name](network, tell, **task.arguments))
    except KeyboardInterrupt:
        return Failed(CANCELLED)
    except Exception as error:
        if out_of_memory(error):
            return Failed(OUT_OF_MEMORY, fatal=True)
        return Failed(one_line(error))


def _answer(connection: Connection, answer: Done | Failed) -> None:
    connection.send(answer)
    if isinstance(answer, Failed) and answer.fatal:
        os._exit(1)  # memory that ran out is given back by the process alone
