"""Whether the coefficients that are kept are those of the whole regression."""

from __future__ import annotations

import numpy as np

from limetheory.audit.evidence import Evidence
from limetheory.audit.findings import UNEXPLAINED, Finding
from limetheory.testing.error_rates import deviation


def selection(evidence: Evidence) -> Finding | None:
    """Two of six parts kept: the median of each kept coefficient beside its limit in the whole regression."""
    for question, answer in evidence.of("selection"):
        if not answer.good.all():
            return Finding("selection", "no answer", next(filter(None, answer.errors)))
        expected = evidence.expected(question)
        if expected.limit is None:
            return None
        runs = answer.coefficients
        often = np.flatnonzero((runs != 0).mean(axis=0) > 0.9)
        kept = ", ".join(map(str, often.tolist()))
        whole = runs[(runs[:, often] != 0).all(axis=1)][:, often]
        if not len(often) or len(whole) < 25:
            return Finding("selection", "undecided", "no part is kept in nearly all runs")
        goal = expected.limit[often]
        found = deviation(whole, goal, allowed=expected.room(runs)[often])
        said = f"2 of 6 parts kept: {kept}, medians {_listed(found.medians)}, in the whole regression {_listed(goal)}"
        numbers = {"expected": goal.tolist(), "found": found.medians.tolist()}
        if not found.found:
            return Finding("selection", "holds", said, numbers=numbers)
        regression = evidence.imitated("selection", kept=True)
        return Finding("selection", "deviates", said, str(regression or UNEXPLAINED), numbers)
    return None


def _listed(numbers: object) -> str:
    return ", ".join(f"{one:.3g}" for one in np.asarray(numbers))
