"""Which differences a number of photographs can show: from an earlier pilot, and from the rows themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
from scipy.optimize import brentq
from scipy.stats import nct, t

from experiments._frame.markdown import markdown
from experiments.dseg.scores import scores as pilot_scores
from experiments.dseg.tables import REFERENCE
from experiments.segments.scores import MEASURES, Scores, scores
from experiments.segments.settings import CLASSICAL, REFERENCES, Settings

POWER, LEVEL = 0.8, 0.05
PHOTOGRAPHS = (20, 62, 200)
PILOT = ("SRG", "Kept-area preservation", "Deletion", "Infidelity")
"""Metrics of the earlier comparison whose paired differences have the deviations that are used."""


def comparisons() -> int:
    """How many comparisons Holm's correction is over."""
    return len(REFERENCES) * len(CLASSICAL) * len(MEASURES) * len(Settings().counts)


def detectable(deviation: float, photographs: int, power: float = POWER, level: float = LEVEL) -> float:
    """The mean difference that a two-sided paired t-test shows with a given power.

    Args:
        deviation: the standard deviation of the differences between photographs, above 0.
        photographs: their number, at least 2.
        power, level: probabilities of finding a difference of that size, and one of size 0.

    >>> round(detectable(1.0, 34), 3)
    0.495
    """
    freedom, critical = photographs - 1, t.ppf(1 - level / 2, photographs - 1)

    def lack(shift: float) -> float:
        return float(sum(nct.sf(critical, freedom, way) for way in (shift, -shift)) - power)

    return float(brentq(lack, 0.0, critical + 6) * deviation / np.sqrt(photographs))


def power_tables(folder: Path) -> str:
    """The smallest differences that can be shown, by the pilot and, where there are rows, by their own deviations."""
    pilot = pilot_scores()[0]
    head = (
        f"Differences that a two-sided paired t-test at 5 % shows with {100 * POWER:.0f} % power, and in brackets "
        f"those that survive the first step of Holm's correction over {comparisons()} comparisons. Pilot: "
        f"{len(pilot.photographs)} photographs of the earlier comparison, {pilot.network}, about 16 segments, "
        f"`{REFERENCE}` minus each of {len(CLASSICAL)} classical segmenters."
    )
    deviations = {
        metric: _pooled(pilot.over(metric, REFERENCE) - pilot.over(metric, name) for name in CLASSICAL)
        for metric in PILOT
    }
    tables = [f"{head}\n\n{_table(deviations)}"]
    if any(folder.glob("*/*.parquet")):
        found = scores(folder)
        tables.append(f"With the deviations of the {len(found.photographs)} photographs that were measured:")
        tables.append(_table(measured_deviations(found)))
    return "\n\n".join(tables)


def measured_deviations(found: Scores) -> dict[str, float]:
    """The deviation of the paired differences in each measure, pooled over hierarchies, rivals and counts."""
    pairs = [
        (reference, name, count)
        for reference in REFERENCES
        for name in CLASSICAL
        for count in found.counts
        if {reference, name} <= set(found.segmenters)
    ]
    return {
        one.arrow: _pooled(
            found.over(one.column, one.answer, reference, count) - found.over(one.column, one.answer, name, count)
            for reference, name, count in pairs
        )
        for one in MEASURES
    }


def _pooled(gaps: Iterable[np.ndarray]) -> float:
    """The root of the mean variance of differences."""
    return float(np.sqrt(np.mean([np.nanvar(gap, ddof=1) for gap in gaps])))


def _table(deviations: Mapping[str, float]) -> str:
    lines = [
        (name, f"{deviation:.3f}", *(_both(deviation, n) for n in PHOTOGRAPHS))
        for name, deviation in deviations.items()
    ]
    columns = ("measure", "deviation of paired differences", *(f"{n} photographs" for n in PHOTOGRAPHS))
    return markdown(columns, lines)


def _both(deviation: float, photographs: int) -> str:
    alone, corrected = (detectable(deviation, photographs, level=level) for level in (LEVEL, LEVEL / comparisons()))
    return f"{alone:.3f} ({corrected:.3f})"
