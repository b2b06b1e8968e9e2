"""A whole number divided in proportion to areas."""

from __future__ import annotations

import numpy as np


def shares(areas: np.ndarray, total: int) -> np.ndarray:
    """Whole numbers of sum ``total``, in proportion to areas and at least 1 where an area is above 0.

    By largest remainders (Hare and Hamilton): of what proportion says, each part gets the whole, and the parts of the
    largest remainders, the first among equals, get one more. Parts that would get none get 1 before.

    Args:
        areas: (parts,) at least 0, one of them above.
        total: at least the number of areas above 0.

    Returns:
        (parts,) integers; 0 where the area is 0.

    >>> shares(np.array([10708, 37692]), 100).tolist(), shares(np.array([1, 0, 1999]), 4).tolist()
    ([22, 78], [1, 0, 3])
    """
    numbers = np.zeros(len(areas), np.int64)
    few = np.zeros(len(areas), bool)
    while True:
        rest = np.where(few, 0, areas)
        left = total - int(few.sum())
        wanted = rest * left / max(rest.sum(), 1)
        numbers = np.where(few, 1, _by_remainders(wanted, left))
        starved = (numbers == 0) & (areas > 0)
        if not starved.any():
            return numbers
        few |= starved


def _by_remainders(wanted: np.ndarray, total: int) -> np.ndarray:
    whole: np.ndarray = np.floor(wanted).astype(np.int64)
    more = np.argsort(whole - wanted, kind="stable")[: total - int(whole.sum())]
    whole[more] += 1
    return whole
