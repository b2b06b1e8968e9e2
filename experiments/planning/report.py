"""The summary of the saved rows for the documentation."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

import limetheory as lt
from limetheory.statistics import Bound, plan

HALF_WIDTH = 0.05


def summary(rows: list[dict[str, Any]]) -> str:
    """Evaluations for each d by each argument, and how the simulated errors compare."""
    level, dimensions = rows[0]["level"], sorted({row["superpixels"] for row in rows})
    lines = [
        f"Evaluations for ±{HALF_WIDTH:g} at level {level:g}, for an output in [0, 1] (`limetheory plan`, "
        f"ν = {rows[0]['bandwidth']:g}), for one coefficient and for all at once; the central limit theorem is that of "
        "the worst output, and holds as n grows, the guarantees at this n:",
        "",
        "| superpixels | central limit theorem, one | all at once | guaranteed, unbiased mean, one | all at once | "
        "guaranteed, weighted least squares, one | all at once |",
        "|---:|---:|---:|---:|---:|---:|---:|",
    ]
    lines += [f"| {d} | {' | '.join(f'{n:,}' for n in needed(d, level))} |" for d in dimensions]
    return "\n".join([*lines, "", _comparison(rows)])


def needed(d: int, level: float) -> Iterator[float]:
    """Evaluations by thm:clt and for both guarantees: for one coefficient, and for all at once."""
    design, odds = lt.ImageDesign(d), 1 - level
    for simultaneous in (False, True):
        yield plan(design, HALF_WIDTH, level, bounds=(0.0, 1.0), simultaneous=simultaneous).clt.n
    one, every = (Bound(design, simultaneous=simultaneous) for simultaneous in (False, True))
    yield from (bound.unbiased_masks(HALF_WIDTH, odds) for bound in (one, every))
    yield from (bound.wls_masks(HALF_WIDTH, odds) for bound in (one, every))


SIMULATED = {"unbiased": "unbiased", "least squares": "least squares", "after the draw": "least squares"}
"""The estimate that each guarantee is about."""


def ratios(rows: list[dict[str, Any]], kind: str) -> list[float]:
    """The guarantee divided by the simulated error for every row; ∞ if there is no guarantee."""
    return [(row["guaranteed"][kind] or math.inf) / row["simulated"][SIMULATED[kind]] for row in rows]


def _comparison(rows: list[dict[str, Any]]) -> str:
    clt = [row["simulated"]["least squares"] / row["central limit theorem"] for row in rows]
    return (
        f"Over {len(rows)} simulations (4 set functions, d = {rows[0]['superpixels']}…{rows[-1]['superpixels']}, "
        f"n = {min(row['n'] for row in rows)}…{max(row['n'] for row in rows)}, {rows[0]['repetitions']} repetitions "
        f"each) the largest error over all coefficients at that level was {_quartiles(clt)} times the simultaneous "
        "central limit theorem's from a pilot. The guarantees for all coefficients at once were "
        f"{_quartiles(ratios(rows, 'unbiased'))} (unbiased), {_quartiles(ratios(rows, 'least squares'))} (least "
        f"squares) and {_quartiles(ratios(rows, 'after the draw'))} (least squares, from the sample itself: "
        "`Bound.observed`) times the error (median; quartiles; range)."
    )


def _quartiles(values: list[float]) -> str:
    """The median, the quartiles and the range of the finite values, and the number of infinite ones."""
    finite = [value for value in values if math.isfinite(value)]
    low, middle, high = np.quantile(finite, [0.25, 0.5, 0.75])
    infinite = len(values) - len(finite)
    without = f"; infinite in {infinite} of {len(values)}, where n is too small" if infinite else ""
    return f"{middle:.2f} ({low:.2f} to {high:.2f}; {min(finite):.2f} to {max(finite):.2f}{without})"
