"""The roles of parts in a set function: which have none, and which may be exchanged."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np

from limetheory.evaluation import evaluate
from limetheory.limits import all_masks
from limetheory.testing.battery import KnownFunction

LARGEST_D = 12
"""The largest d at which roles are found by enumeration; a convention."""
_EQUAL = 1e-12  # of the largest |F|: values that differ by less differ by rounding


def known_function(F: Any, d: int) -> KnownFunction:
    """A set function with the roles of its parts: its own statement, or found on all 2^d masks up to d = 12.

    >>> import limetheory as lt
    >>> known_function(lt.Leaf(4, on=(0, 2), off=(1,)), 4).symmetric
    ((0, 2),)
    """
    if isinstance(F, KnownFunction):
        return F
    if d > LARGEST_D:
        return KnownFunction("F", F)
    masks = all_masks(d)
    values = evaluate(F, masks)
    index, room = np.arange(1 << d), _EQUAL * float(np.abs(values).max())

    def same(other: np.ndarray) -> bool:
        return bool(np.abs(values[other] - values).max() <= room)

    dummies = tuple(j for j in range(d) if same(index ^ 1 << j))
    pairs = [(i, j) for i, j in combinations(range(d), 2) if same(_exchanged(index, i, j))]
    return KnownFunction("F", F, dummies, _joined(d, pairs))


def _exchanged(index: np.ndarray, i: int, j: int) -> np.ndarray:
    """The indices of masks whose bits i and j are exchanged."""
    differ = (index >> i ^ index >> j) & 1
    swapped: np.ndarray = index ^ (differ << i | differ << j)
    return swapped


def _joined(d: int, pairs: list[tuple[int, int]]) -> tuple[tuple[int, ...], ...]:
    """The sets of parts of which all pairs may be exchanged: exchanging is transitive."""
    first = list(range(d))
    for i, j in pairs:
        first[j] = min(first[j], first[i])
    groups = [tuple(j for j in range(d) if first[j] == i) for i in range(d)]
    return tuple(group for group in groups if len(group) > 1)
