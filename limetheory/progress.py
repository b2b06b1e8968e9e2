"""A progress bar for work that takes more than two seconds, in terminals and notebooks."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Any, TypeVar

T = TypeVar("T")
_QUIET_SECONDS = 2.0  # how long nothing is shown, so that short work has no bar; a convention


class ProgressBar:
    """A bar of tqdm that a ``with`` block advances.

    Nothing is shown before two seconds, nor where stderr is neither a terminal nor a notebook.

    Args:
        label: what is counted, such as "masks".
        total: how many there will be.
    """

    def __init__(self, label: str, total: float):
        self._label, self._total, self._start = label, total, time.monotonic()
        self._shown: Any = None

    def advance(self, done: int, description: str | None = None, total: float | None = None) -> None:
        """Show how many are done, and another description or total."""
        self._label, self._total = description or self._label, total or self._total
        seconds = time.monotonic() - self._start
        if self._shown is None and seconds > _QUIET_SECONDS and (sys.stderr.isatty() or _in_notebook()):
            self._shown = _bar(self._label, self._total)
            self._shown.start_t -= seconds
        if self._shown is not None:
            self._shown.n, self._shown.total = done, self._total
            self._shown.set_description_str(self._label, refresh=False)
            self._shown.refresh()

    def __enter__(self) -> ProgressBar:
        """Begin; the two seconds run from the making of the bar."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the bar away, also when the work failed."""
        if self._shown is not None:
            self._shown.close()


def track(items: Iterable[tuple[int, T]], total: int, label: str) -> Iterator[T]:
    """Yield the second of each ``(steps, item)`` pair, advancing a bar by the first after it is used.

    See `ProgressBar` for when it is shown.
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


def _in_notebook() -> bool:
    """Whether a kernel of Jupyter runs this."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    return shell is not None and "IPKernelApp" in shell.config


def _bar(label: str, total: float) -> Any:
    """A bar of tqdm, of its widgets in notebooks, that is taken away when it is closed."""
    from tqdm.auto import tqdm

    return tqdm(total=total, desc=label, leave=False, dynamic_ncols=True, file=sys.stderr)
