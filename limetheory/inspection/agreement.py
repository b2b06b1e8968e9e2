"""How far repeated explanations agree: VSI, CSI and rank agreement with intervals over the repetitions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from limetheory.arguments import instance, integer, real, several
from limetheory.explaining.budget import LEVEL
from limetheory.explanation import Explanation
from limetheory.inspection.mean_interval import mean_interval
from limetheory.metrics import Interval, explanation_similarity
from limetheory.statistics.stability import largest

_FEWEST = 3
"""The fewest explanations that have an interval; a convention."""
_FULL = 1.0 - 1e-12
"""An index from which on two explanations agree fully, but for rounding."""


@dataclass(frozen=True)
class Agreement:
    """Indices of agreement, each the mean over pairs of explanations, with an interval over the explanations.

    Attributes:
        variables: share of the k parts of largest coefficients, in absolute value, that both select, in [0, 1]: VSI.
        coefficients: share of the coefficients whose 95 % intervals overlap, in [0, 1]: CSI.
        ranks: Spearman's correlation of the coefficients, in [−1, 1].
        runs: number of explanations.
    """

    variables: Interval
    coefficients: Interval
    ranks: Interval
    runs: int


def agreement(explanations: Sequence[Explanation], k: int, level: float = LEVEL) -> Agreement:
    """How far explanations of the same parts agree, such as those of several seeds.

    VSI and CSI are those of Visani, Bagli, Chesani, Poluzzi & Capuzzo 2020 (arXiv 2001.11757). Intervals are those of
    Student's t on the jackknife's pseudo-values of the mean over pairs, since each explanation is in many pairs. If all
    pairs agree fully, the lower end is what so many disjoint pairs rule out; with fewer than three explanations there
    is no interval (NaN).

    Args:
        explanations: two or more with as many parts and finite standard errors.
        k: how many parts are selected, 1..d.
        level: of the intervals, in (0, 1).

    Raises:
        ValueError, TypeError: fewer than two explanations, or of different parts.

    >>> found = [Explanation(np.array([0.9, 0.1, 0.2 * s]), 0.0, np.full(3, 0.05), 100) for s in (1.0, 1.1, 0.2)]
    >>> round(agreement(found, 2).variables.mean, 3), round(agreement(found, 2).ranks.mean, 3)
    (0.667, 0.667)
    """
    runs = [instance("explanations", one, Explanation, "explain first") for one in _listed(explanations)]
    level = real("level", level, above=0, below=1, remedy="write 0.95 for 95 %")
    check_k(k, runs[0].d)
    selected, ends = selections(runs, k), np.stack([one.interval(0.95) for one in runs])
    coefficients = np.stack([one.coefficients for one in runs])
    return Agreement(
        over_pairs(lambda i, j: float((selected[i] & selected[j]).sum() / k), len(runs), level, 0.0),
        over_pairs(lambda i, j: _overlap(ends[i], ends[j]), len(runs), level, 0.0),
        over_pairs(lambda i, j: explanation_similarity(coefficients[i], coefficients[j]), len(runs), level, -1.0),
        len(runs),
    )  # fmt: skip


def check_k(k: Any, d: int) -> int:
    """k itself, at least 1 and at most d."""
    if integer("k", k, 1) > d:
        raise ValueError(f"k must be at most the number of parts, {d}, got {k}; select fewer")
    return int(k)


def selections(explanations: Sequence[Explanation], k: int) -> np.ndarray:
    """The k parts of largest absolute coefficient of each explanation, (runs, d) bool."""
    coefficients = np.stack([one.coefficients for one in explanations])
    chosen = np.zeros(coefficients.shape, bool)
    np.put_along_axis(chosen, largest(coefficients, k), True, axis=1)
    return chosen


def over_pairs(of_pair: Callable[[int, int], float], runs: int, level: float, least: float) -> Interval:
    """The mean of an index over all pairs of runs, with its interval over the runs.

    Args:
        of_pair: (i, j) → the index, at most 1.
        runs: how many there are, at least 2.
        level: of the interval.
        least: the smallest value that the index can have.

    >>> over_pairs(lambda i, j: 1.0, 10, 0.95, 0.0)
    Interval(mean=1.0, low=0.549..., high=1.0)
    """
    table = np.full((runs, runs), np.nan)
    for i, j in combinations(range(runs), 2):
        table[i, j] = table[j, i] = of_pair(i, j)
    values = table[~np.eye(runs, dtype=bool)]
    mean = float(values.mean())
    if runs < _FEWEST or not np.isfinite(mean):
        return Interval(mean, float("nan"), float("nan"))
    if (values >= _FULL).all():
        return _all_agree(mean, runs // 2, level, least)  # so many pairs are disjoint
    return _jackknife(table, mean, level, least)


def with_first(explanations: Sequence[Explanation], k: int, level: float) -> Agreement:
    """How far all other explanations agree with the first one, each mean over the others with its interval.

    Args:
        explanations: two or more of the same parts.
        k: how many parts are selected.
        level: of the intervals.
    """
    selected, ends = selections(explanations, k), np.stack([one.interval(0.95) for one in explanations])
    first, others = explanations[0].coefficients, range(1, len(explanations))
    return Agreement(
        over_values([(selected[0] & selected[i]).sum() / k for i in others], level, 0.0),
        over_values([_overlap(ends[0], ends[i]) for i in others], level, 0.0),
        over_values([explanation_similarity(first, explanations[i].coefficients) for i in others], level, -1.0),
        len(explanations),
    )


def over_values(values: Sequence[float], level: float, least: float) -> Interval:
    """The mean of an index over independent values, at most 1 each, with its interval.

    >>> over_values([1.0] * 5, 0.95, -1.0)
    Interval(mean=1.0, low=0.098..., high=1.0)
    """
    found = np.asarray(values, float)
    if np.isfinite(found).all() and (found >= _FULL).all():
        return _all_agree(float(found.mean()), len(found), level, least)
    ends = mean_interval(found, level)
    return Interval(ends.mean, max(ends.low, least), min(ends.high, 1.0))


def _all_agree(mean: float, number: int, level: float, least: float) -> Interval:
    """Of so many independent values that are all 1: they would be with probability 1 − level at the lower end."""
    share = (1 - level) ** (1 / number)
    return Interval(mean, share + (1 - share) * least, 1.0)


def _jackknife(table: np.ndarray, mean: float, level: float, least: float) -> Interval:
    """Student's interval from the pseudo-values R U − (R − 1) U₋ᵢ, U₋ᵢ being the mean without the pairs of run i."""
    from scipy.special import stdtrit

    runs = len(table)
    own = np.nansum(table, axis=1)
    without = (own.sum() - 2 * own) / ((runs - 1) * (runs - 2))
    pseudo = runs * mean - (runs - 1) * without
    half = float(stdtrit(runs - 1, (1 + level) / 2) * pseudo.std(ddof=1) / np.sqrt(runs))
    return Interval(mean, max(mean - half, least), min(mean + half, 1.0))


def _overlap(one: np.ndarray, other: np.ndarray) -> float:
    return float(((one[:, 0] <= other[:, 1]) & (other[:, 0] <= one[:, 1])).mean())


def _listed(explanations: Any) -> list[Any]:
    found = several("explanations", explanations, "explanations")
    if len(found) < 2:
        raise ValueError(f"explanations must be two or more, got {len(found)}; explain with another seed")
    sizes = sorted({one.d for one in found if isinstance(one, Explanation)})
    if len(sizes) > 1:
        raise ValueError(f"explanations must be of the same parts, got {sizes}; explain the same input")
    return found
