"""Positions in a list that a caller gives: integers from 0, each of them of an entry that there is."""

from __future__ import annotations

from typing import Any

import numpy as np

from limetheory.arguments import array, several


def positions(name: str, values: Any, count: int, source: str, remedy: str) -> np.ndarray:
    """Return ``values`` as integers from 0 to below ``count``, in their order, (n,) int.

    Args:
        name: what the caller calls them.
        values: a list of integers; none is as good.
        count: of the entries that there are.
        source: what returns such positions.
        remedy: what to do with one out of range.

    >>> positions("indices", [0, 5], 3, "submodular_pick", "count instances from 0")
    Traceback (most recent call last):
    ValueError: indices must be from 0 to 2, got 5; count instances from 0
    """
    found = array(name, several(name, values, "integers"))
    if not found.size:
        return np.empty(0, int)
    if found.ndim != 1 or found.dtype.kind not in "iu":
        shape = f" of shape {found.shape}" if found.ndim != 1 else ""
        raise TypeError(f"{name} must be a list of integers, got {found.dtype}{shape}; give what {source} returns")
    wrong = found[(found < 0) | (found >= count)]
    if len(wrong):
        raise ValueError(f"{name} must be from 0 to {count - 1}, got {wrong[0]}; {remedy}")
    return found.astype(int)
