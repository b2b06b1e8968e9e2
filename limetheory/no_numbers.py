"""How a refusal says what was given in place of numbers, and what to do about it."""

from __future__ import annotations

import math
import numbers
from contextlib import suppress
from typing import Any

import numpy as np

from limetheory.given import given


def no_numbers(found: np.ndarray, value: Any) -> str:
    """What was given in place of numbers, and the remedy.

    Args:
        found: the value as an array.
        value: what was given.

    >>> no_numbers(np.array("0.5"), "0.5")
    "'0.5'; write 0.5, without quotes"
    >>> no_numbers(np.array(["a", "b"]), ["a", "b"])
    "list with 'a'; give numbers"
    """
    if found.dtype.kind == "c":
        return f"{found.dtype}; take their real part or their modulus"
    if found.ndim:
        return f"{type(value).__name__} with {_first_non_number(found)}; give numbers"
    return f"{given(value)}; {_as_a_number(value)}"


def _as_a_number(value: Any) -> str:
    """How to write the number that a string says; a number is wanted where it says none."""
    with suppress(TypeError, ValueError):
        if isinstance(value, str) and math.isfinite(float(value)):
            return f"write {value.strip()}, without quotes"
    return "give a number"


def _first_non_number(found: np.ndarray) -> str:
    others = (one for one in found.flat if not isinstance(one, (numbers.Real, np.bool_)))
    return next((given(one.item() if isinstance(one, np.generic) else one) for one in others), "none")
