"""The error where no closed form exists: it names the model, the design and what to use instead."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from limetheory.evaluation import evaluate

LARGEST_D = 24
"""The largest d whose 2^d masks are enumerated; a convention for time and memory."""
_TIMED_MASKS = 16  # how many masks are evaluated to extrapolate the time of all; a convention


def no_closed_form(model: Any, design: Any) -> NotImplementedError:
    """The error that names the model, the design and the fallback."""
    pair = f"no closed form for {type(model).__name__} under {type(design).__name__}"
    if not callable(model):
        return NotImplementedError(
            f"{pair}; pass a callable (n, d) bool → (n,) to enumerate all 2^d masks, or use limetheory.estimate"
        )
    if design.d > LARGEST_D:
        return NotImplementedError(f"{pair}, and d = {design.d} is too large to enumerate; use limetheory.estimate")
    return NotImplementedError(
        f"{pair}; enumerate with limit(tabulate(model, {design.d}), design), "
        f"{enumeration_time(model, design.d)}, or use limetheory.estimate"
    )


def enumeration_time(function: Any, d: int) -> str:
    """The number of evaluations for enumeration, and their time, extrapolated from a few of them.

    >>> enumeration_time(lambda masks: masks[:, 0], 40).startswith("1.1e+12 evaluations, about ")
    True
    """
    masks = np.tri(min(_TIMED_MASKS, 1 << d), d, dtype=bool)
    start = time.perf_counter()
    evaluate(function, masks)
    seconds = (time.perf_counter() - start) / len(masks) * 2.0**d
    return f"{2.0**d:.2g} evaluations, about {_duration(seconds)}"


def _duration(seconds: float) -> str:
    for unit, length in (("years", 31_557_600.0), ("days", 86_400.0), ("hours", 3600.0), ("minutes", 60.0)):
        if seconds >= 2 * length:
            return f"{seconds / length:.2g} {unit}"
    return f"{max(seconds, 1):.0f} s"
