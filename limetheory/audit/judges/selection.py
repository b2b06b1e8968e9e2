"""Whether coefficients that are kept because they are large are larger than their limits."""

from __future__ import annotations

import numpy as np

from limetheory.arrays import Floats
from limetheory.audit.evidence import Evidence
from limetheory.audit.expected import Expected
from limetheory.audit.findings import UNEXPLAINED, Finding
from limetheory.testing.error_rates import deviation

_SIMULATED = 4000  # runs of thm:clt from which the bias of keeping the largest is found
_ROOM = 0.15  # the share of that bias within which a library's own may lie, as thm:clt is for n → ∞


def selection(evidence: Evidence) -> Finding | None:
    """Some of six equal parts kept: how much larger their coefficients are than their limits, in absolute value."""
    for question, answer in evidence.of("selection"):
        if not answer.good.all():
            return Finding("selection", "no answer", next(filter(None, answer.errors)))
        expected = evidence.expected(question)
        if expected.limit is None:
            return None
        excess = _excess(answer.coefficients, expected.limit)
        kept = question.options["keep"]
        found = deviation(excess[:, None], [0.0])
        said = (
            f"{kept} of {question.d} parts kept: {found.medians[0]:+.4f} beside limits of size "
            f"{np.abs(expected.limit).max():.4f}, median of {len(excess)} runs"
        )
        numbers = {"excess": float(found.medians[0]), "limit": expected.limit.tolist()}
        if not found.found:
            return Finding("selection", "holds", said, numbers=numbers)
        return Finding("selection", "deviates", said, _explained(excess, expected, kept), numbers)
    return None


def _excess(runs: Floats, limit: Floats) -> Floats:
    """How much larger the kept coefficients of each run are than their limits, on average, (R,)."""
    kept = runs != 0
    total = np.where(kept, np.abs(runs) - np.abs(limit), 0.0).sum(axis=1)
    return np.asarray(total / np.maximum(kept.sum(axis=1), 1), float)


def _explained(excess: Floats, expected: Expected, kept: int) -> str:
    """Whether the excess is that of keeping the largest of normal coefficients (thm:clt), on half of the runs each."""
    rng = np.random.default_rng(0)
    limit = expected.limit if expected.limit is not None else np.zeros(expected.d)
    drawn = rng.multivariate_normal(limit, expected.covariance, _SIMULATED)
    smallest = np.sort(np.abs(drawn), axis=1)[:, [-kept]]
    goal = float(np.median(_excess(np.where(np.abs(drawn) >= smallest, drawn, 0.0), limit)))
    if deviation(excess[:, None], [goal], allowed=_ROOM * goal, false_alarm=0.01).found:
        return UNEXPLAINED
    return (
        f"right for: the {kept} largest of coefficients that are normal with the covariance of thm:clt, whose excess "
        f"has the median {goal:.4f} (nothing fitted, tested on {len(excess)} runs)"
    )
