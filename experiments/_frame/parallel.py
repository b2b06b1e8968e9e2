"""A call in a process of its own."""

from __future__ import annotations

from collections.abc import Callable
from multiprocessing import get_context
from typing import Any, TypeVar

Outcome = TypeVar("Outcome")


def alone(function: Callable[..., Outcome], *arguments: Any) -> Outcome:
    """The result of one call in a process of its own, which has all cores and no state of earlier calls."""
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(function, arguments)
