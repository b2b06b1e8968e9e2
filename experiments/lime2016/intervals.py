"""Means with bootstrap intervals, over documents, rounds or pairs of forests."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

LEVEL, DRAWS = 0.95, 2_000
FEWEST = 5
"""Groups that an interval needs, since of fewer the draws say little; a convention."""


def mean_of(values: Sequence[float], groups: Sequence[object] | None = None) -> tuple[float, float, float]:
    """The mean with the ends of its 95 % interval, from 2,000 draws of groups with replacement (seed 0).

    Args:
        values: the numbers.
        groups: what each belongs to, such as the document that several divisions of a corpus have explained; it is
            drawn as a whole. None is one each.

    >>> [round(x, 2) for x in mean_of([0.0, 1.0, 1.0, 1.0, 1.0, 0.0, 1.0, 1.0])]
    [0.75, 0.5, 1.0]
    """
    found = np.asarray(values, float)
    _, place = np.unique(np.arange(len(found)) if groups is None else np.asarray(groups), return_inverse=True)
    sums, counts = np.bincount(place, found), np.bincount(place)
    drawn = np.random.default_rng(0).integers(len(sums), size=(DRAWS, len(sums)))
    means = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    low, high = np.quantile(means, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(found.mean()), float(low), float(high)


def percent(values: Sequence[float], groups: Sequence[object] | None = None) -> str:
    """The mean in percent with its interval, without one where there are fewer than five groups.

    >>> percent([0.5] * 5), percent([0.5, 1.0])
    ('50.0 [50.0, 50.0]', '75.0')
    """
    mean, low, high = (100 * number for number in mean_of(values, groups))
    few = len(values if groups is None else set(groups)) < FEWEST
    return f"{mean:.1f}" if few else f"{mean:.1f} [{low:.1f}, {high:.1f}]"
