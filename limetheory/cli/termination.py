"""SIGTERM, by which schedulers and `kill` end a process, ends a command as Ctrl-C does: with what is there so far."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn


class Interruption(Exception):
    """Ctrl-C during a command, which passes by whoever would end the process without a word."""


@contextmanager
def ended_as_by_ctrl_c() -> Iterator[None]:
    """Raise `KeyboardInterrupt` on SIGTERM inside of the ``with`` block, where nobody else listens to it.

    Other processes that start inside of it end at once, as they did.
    """
    if threading.current_thread() is not threading.main_thread() or signal.getsignal(signal.SIGTERM) != signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt("interrupted by SIGTERM")


def interrupt_behind(error: BaseException) -> str | None:
    """What an interrupt says that an error is, or that is its cause; None where there is none.

    Python 3.11 raises a `RuntimeError` from an interrupt while a class is made, and click an ``Abort``.
    """
    behind: BaseException | None = error
    while behind is not None:
        if isinstance(behind, (KeyboardInterrupt, Interruption)):
            return str(behind)
        behind = behind.__cause__
    return "" if type(error).__name__ == "Abort" else None
