"""Explanations of the masks evaluated so far, while the others are evaluated."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeAlias

from limetheory.progress import Step, listening

GAP = 0.4
"""Seconds between two partial explanations, which a person can follow; a convention."""

_GROWTH = 2  # times as many masks in the next partial explanation, so that few are made however long it takes


@dataclass(frozen=True, eq=False)
class Partial:
    """How far an explanation has come.

    Attributes:
        done: masks evaluated.
        total: masks in all, as far as that is known.
        explanation: of the masks evaluated so far, an `InputExplanation`; None while they are too few for one, and
            where the one before is recent.
    """

    done: int
    total: float
    explanation: Any = None


Watcher: TypeAlias = Callable[[Partial], None]
"""What is told how far an explanation has come; `KeyboardInterrupt` from it ends the explanation as Ctrl-C does."""

_WATCHER: ContextVar[tuple[Watcher, float] | None] = ContextVar("watcher", default=None)


@contextmanager
def watched(watcher: Watcher, gap: float = GAP) -> Iterator[None]:
    """Tell a function how every explanation inside of the ``with`` block comes along.

    The same masks are evaluated, once, and the answer has the same numbers as without it.

    Args:
        watcher: is told after each batch.
        gap: the least number of seconds between two partial explanations.

    >>> import limetheory as lt
    >>> seen = []
    >>> words = lambda texts: [float(len(text)) for text in texts]
    >>> with watched(seen.append, gap=0):
    ...     answer = lt.explain_text(words, "a bc", n=60, rng=0)
    >>> seen[-1].done, seen[-1].explanation.coefficients.round(9).tolist() == answer.coefficients.round(9).tolist()
    (60, True)
    """
    token = _WATCHER.set((watcher, gap))
    try:
        yield
    finally:
        _WATCHER.reset(token)


@contextmanager
def partial_answers(answer: Callable[[Any], Any]) -> Iterator[None]:
    """Tell the watcher, where there is one, of the work in the ``with`` block.

    Args:
        answer: `Sample` → the explanation of it.
    """
    found = _WATCHER.get()
    if found is None:
        yield
        return
    with listening(_Follower(answer, *found)):
        yield


class _Follower:
    """A listener that turns steps into partial explanations, no more of them than a person can follow."""

    def __init__(self, answer: Callable[[Any], Any], watcher: Watcher, gap: float):
        self._answer, self._watcher, self._gap = answer, watcher, gap
        self._masks, self._next = 0, 0.0

    def __call__(self, step: Step) -> None:
        self._watcher(Partial(step.done, step.total, self._explanation(step)))

    def _explanation(self, step: Step) -> Any:
        if step.so_far is None or time.monotonic() < self._next:
            return None
        sample = step.so_far()
        if sample.n <= sample.d or sample.n < _GROWTH * self._masks:
            return None
        found = self._fitted(sample)
        self._masks, self._next = sample.n, time.monotonic() + self._gap
        return found

    def _fitted(self, sample: Any) -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the answer warns of few masks; a part of them always has few
            try:
                return self._answer(sample)
            except ValueError:  # such as values too large for a fit, which the answer refuses with its reason
                return None
