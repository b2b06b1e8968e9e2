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


def evaluate(function: MaskFunction, masks: Masks) -> PerMask:
    """Return F on each mask, (n, d) bool → (n,) float64, refusing all but n finite real numbers.

    The function gets a copy, which it may change.
    """
    values = real_numbers(functions.answer("F", function, _FORM, masks.copy()), "a set function", "F(masks)")
    if values.shape != (len(masks),):
        raise ValueError(
            f"a set function must return one number for each mask, shape ({len(masks)},), got shape "
            f"{values.shape}; pick one class of a model that returns several"
        )
    unusable = np.count_nonzero(~np.isfinite(values))
    if unusable:
        raise ValueError(
            f"a set function must return finite numbers, got {unusable} NaN or infinite of {len(values)}; "
            "check the model's output on masked inputs"
        )
    return values


def superpixel_count(function: MaskFunction, d: int) -> int:
    """Return d, refusing a function that states another number of superpixels."""
    stated = getattr(function, "d", d)
    if stated != d:
        raise ValueError(
            f"model and design must have the same number of superpixels, got {stated} and {d}; "
            f"build the design with d={stated}"
        )
    return d


def out_of_memory(error: Exception) -> bool:
    """Whether an evaluation failed for want of memory, so that a smaller batch may succeed."""
    text = str(error).lower()
    return isinstance(error, MemoryError) or "out of memory" in text or "can't allocate memory" in text
