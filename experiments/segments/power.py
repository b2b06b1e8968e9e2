"""Which differences a number of photographs can show, before they are measured."""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq
from scipy.stats import nct, t

from experiments._frame.markdown import markdown
from experiments.dseg.scores import scores as pilot_scores
from experiments.dseg.tables import REFERENCE
from experiments.segments.scores import MEASURES
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

    >>> round(detectable(1.0, 34), 2)
    0.5
    """
    freedom, critical = photographs - 1, t.ppf(1 - level / 2, photographs - 1)

    def lack(shift: float) -> float:
        return float(sum(nct.sf(critical, freedom, way) for way in (shift, -shift)) - power)

    return float(brentq(lack, 0.0, critical + 6)) * deviation / np.sqrt(photographs)


def power_table() -> str:
    """The smallest differences that can be shown, with the deviations of the earlier comparison as a pilot."""
    pilot, m = pilot_scores()[0], comparisons()
    lines = []
    for metric in PILOT:
        reference = pilot.over(metric, REFERENCE)
        gaps = [reference - pilot.over(metric, name) for name in CLASSICAL]
        deviation = float(np.sqrt(np.mean([np.nanvar(gap, ddof=1) for gap in gaps])))
        each = [_both(deviation, n, m) for n in PHOTOGRAPHS]
        lines.append((metric, f"{deviation:.3f}", *each))
    columns = ("metric", "deviation of paired differences", *(f"{n} photographs" for n in PHOTOGRAPHS))
    return (
        f"Pilot: {len(pilot.photographs)} photographs, {pilot.network}, about 16 segments, `{REFERENCE}` minus each of "
        f"{len(CLASSICAL)} classical segmenters. Differences that a two-sided paired t-test at 5 % shows with "
        f"{100 * POWER:.0f} % power, and in brackets the one that survives the first step of Holm's correction over "
        f"{m} comparisons:\n\n{markdown(columns, lines)}"
    )


def _both(deviation: float, photographs: int, m: int) -> str:
    alone, corrected = (detectable(deviation, photographs, level=level) for level in (LEVEL, LEVEL / m))
    return f"{alone:.3f} ({corrected:.3f})"
