"""How the spread of runs falls with the number of masks, and whether it is that of thm:clt."""

from __future__ import annotations

import math

import numpy as np

from limetheory.arrays import Floats, Gram
from limetheory.audit.evidence import Evidence
from limetheory.audit.findings import UNEXPLAINED, Finding
from limetheory.audit.judges.limits import explained
from limetheory.testing.error_rates import FALSE_ALARM

_ROOM = 1.25  # by which factor the spread from n masks may differ from its limit, whose error is of order 1/n


def rate(evidence: Evidence) -> Finding | None:
    """The exponent between n and 4 n masks, with an interval that misses it with the false-alarm rate."""
    found = _two(evidence)
    if isinstance(found, Finding) or found is None:
        return found
    (few, small), (many, large) = found
    first, second = _total(small), _total(large)
    if first <= evidence.subject.precise**2:
        return Finding("rate", "holds", f"no spread: the same answer from n = {few} masks in every run")
    if second <= evidence.subject.precise**2:
        return Finding("rate", "holds", f"exact from n = {many} masks, spread {math.sqrt(first):.2g} from {few}")
    exponent = 0.5 * math.log(second / first) / math.log(many / few)
    low, high = _interval(second / first, small, large)
    bounds = tuple(0.5 * math.log(one) / math.log(many / few) for one in (low, high))
    said = f"n^({exponent:.2f}), interval {bounds[0]:.2f} … {bounds[1]:.2f}, from n = {few} and {many}"
    numbers = {"exponent": exponent, "interval": bounds, "spread": [math.sqrt(first), math.sqrt(second)]}
    if bounds[0] <= -0.5 <= bounds[1]:
        return Finding("rate", "holds", said, numbers=numbers)
    if exponent < -0.5:
        return Finding("rate", "holds", f"{said}: faster than n^(−1/2)", numbers=numbers)
    return Finding("rate", "deviates", said, UNEXPLAINED, numbers)


def variance(evidence: Evidence) -> Finding | None:
    """The sum of the variances of all parts over that of thm:clt."""
    if not evidence.subject.drawn:
        return None
    found = _two(evidence)
    if isinstance(found, Finding) or found is None:
        return None
    question, _ = evidence.of("rate")[-1]
    n, runs = found[1]
    theory = evidence.expected(question).covariance
    ratio = _total(runs) / float(np.trace(theory))
    low, high = _chi_interval(ratio, theory, len(runs))
    said = f"{ratio:.2f} times that of thm:clt, interval {low:.2f} … {high:.2f}, n = {n}"
    numbers = {"ratio": ratio, "interval": (low, high), "n": n}
    if low <= _ROOM and high >= 1 / _ROOM:
        return Finding("variance", "holds", said, numbers=numbers)
    return Finding("variance", "deviates", said, explained(evidence), numbers)


def _two(evidence: Evidence) -> list[tuple[int, Floats]] | Finding | None:
    """The runs at both numbers of masks."""
    asked = evidence.of("rate")
    if not asked:
        return None
    if len(asked) < 2:
        return Finding("rate", "no answer", "the larger of two numbers of masks was not answered")
    for _, answer in asked:
        if not answer.good.all():
            return Finding("rate", "no answer", next(filter(None, answer.errors)))
    return [(question.n, answer.coefficients) for question, answer in asked]


def _total(runs: Floats) -> float:
    return float(runs.var(axis=0, ddof=1).sum())


def _degrees(covariance: Gram, runs: int) -> float:
    """The degrees of freedom of a sum of variances of parts that vary together (Satterthwaite 1946)."""
    square = float((covariance**2).sum())
    return (runs - 1) * float(np.trace(covariance)) ** 2 / square if square else float(runs - 1)


def _interval(ratio: float, small: Floats, large: Floats) -> tuple[float, float]:
    from scipy.stats import f

    degrees = [_degrees(np.atleast_2d(np.cov(one.T)), len(one)) for one in (large, small)]
    low, high = f.ppf([FALSE_ALARM / 2, 1 - FALSE_ALARM / 2], *degrees)
    return ratio / float(high), ratio / float(low)


def _chi_interval(ratio: float, theory: Gram, runs: int) -> tuple[float, float]:
    from scipy.stats import chi2

    degrees = _degrees(theory, runs)
    low, high = chi2.ppf([FALSE_ALARM / 2, 1 - FALSE_ALARM / 2], degrees) / degrees
    return ratio / float(high), ratio / float(low)
