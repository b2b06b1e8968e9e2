"""Ctrl-C while inputs are evaluated: the answer from those that were finished."""

from __future__ import annotations

from typing import Any


class Unfinished(KeyboardInterrupt):
    """Ctrl-C while a model was asked about inputs; the answer from the finished ones is in ``answer``.

    Attributes:
        answer: what the function would have returned for these inputs; None where there were too few.

    >>> str(Unfinished(None, 3, 40, "values"))
    'interrupted after 3 of 40 values'
    """

    def __init__(self, answer: Any, done: int, total: int, what: str):
        super().__init__(f"interrupted after {done} of {total} {what}")
        self.answer = answer
