"""`Preparing`: the photograph that was chosen last is looked at in the background, while nobody asks for anything."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from limetheory.app.worker.messages import Task


class Preparing:
    """Asks for what the next question will need.

    Args:
        while_idle: does a task until somebody asks for another one.
    """

    def __init__(self, while_idle: Callable[[Task], None]):
        self._while_idle, self._lock = while_idle, threading.Lock()
        self._waiting: list[Path | None] = []
        self._works = False

    def ask(self, photo: Path | None) -> None:
        """Look at a photograph in a moment; one that still waits is not looked at any more.

        Args:
            photo: its file; None gets the model ready alone.
        """
        with self._lock:
            self._waiting = [photo]
            if not self._works:
                self._works = True
                threading.Thread(target=self._work_off, daemon=True, name="limetheory preparing").start()

    def _work_off(self) -> None:
        while (asked := self._next()) is not None:
            self._while_idle(asked)

    def _next(self) -> Task | None:
        with self._lock:
            if not self._waiting:
                self._works = False
                return None
            return Task("prepare", {"photo": self._waiting.pop()})
