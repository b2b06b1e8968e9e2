"""Checks of arguments: each states its rule, the value it got and the remedy."""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from numbers import Real
from typing import Any

import numpy as np


def integer(name: str, value: Any, minimum: int, remedy: str = "") -> int:
    """Return ``value`` as an int of at least ``minimum``.

    >>> integer("n", 3.5, 1)
    Traceback (most recent call last):
    TypeError: n must be an integer, got 3.5
    """
    if isinstance(value, (bool, np.bool_)) or not hasattr(value, "__index__"):
        raise TypeError(_sentence(f"{name} must be an integer, got {value!r}", remedy))
    number = operator.index(value)
    if number < minimum:
        raise ValueError(_sentence(f"{name} must be at least {minimum}, got {value!r}", remedy))
    return number


def real(
    name: str,
    value: Any,
    *,
    above: float = -math.inf,
    below: float = math.inf,
    at_least: float = -math.inf,
    at_most: float = math.inf,
    remedy: str = "",
) -> float:
    """Return ``value`` as a finite float inside the stated interval.

    >>> real("level", 95, above=0, below=1, remedy="write 0.95 for 95 %")
    Traceback (most recent call last):
    ValueError: level must be above 0 and below 1, got 95; write 0.95 for 95 %
    """
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (Real, np.number)):
        raise TypeError(_sentence(f"{name} must be a number, got {value!r}", remedy))
    number = float(value)
    if not (math.isfinite(number) and above < number < below and at_least <= number <= at_most):
        limits = [
            f"{words} {bound:g}"
            for words, bound in (
                ("above", above),
                ("at least", at_least),
                ("below", below),
                ("at most", at_most),
            )
            if math.isfinite(bound)
        ]
        rule = " and ".join(limits if math.isfinite(number) else [*limits, "finite"])
        raise ValueError(_sentence(f"{name} must be {rule}, got {value!r}", remedy))
    return number


def accepted_error(name: str, value: Any) -> float:
    """Return ``value`` as a finite float above 0: how far a coefficient may be from its limit.

    >>> accepted_error("tolerance", 0)
    Traceback (most recent call last):
    ValueError: tolerance must be above 0, got 0; say how far a coefficient may be off, in units of F
    """
    return real(name, value, above=0, remedy="say how far a coefficient may be off, in units of F")


def choice(name: str, value: Any, known: Sequence[str]) -> str:
    """Return ``value`` when it is one of the ``known`` names."""
    if value not in known:
        raise ValueError(f"{name} must be one of {', '.join(known)}, got {value!r}")
    return str(value)


def vector(name: str, value: Any) -> np.ndarray:
    """Return ``value`` as a finite float64 vector that shares no memory with the caller's."""
    try:
        array = np.array(value, dtype=float)
    except (TypeError, ValueError):
        raise TypeError(f"{name} must be numbers, got {value!r}") from None
    if array.ndim != 1:
        raise ValueError(f"{name} must be one-dimensional, got shape {array.shape}")
    if not np.isfinite(array).all():
        raise ValueError(f"{name} must be finite, got {np.count_nonzero(~np.isfinite(array))} NaN or infinite")
    return array


def generator(rng: Any) -> np.random.Generator:
    """Return a NumPy generator from ``None``, a seed or a generator (SPEC 7)."""
    try:
        return np.random.default_rng(rng)
    except (TypeError, ValueError):
        raise TypeError(f"rng must be None, a non-negative integer or a numpy.random.Generator, got {rng!r}") from None


def _sentence(rule: str, remedy: str) -> str:
    return f"{rule}; {remedy}" if remedy else rule
