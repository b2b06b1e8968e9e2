"""Average ranks over photographs and the critical difference between them, by the tests of Friedman and Nemenyi."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.stats import friedmanchisquare, rankdata, studentized_range


class Ranks(NamedTuple):
    """The mean rank of each method (1 is best), Friedman's p-value, and Nemenyi's critical difference at 5 %."""

    means: np.ndarray
    p: float
    critical: float


def ranks(table: np.ndarray, better: str) -> Ranks:
    """Rank methods on every photograph: (photographs, methods) → `Ranks`; ties share their rank.

    >>> found = ranks(np.array([[1.0, 2.0, 3.0]] * 4), "↑")
    >>> found.means.tolist(), round(found.p, 3), round(found.critical, 2)
    ([3.0, 2.0, 1.0], 0.018, 1.66)
    """
    table = np.abs(table) if better == "→0" else table
    by_photograph = rankdata(-table if better == "↑" else table, axis=1)
    p = float(friedmanchisquare(*table.T).pvalue) if np.ptp(table) else 1.0
    return Ranks(by_photograph.mean(axis=0), p, critical_difference(table.shape[1], len(table)))


def critical_difference(methods: int, photographs: int, level: float = 0.05) -> float:
    """Nemenyi's critical difference q √(k (k + 1) / 6N): mean ranks that differ by less do not differ significantly.

    >>> round(critical_difference(4, 14), 2)
    1.25
    """
    q = studentized_range.ppf(1 - level, methods, np.inf) / np.sqrt(2)
    return float(q * np.sqrt(methods * (methods + 1) / (6 * photographs)))


def groups(means: np.ndarray, critical: float) -> list[tuple[float, float]]:
    """The longest stretches of mean ranks within the critical difference, as (lowest, highest).

    >>> groups(np.array([1.0, 1.5, 2.5, 4.0]), 1.2)
    [(1.0, 1.5), (1.5, 2.5)]
    """
    ordered = np.sort(means)
    found = [(float(low), float(ordered[ordered <= low + critical].max())) for low in ordered]
    return [(a, b) for a, b in found if b > a and not any(c < a and b <= d for c, d in found)]
