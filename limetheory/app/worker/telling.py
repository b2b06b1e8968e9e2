"""How tasks tell the server of their steps, and what a cancel leaves of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

from limetheory.explaining.partial import Partial
from limetheory.inspection.unfinished import Unfinished
from limetheory.progress import Step, listening

Tell: TypeAlias = Callable[[Any], None]
"""Tells the server something on the way; it raises `KeyboardInterrupt` once the task was cancelled."""


@contextmanager
def steps_told(tell: Tell, wanted: Callable[[Step], bool] = lambda step: True) -> Iterator[None]:
    """Tell of the steps of the work in the ``with`` block.

    Args:
        tell: is told `Partial`.
        wanted: which of the steps are told.
    """

    def told(step: Step) -> None:
        if wanted(step):
            tell(Partial(step.done, step.total))

    with listening(told):
        yield


def finished_part(work: Callable[[], Any]) -> tuple[Any, str | None]:
    """The result of a piece of work, or what a cancel left of it with how far it got.

    Raises:
        KeyboardInterrupt: it left nothing.
    """
    try:
        return work(), None
    except Unfinished as stopped:
        if stopped.answer is None:
            raise
        return stopped.answer, str(stopped)
