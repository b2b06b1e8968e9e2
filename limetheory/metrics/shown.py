"""Which segments are shown, by their coefficients."""

from __future__ import annotations

from typing import Any

import numpy as np

from limetheory.arguments import integer, vector
from limetheory.given import given

MOST_SHOWN = 3
"""The largest number of segments that DSEG-LIME's public code shows."""

DEVIATIONS = 1.5
"""How many standard deviations from the mean DSEG-LIME's public code asks of a coefficient that is shown."""


def shown(coefficients: Any, rule: int | str = "public") -> np.ndarray:
    """The segments that are shown: the m largest positive coefficients.

    With the rule ``"public"``, m is the number of j with |c_j − mean| > 1.5 sd, but at least 1 and at most 3
    (DSEG-LIME's code at 526d8da, although its configuration speaks of the interquartile range). With a whole number k,
    m = k. Fewer segments are shown if fewer coefficients are positive, and more if others equal the m-th: equal
    coefficients are shown together, whereas lime breaks ties by position.

    Args:
        coefficients: (d,) finite numbers.
        rule: ``"public"`` or k ≥ 1.

    Returns:
        (d,) bool.

    >>> shown([0.5, 0.1, 0.0, -0.9, 0.1, 0.05, 0.0]).astype(int).tolist()
    [1, 0, 0, 0, 0, 0, 0]
    >>> shown([0.5, 0.1, 0.0, -0.9, 0.1, 0.05, 0.0], 2).astype(int).tolist()
    [1, 1, 0, 0, 1, 0, 0]
    """
    c = vector("coefficients", coefficients)
    if not c.size:
        raise ValueError("coefficients must hold at least one segment, got none; explain the image first")
    if isinstance(rule, str) and rule != "public":
        raise ValueError(f"rule must be 'public' or a number of segments, got {given(rule)}; see shown")
    number = _outstanding(c) if isinstance(rule, str) else integer("rule", rule, 1)
    cut = np.sort(c)[max(len(c) - number, 0)]
    found: np.ndarray = (c >= cut) & (c > 0)
    return found


def _outstanding(c: np.ndarray) -> int:
    return int(np.clip(np.count_nonzero(np.abs(c - c.mean()) > DEVIATIONS * c.std()), 1, MOST_SHOWN))
