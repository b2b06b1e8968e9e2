"""Evaluating a set function on masks, with its answers checked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

from limetheory import functions
from limetheory.answers import real_numbers
from limetheory.arrays import Masks, PerMask

MaskFunction: TypeAlias = Callable[[Masks], PerMask]
"""F: (n, d) bool → (n,) numbers."""

_FORM = "(n, d) bool → (n,)"


def mask_function(name: str, function: Any) -> MaskFunction:
    """Return a set function, refusing what cannot be called on masks."""
    return functions.function(name, function, _FORM)


def is_random(function: Any) -> bool:
    """Whether a set function states, by ``random = True``, that its values at a mask are draws of mean F(z).

    Draws must be independent of each other, also those at equal masks. A `RowFunction` is such a function: it asks a
    model about a random row that is drawn given the mask.
    """
    return getattr(function, "random", False) is True


_ESTIMATE = "explain it by estimate with method 'wls' or 'unbiased', or by estimate_until"


def refuse_random(function: Any, what: str, remedy: str = _ESTIMATE) -> None:
    """Refuse a random set function where one value for each mask is meant.

    Its attribute ``asks`` says what it is made of, where the caller gave that and not the function itself.

    >>> class Noise:
    ...     random = True
    >>> refuse_random(Noise(), "two_level")
    Traceback (most recent call last):
    ValueError: two_level needs a set function of one value for each mask, got the random Noise; explain it by
    estimate with method 'wls' or 'unbiased', or by estimate_until
    """
    if is_random(function):
        raise ValueError(f"{what} needs a set function of one value for each mask, got {described(function)}; {remedy}")


def described(function: Any) -> str:
    """A random set function in words: what it asks, or its class where it does not say that.

    >>> class Noise:
    ...     random = True
    >>> described(Noise())
    'the random Noise'
    """
    return getattr(function, "asks", None) or f"the random {type(function).__name__}"


def refuse_random_ends(function: Any) -> None:
    """Refuse a random set function under an efficient design, which takes F(0) and F(1) for known."""
    refuse_random(function, "an efficient design", "take a design such as BernoulliDesign, whose sum is estimated too")


def evaluate(function: MaskFunction, masks: Masks) -> PerMask:
    """Return F on each mask, (n, d) bool → (n,) float64, refusing all but n finite real numbers.

    The function gets a copy, which it may change. A random one is refused, see `drawn_values`.
    """
    refuse_random(function, "what is asked for")
    return drawn_values(function, masks)


def drawn_values(function: MaskFunction, masks: Masks) -> PerMask:
    """`evaluate` for callers that need no more of a value than its mean F(z) and its independence of other draws."""
    values = real_numbers(functions.answer("F", function, _FORM, masks.copy()), "a set function", "F(masks)")
    if values.shape != (len(masks),):
        raise ValueError(
            f"a set function must return one number for each mask, shape ({len(masks)},), got shape "
            f"{values.shape}; pick one class of a model that returns several"
        )
    refuse_not_finite(values)
    return values


def refuse_not_finite(values: np.ndarray) -> None:
    """Refuse values of a set function, of any shape, among which one is NaN or infinite."""
    unusable = np.count_nonzero(~np.isfinite(values))
    if unusable:
        raise ValueError(
            f"a set function must return finite numbers, got {unusable} NaN or infinite of {values.size}; "
            "check the model's output on masked inputs"
        )


def superpixel_count(function: MaskFunction, d: int, other: str = "design", remedy: str = "build the design") -> int:
    """Return d, refusing a function that states another number of parts, whatever they are, than what it goes with."""
    stated = getattr(function, "d", d)
    if stated != d:
        raise ValueError(f"model and {other} must have the same d, got {stated} and {d}; {remedy} with d={stated}")
    return d
