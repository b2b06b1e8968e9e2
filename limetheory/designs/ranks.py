"""Which numbers of a row are the smallest ones."""

from __future__ import annotations

import numpy as np

from limetheory.arrays import Ints, Masks


def smallest(numbers: np.ndarray, counts: Ints) -> Masks:
    """Which numbers are among the so many smallest of their row: (n, d) and (n,) → (n, d) bool.

    One sort, and one comparison with the number behind the last; where this equals the last, their ranks decide.

    >>> smallest(np.array([[0.3, 0.1, 0.2]]), np.array([2])).tolist()
    [[False, True, True]]
    """
    rows, d = np.arange(len(numbers)), numbers.shape[1]
    ordered = np.sort(numbers, axis=1)
    border = ordered[rows, np.minimum(counts, d - 1)]
    found: Masks = numbers < np.where(counts < d, border, np.inf)[:, None]
    tied = (counts > 0) & (counts < d) & (border == ordered[rows, counts - 1])
    if tied.any():
        found[tied] = numbers[tied].argsort(axis=1).argsort(axis=1) < counts[tied, None]
    return found
