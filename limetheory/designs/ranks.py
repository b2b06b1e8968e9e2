"""Which numbers of a row are the smallest ones."""

from __future__ import annotations

import numpy as np

from limetheory.arrays import Ints, Masks


def smallest(numbers: np.ndarray, counts: Ints) -> Masks:
    """Which numbers are among the so many smallest of their row: (n, d) and (n,) → (n, d) bool.

    One sort of the numbers in single precision, which is quick, and one comparison with the number behind the last;
    where that equals the last, the ranks of the numbers themselves decide.

    >>> smallest(np.array([[0.3, 0.1, 0.2]]), np.array([2])).tolist()
    [[False, True, True]]
    """
    rows, d, rounded = np.arange(len(numbers)), numbers.shape[1], numbers.astype(np.float32)
    ordered = np.sort(rounded, axis=1)
    border = np.where(counts < d, ordered[rows, np.minimum(counts, d - 1)], np.float32(np.inf))
    found: Masks = rounded < border[:, None]
    tied = (counts > 0) & (border == ordered[rows, counts - 1])
    if tied.any():
        found[tied] = numbers[tied].argsort(axis=1).argsort(axis=1) < counts[tied, None]
    return found
