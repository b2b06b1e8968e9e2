"""An upper bound of the maximum of a concave function: between the points tried it lies below extended secants."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

POINTS, ROUNDS, TOLERANCE = 17, 20, 1e-8
"""Points of a round's grid, the largest number of rounds, and the relative excess that is accepted.

Each round refines the grid 8-fold, between the neighbours of the best point."""


def concave_maximum(function: Callable[[np.ndarray], np.ndarray], threshold: float = np.nan) -> float:
    """An upper bound of max f(√L) over L in [0, 1] for an f that is concave in L, at most 1e-8 too large (relative).

    A concave function lies below the line through two of its points, except between them.

    Args:
        function: f ≥ 0, called with √L in [0, 1], shape (m,), → (m,); infinite values make the maximum infinite.
        threshold: if given, the search ends as soon as the maximum is known to be above or not above it.

    >>> round(concave_maximum(lambda root: root - root**2), 6)
    0.25
    """
    low, high, least = 0.0, 1.0, np.inf
    for _ in range(ROUNDS):
        root = np.linspace(low, high, POINTS)
        values = function(root)
        if not np.isfinite(values).all():
            return float("inf")
        best = int(values.argmax())
        least = min(least, _bound(root**2, values, best))
        if least <= values[best] * (1 + TOLERANCE) or least <= threshold or values[best] > threshold:
            break
        low, high = root[max(best - 1, 0)], root[min(best + 1, POINTS - 1)]
    return float(least)


def _bound(place: np.ndarray, values: np.ndarray, best: int) -> float:
    """The bound from the intervals on both sides of the best point."""
    return max(_bound_before(place, values, best), _bound_before(-place[::-1], values[::-1], len(place) - 1 - best))


def _bound_before(place: np.ndarray, values: np.ndarray, best: int) -> float:
    """The bound on the interval before the best point, by the line through that point and the next.

    Where the best point is the first or the last, the interval and the line are those nearest to it.
    """
    near = max(min(best, len(place) - 2), 1)
    drop = (values[near] - values[near + 1]) / (place[near + 1] - place[near])
    return float(max(values[best], values[near] + drop * (place[near] - place[near - 1])))
