"""A progress bar for work that takes more than two seconds, on terminals only."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")
_QUIET_SECONDS = 2.0


def track(items: Iterable[tuple[int, T]], total: int, label: str) -> Iterator[T]:
    """Yield the second of each ``(steps, item)`` pair, advancing a bar by the first after it is used.

    Nothing is shown before two seconds have passed, nor when stderr is not a terminal.
    """
    start, done, bar = time.monotonic(), 0, None
    try:
        for steps, item in items:
            yield item
            done += steps
            if bar is None and time.monotonic() - start > _QUIET_SECONDS and sys.stderr.isatty():
                bar = _bar()
                bar.add_task(label, total=total)
                bar.start()
            if bar is not None:
                bar.update(bar.task_ids[0], completed=done)
    finally:
        if bar is not None:
            bar.stop()


def _bar():  # type: ignore[no-untyped-def]
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
