"""SIGTERM of schedulers and SIGHUP of a closed terminal end a command as Ctrl-C does: with what is there so far."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

_ENDING = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]  # Windows has no SIGHUP


class Interruption(Exception):
    """Ctrl-C during a command, which passes by whoever would end the process without a word."""


@contextmanager
def ended_as_by_ctrl_c() -> Iterator[None]:
    """Raise `KeyboardInterrupt` on these signals inside of the ``with`` block, where nobody else listens to them.

    Other processes that start inside of it end at once, as they did; under ``nohup`` SIGHUP ends nothing.
    """
    main = threading.current_thread() is threading.main_thread()
    free = [one for one in _ENDING if signal.getsignal(one) == signal.SIG_DFL] if main else []
    terminals = [one for one in (1, 2) if os.isatty(one)]

    def interrupt(number: int, frame: FrameType | None) -> NoReturn:
        drop_closed(terminals)
        raise KeyboardInterrupt(f"interrupted by {signal.Signals(number).name}")

    for one in free:
        signal.signal(one, interrupt)
    try:
        yield
    finally:
        for one in free:
            signal.signal(one, signal.SIG_DFL)


def drop_closed(terminals: Sequence[int]) -> None:
    """Drop what is printed to terminals that are closed by now, so that it is no error and files are still written.

    Args:
        terminals: descriptors of files that were terminals.
    """
    for one in terminals:
        if not os.isatty(one):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, one)
            os.close(nowhere)


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
