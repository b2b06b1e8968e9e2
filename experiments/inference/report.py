"""The summary of the saved rows for the documentation."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import binom

from experiments.inference.measure import LEVEL

SURROGATES = Path(__file__).with_name("surrogates.jsonl")


def values_of_n(rows: Sequence[dict[str, Any]]) -> list[int]:
    """The numbers of masks in ascending order."""
    return sorted({row["n"] for row in rows})


def sizes(rows: Sequence[dict[str, Any]]) -> list[str]:
    """The values of k for which the rows compare the first k superpixels, as text."""
    return list(rows[0]["stability"])


def mean_each(row: dict[str, Any]) -> float:
    """The coverage of each coefficient's interval, averaged over coefficients."""
    return float(np.mean(row["each"]))


def smallest_each(rows: Sequence[dict[str, Any]]) -> float:
    """The smallest coverage of a coefficient over all tables."""
    least: float = min(min(row["each"]) for row in rows)
    return least


def smallest_by_chance(rows: Sequence[dict[str, Any]]) -> float:
    """The median of `smallest_each` if every interval covered with its level, independently of the others.

    The smallest of m binomial counts is above x with probability (1 − P(X ≤ x))^m.
    """
    runs, count = rows[0]["runs"], sum(len(row["each"]) for row in rows)
    return float(binom.ppf(1 - 0.5 ** (1 / count), runs, LEVEL) / runs)


def binned(rows: Sequence[dict[str, Any]], k: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """For each bin of the forecast: the number of runs, the mean forecast, and the share of runs that changed."""
    count, forecast, changed = np.sum([row["stability"][k]["bins"] for row in rows], axis=0).T
    return count, forecast / np.maximum(count, 1), changed / np.maximum(count, 1)


def miscalibration(rows: Sequence[dict[str, Any]], k: str) -> float:
    """The mean of |forecast − share that changed| over the bins, weighted by their numbers of runs."""
    count, forecast, seen = binned(rows, k)
    return float(count @ np.abs(forecast - seen) / count.sum())


def summary(rows: Sequence[dict[str, Any]], surrogates: Sequence[dict[str, Any]]) -> str:
    """Coverage for each n, forecasts for each k, and coverage of methods with surrogates if their rows are saved."""
    tables, runs = len({row["table"] for row in rows}), rows[0]["runs"]
    head = (
        f"{tables} tables of all 2^{rows[0]['superpixels']} values of a network at a photograph, whose limits are "
        f"exact; {runs:,} independent runs on each, {100 * LEVEL:g} % intervals. Coverage: the mean over the tables, "
        "and in brackets that of the table with the smallest; of single coefficients the one that is covered least "
        "often, beside what that would be by chance (median) if all intervals covered with their level:"
    )
    own = _surrogate_part(surrogates)
    return "\n\n".join([head, _coverage_table(rows), *own, _stability_table(rows), _overlap_line(rows)])


def _surrogate_part(rows: Sequence[dict[str, Any]]) -> list[str]:
    if not rows:
        return []
    tables, runs = len({row["table"] for row in rows}), rows[0]["runs"]
    lines = [
        "| method | masks | each coefficient | smallest single coefficient | all, simultaneous intervals | stated "
        "variance over mean squared error |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for method, n in sorted({(row["method"], row["n"]) for row in rows}):
        own = [row for row in rows if (row["method"], row["n"]) == (method, n)]
        low, middle, high = np.quantile([row["stated_over_squared_error"] for row in own], [0.25, 0.5, 0.75])
        cells = [method, str(n), *_coverage_cells(own), f"{middle:.2f} [{low:.2f}, {high:.2f}]"]
        lines.append(f"| {' | '.join(cells)} |")
    head = (
        f"The methods with surrogates, {runs} runs on each of {tables} tables of all 2^{rows[0]['superpixels']} values "
        "(last column: medians with quartiles over the tables):"
    )
    return [head, "\n".join(lines)]


def _coverage_table(rows: Sequence[dict[str, Any]]) -> str:
    lines = [
        "| masks | each coefficient | smallest single coefficient | all, simultaneous intervals | all, intervals of "
        "each |",
        "|---:|---:|---:|---:|---:|",
    ]
    for n in values_of_n(rows):
        own = [row for row in rows if row["n"] == n]
        cells = [str(n), *_coverage_cells(own), _mean_and_smallest([row["all_by_pointwise"] for row in own])]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _coverage_cells(rows: Sequence[dict[str, Any]]) -> list[str]:
    return [
        _mean_and_smallest([mean_each(row) for row in rows]),
        f"{100 * smallest_each(rows):.1f} % (by chance {100 * smallest_by_chance(rows):.1f} %)",
        _mean_and_smallest([row["all_by_simultaneous"] for row in rows]),
    ]


def _mean_and_smallest(shares: Sequence[float]) -> str:
    return f"{100 * np.mean(shares):.1f} % ({100 * min(shares):.1f} %)"


def _stability_table(rows: Sequence[dict[str, Any]]) -> str:
    lines = [
        "| masks | set | another set next time: forecast | seen | off by, over bins | VSI: forecast | seen |",
        "|---:|---|---:|---:|---:|---:|---:|",
    ]
    for n in values_of_n(rows):
        own = [row for row in rows if row["n"] == n]
        for k in sizes(rows):
            count, forecast, seen = binned(own, k)
            changes = [float(count @ part / count.sum()) for part in (forecast, seen)]
            overlaps = [np.mean([row["stability"][k][key] for row in own]) for key in ("vsi_forecast", "vsi_seen")]
            cells = [*changes, miscalibration(own, k), *overlaps]
            lines.append(f"| {n} | top {k} | " + " | ".join(f"{100 * cell:.1f} %" for cell in cells) + " |")
    return "\n".join(lines)


def _overlap_line(rows: Sequence[dict[str, Any]]) -> str:
    seen = ", ".join(
        f"{100 * np.mean([row['overlap'] for row in rows if row['n'] == n]):.1f} % at n = {n}"
        for n in values_of_n(rows)
    )
    forecast = np.mean([row["stability"][k]["csi_forecast"] for row in rows for k in sizes(rows)])
    return (
        f"The intervals of two runs overlap (CSI) for {seen} of the coefficients; intervals that hold at their level "
        f"give {100 * forecast:.1f} % whatever n, so that CSI tests intervals rather than stability."
    )
