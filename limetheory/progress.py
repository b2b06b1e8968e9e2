"""A progress bar for work that takes more than two seconds, in terminals and notebooks."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from types import TracebackType
from typing import Any, TypeAlias, TypeVar

T = TypeVar("T")
_COLUMNS, _ROWS = 79, 23  # of a terminal that does not know its own, as one of `docker run -t` at its start
_QUIET_SECONDS = 2.0  # how long nothing is shown, so that short work has no bar; a convention


@dataclass(frozen=True)
class Step:
    """How far a piece of work has come.

    Attributes:
        done: how many are done.
        total: how many there will be, as far as that is known.
        so_far: () → the `Sample` of what was evaluated so far; None of work that evaluates no sample.
    """

    done: int
    total: float
    so_far: Callable[[], Any] | None = None


Listener: TypeAlias = Callable[[Step], None]
"""What is told of each step; an exception of its own ends the work, `KeyboardInterrupt` as Ctrl-C does."""

_LISTENER: ContextVar[Listener | None] = ContextVar("listener", default=None)
_SHOWN: ContextVar[list[Any]] = ContextVar("shown")
"""What `waiting` shows: one bar, or none once another has taken its place."""


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Tell a function of each step of the work inside of the ``with`` block, whether or not a bar is shown.

    >>> with listening(lambda step: print(step.done, "of", step.total)):
    ...     pieces = list(track([(2, "a"), (1, "b")], 3, "pieces"))
    2 of 3
    3 of 3
    """
    token = _LISTENER.set(listener)
    try:
        yield
    finally:
        _LISTENER.reset(token)


@contextmanager
def waiting(label: str) -> Iterator[None]:
    """Show what is being prepared, such as "loading the network", until the first bar inside takes its place.

    It is shown at once, in terminals and notebooks alone, and is gone when the ``with`` block ends.

    >>> with waiting("loading the network"):
    ...     pieces = list(track([(2, "a"), (1, "b")], 3, "pieces"))
    """
    shown = [_bar(label, None)] if _is_watched() else []
    token = _SHOWN.set(shown)
    try:
        yield
    finally:
        _SHOWN.reset(token)
        _close(shown)


def _close(shown: list[Any]) -> bool:
    """Take away what is shown; whether there was something."""
    was = bool(shown)
    while shown:
        shown.pop().close()
    return was


class ProgressBar:
    """A bar of tqdm that a ``with`` block advances.

    Nothing is shown before two seconds, unless it takes the place of what `waiting` shows, nor where stderr is neither
    a terminal nor a notebook.

    Args:
        label: what is counted, such as "masks".
        total: how many there will be.
    """

    def __init__(self, label: str, total: float):
        self._label, self._total, self._start = label, total, time.monotonic()
        self._shown: Any = None

    def advance(
        self, done: int, description: str | None = None, total: float | None = None,
        so_far: Callable[[], Any] | None = None,
    ) -> None:  # fmt: skip
        """Show how many are done, and another description or total; the listener is told, see `Step`."""
        self._label, self._total = description or self._label, total or self._total
        listener = _LISTENER.get()
        if listener is not None:
            listener(Step(done, self._total, so_far))
        seconds = time.monotonic() - self._start
        if self._shown is None and seconds > _QUIET_SECONDS and _is_watched():
            self._shown = _bar(self._label, self._total)
            self._shown.start_t -= seconds
        if self._shown is not None:
            self._shown.n, self._shown.total = done, self._total
            self._shown.set_description_str(self._label, refresh=False)
            self._shown.refresh()

    def __enter__(self) -> ProgressBar:
        """Begin; the two seconds run from the making of the bar."""
        if _close(_SHOWN.get([])):
            self._shown = _bar(self._label, self._total)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the bar away, also when the work failed."""
        if self._shown is not None:
            self._shown.close()


def track(
    items: Iterable[tuple[int, T]], total: int, label: str, so_far: Callable[[], Any] | None = None
) -> Iterator[T]:
    """Yield the second of each ``(steps, item)`` pair, advancing a bar by the first after it is used.

    See `ProgressBar` for when it is shown, and `Step` for what a listener is told.
    """
    done = 0
    with ProgressBar(label, total) as bar:
        for steps, item in items:
            yield item
            done += steps
            bar.advance(done, so_far=so_far)


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


def _is_watched() -> bool:
    """Whether a terminal or a notebook shows a bar."""
    return sys.stderr.isatty() or _in_notebook()


def _in_notebook() -> bool:
    """Whether a kernel of Jupyter runs this."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    return shell is not None and "IPKernelApp" in shell.config


def _bar(label: str, total: float | None) -> Any:
    """A bar of tqdm, of its widgets in notebooks, taken away when it is closed; without a total a label alone."""
    from tqdm.auto import tqdm

    shown = {} if total is not None else {"bar_format": "{desc} …"}
    bar = tqdm(total=total, desc=label, leave=False, dynamic_ncols=True, file=sys.stderr, **shown)
    if callable(bar.dynamic_ncols):
        bar.dynamic_ncols = _some_columns(bar.dynamic_ncols)
        bar.ncols, bar.nrows = bar.dynamic_ncols(bar.fp)
    return bar


def _some_columns(measured: Callable[[Any], Any]) -> Callable[[Any], tuple[int, int]]:
    """The columns and rows of a terminal as measured; of one that reports none, where tqdm shows nothing, others."""

    def columns_and_rows(terminal: Any) -> tuple[int, int]:
        columns, rows = measured(terminal)
        return columns if columns and columns > 0 else _COLUMNS, rows if rows and rows > 0 else _ROWS

    return columns_and_rows
