"""Which segments an explanation shows."""

from __future__ import annotations

from typing import Any

import numpy as np

from limetheory.arguments import integer, vector

MOST_SHOWN = 3
"""The public rule shows at most so many segments."""
DEVIATIONS = 1.5
"""Standard deviations from the mean that make a coefficient stand out in the public rule."""


def shown(coefficients: Any, rule: int | str = "public") -> np.ndarray:
    """The segments that are shown: the m largest positive coefficients.

    ``"public"``: m = #{j : |c_j − mean| > 1.5 sd}, clamped to 1..3 (DSEG-LIME's code at 526d8da; its configuration
    text says interquartile range). A whole number k: m = k. There are fewer where fewer coefficients are
    positive, and more where the m-th is tied: equal coefficients are shown together, where lime goes by position.

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
        raise ValueError(f"rule must be 'public' or a number of segments, got {rule!r}; see shown")
    number = _outstanding(c) if isinstance(rule, str) else integer("rule", rule, 1)
    cut = np.sort(c)[max(len(c) - number, 0)]
    found: np.ndarray = (c >= cut) & (c > 0)
    return found


def _outstanding(c: np.ndarray) -> int:
    return int(np.clip(np.count_nonzero(np.abs(c - c.mean()) > DEVIATIONS * c.std()), 1, MOST_SHOWN))
