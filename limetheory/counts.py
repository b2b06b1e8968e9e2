"""Numbers of masks, rows or draws: at least one, and no more than any memory holds."""

from __future__ import annotations

from typing import Any

import numpy as np

from limetheory.arguments import integer
from limetheory.given import given

MOST = 1_000_000_000
"""The most masks that are drawn: their values and weights alone take 16 GB; a convention."""
MOST_AT_ONCE = 1 << 27
"""The most numbers of a table of rows that is drawn as a whole: 1 GiB, of which a fit makes several; a convention."""

PLANNED = "errors fall as 1/√n, and limetheory.plan says how many are enough"
_FEWER = "errors fall as 1/√n, so that fewer are enough"


def count(name: str, value: Any, minimum: int, remedy: str = "", fewer: str = _FEWER) -> int:
    """Return ``value`` as an int of at least ``minimum`` and at most `MOST`.

    Args:
        name, value, minimum, remedy: see `integer`.
        fewer: the remedy where it is too large.

    >>> count("n", 10**12, 2)
    Traceback (most recent call last):
    ValueError: n must be at most 1,000,000,000, got 1000000000000; errors fall as 1/√n, so that fewer are enough
    """
    return at_most(name, integer(name, value, minimum, remedy), MOST, fewer)


def at_most(name: str, number: int, most: int, fewer: str = _FEWER) -> int:
    """Return a number that is no larger than another one.

    >>> at_most("n × columns", 8, 10)
    8
    """
    if number > most:
        raise ValueError(f"{name} must be at most {most:,}, got {given(number)}; {fewer}")
    return number


def refuse_absurd(name: str, value: Any) -> None:
    """Refuse an integer above `MOST` before any work; whether it is an integer and large enough is seen later.

    >>> refuse_absurd("n", 5000)
    """
    if isinstance(value, (int, np.integer)):
        at_most(name, int(value), MOST, PLANNED)
