"""Cells of tables: means with bootstrap intervals over images, and the indices of saved explanations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import combinations
from typing import TypeAlias

import numpy as np

from experiments._frame import Row
from experiments.garreau2021.agreement import chance_of, index
from experiments.garreau2021.rules import REFERENCE, STUDY
from experiments.lime2016.intervals import FEWEST, mean_of

RESOLUTION = 1e-6
"""Some times the distance of the largest float32 below 1 from 1."""
Of: TypeAlias = Callable[[Row, int], float]
"""A number of one row for the k largest coefficients."""


def interval(values: Sequence[float]) -> str:
    """The mean with its 95 % interval over images, without one where there are fewer than five.

    >>> interval([0.5] * 5), interval([0.5, 1.0])
    ('0.50 [0.50, 0.50]', '0.75')
    """
    if not values:
        return "—"
    mean, low, high = mean_of(values)
    return f"{mean:.2f}" if len(values) < FEWEST else f"{mean:.2f} [{low:.2f}, {high:.2f}]"


def quartiles(values: Sequence[float], digits: int = 2) -> str:
    """The median with both quartiles.

    >>> quartiles([1.0, 2.0, 3.0, 4.0, 5.0])
    '3.00 [2.00, 4.00]'
    """
    if not values:
        return "—"
    low, middle, high = np.quantile(values, [0.25, 0.5, 0.75])
    return f"{middle:.{digits}f} [{low:.{digits}f}, {high:.{digits}f}]"


def explainable(rows: Iterable[Row]) -> list[Row]:
    """The rows in which some coefficient exceeds what float32's rounding of probabilities makes of a constant."""
    return [row for row in rows if np.abs(row["limit"]).max() > RESOLUTION]


def averaged(row: Row) -> np.ndarray:
    """The coefficients of LIME, averaged over its runs."""
    mean: np.ndarray = np.mean(row["runs"], axis=0)
    return mean


def study(row: Row, k: int) -> float:
    """The index of the study: LIME averaged over its runs, and gradients by the study's rule."""
    return index(averaged(row), row["gradients"][STUDY], k)


def limit(row: Row, k: int) -> float:
    """The index of the limit and the integral."""
    return index(row["limit"], row["gradients"][REFERENCE], k)


def by_chance(row: Row, k: int) -> float:
    """What chance gives for the numbers of superpixels behind `study`."""
    return chance_of(averaged(row), row["gradients"][STUDY], k)


def of_pairs(row: Row, k: int) -> float:
    """The index of two runs of LIME, averaged over all pairs; NaN where there is one run."""
    pairs = [index(one, other, k) for one, other in combinations(row["runs"], 2)]
    return float(np.mean(pairs)) if pairs else np.nan


def of_runs(row: Row, k: int) -> float:
    """The index of one run of LIME and the integral, averaged over runs."""
    return float(np.mean([index(run, row["gradients"][REFERENCE], k) for run in row["runs"]]))


def bandwidths(one: str, other: str) -> Of:
    """The index of the limits at two bandwidths."""
    return lambda row, k: index(row["bandwidths"][one], row["bandwidths"][other], k)


def at_bandwidth(width: str) -> Of:
    """The index of the limit at a bandwidth and the integral."""
    return lambda row, k: index(row["bandwidths"][width], row["gradients"][REFERENCE], k)


def rules(one: str, other: str) -> Of:
    """The index of gradients by two rules of integration."""
    return lambda row, k: index(row["gradients"][one], row["gradients"][other], k)


def of_rows(rows: Iterable[Row], of: Of, k: int) -> list[float]:
    """The numbers of all rows that have one."""
    found = [of(row, k) for row in rows]
    return [number for number in found if not np.isnan(number)]


def table(head: Sequence[str], lines: Iterable[Sequence[str]], words: int) -> list[str]:
    """A Markdown table, of whose columns the first few have words."""
    columns = "|---" * words + "|---:" * (len(head) - words) + "|"
    return [f"| {' | '.join(head)} |", columns, *(f"| {' | '.join(line)} |" for line in lines)]
