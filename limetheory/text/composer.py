"""Texts from masks: pieces that are shown or hidden, four in a row at a time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from limetheory.arrays import Masks

_BLOCK = 256  # masks for which texts are composed at once; affects memory only


class Composer:
    """Writes texts whose pieces masks show or hide, each with what follows it.

    Args:
        start: what stands before the first piece.
        shown, hidden: each piece as it is shown and as it is hidden, with what follows it, m strings each.
        owner: the part of each piece, (m,) integers 0..d−1.

    >>> write = Composer("(", ["good ", "bad)"], ["", ")"], np.array([0, 1]))
    >>> write(np.array([[True, True], [False, True], [True, False]]))
    ['(good bad)', '(bad)', '(good )']
    """

    def __init__(self, start: str, shown: Sequence[str], hidden: Sequence[str], owner: np.ndarray):
        self._start, self._owner = start, owner
        # objects, since NumPy's own strings lose characters of code 0 at their end
        ways = np.full((-(-len(shown) // 8) * 8, 2), "", object)
        ways[: len(shown), 0], ways[: len(shown), 1] = hidden, shown
        ways[:1] = start + ways[:1]
        self._ways = _side_by_side(_side_by_side(ways)).ravel()
        """What four pieces in a row may become, 16 ways to show and hide them each: (⌈m/8⌉ × 2 × 16,) strings."""

    def __call__(self, masks: Masks) -> list[str]:
        """The text that each mask shows: (n, d) bool → n strings."""
        if not len(self._owner):
            return [self._start] * len(masks)
        places = 16 * np.arange(len(self._ways) // 16)
        found: list[str] = []
        for start in range(0, len(masks), _BLOCK):
            kept = np.take(masks[start : start + _BLOCK], self._owner, axis=1)
            found += map("".join, self._ways.take(_fours(kept) + places).tolist())
        return found


def _side_by_side(ways: np.ndarray) -> np.ndarray:
    """The ways of two neighbours together, one after the other: (2m, w) strings → (m, w²)."""
    pairs: np.ndarray = (ways[::2, :, None] + ways[1::2, None, :]).reshape(len(ways) // 2, ways.shape[1] ** 2)
    return pairs


def _fours(kept: np.ndarray) -> np.ndarray:
    """Four bits in a row as a number, the first counting 8: (n, m) bool → (n, ⌈m/8⌉ × 2) int."""
    eights = np.packbits(kept, axis=1)
    return np.stack([eights >> 4, eights & 15], axis=2).reshape(len(kept), 2 * eights.shape[1])
