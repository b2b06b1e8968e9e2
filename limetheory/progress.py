"""A progress bar for work that takes more than two seconds, on terminals only."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from rich.progress import Progress

T = TypeVar("T")
_QUIET_SECONDS = 2.0  # how long nothing is shown, so that short work has no bar; a convention


class ProgressBar:
    """A bar that a ``with`` block advances; nothing is shown before two seconds, nor when stderr is no terminal.

    Args:
        label: what is counted, such as "masks".
        total: how many there will be.
    """

    def __init__(self, label: str, total: int):
        self._label, self._total, self._start = label, total, time.monotonic()
        self._shown: Any = None

    def advance(self, done: int, **changes: object) -> None:
        """Show how many are done; ``description`` and ``total`` may change on the way."""
        if self._shown is None and time.monotonic() - self._start > _QUIET_SECONDS and sys.stderr.isatty():
            self._shown = _bar()
            self._shown.add_task(self._label, total=self._total)
            self._shown.start()
        if self._shown is not None:
            self._shown.update(self._shown.task_ids[0], completed=done, **changes)

    def __enter__(self) -> ProgressBar:
        """Begin; the two seconds run from the making of the bar."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the bar away, also when the work failed."""
        if self._shown is not None:
            self._shown.stop()


def track(items: Iterable[tuple[int, T]], total: int, label: str) -> Iterator[T]:
    """Yield the second of each ``(steps, item)`` pair, advancing a bar by the first after it is used.

    Nothing is shown before two seconds have passed, nor when stderr is not a terminal.
    """
    done = 0
    with ProgressBar(label, total) as bar:
        for steps, item in items:
            yield item
            done += steps
            bar.advance(done)


def approaching(half_width: float, tolerance: float, remaining: float) -> str:
    """How far an estimate is from its tolerance, as a bar shows it.

    >>> approaching(0.0234, 0.01, 2310.4)
    'masks: ±0.0234 of ±0.01, about 2,310 more'
    >>> approaching(float("inf"), 0.01, float("inf"))
    'masks: first fit'
    """
    if half_width == float("inf"):
        return "masks: first fit"
    more = f"about {remaining:,.0f} more" if remaining < float("inf") else "many more"
    return f"masks: ±{half_width:.3g} of ±{tolerance:g}, {more}"


def _bar() -> Progress:
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
