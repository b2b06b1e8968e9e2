"""Rules for when to stop sampling, with the intervals that each reports then."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from limetheory.designs import Design
from limetheory.estimation import Sample, estimate
from limetheory.estimation.methods.wls import wls
from limetheory.estimation.samples.known_values import KnownValues
from limetheory.estimation.samples.sample import draw
from limetheory.estimation.sequential.search import Fit, SequentialSearch
from limetheory.estimation.sequential.terms import linear_fit
from limetheory.estimation.sequential.until import estimate_until
from limetheory.estimation.variants.slime import slime
from limetheory.explanation import Explanation
from limetheory.explanation.quantiles import sidak
from limetheory.limits import SetFunction, limit
from limetheory.statistics.betting import BettingSequence
from limetheory.statistics.confidence_sequence import ConfidenceSequence
from limetheory.statistics.normal_mixture import NormalMixtureSequence

LEVEL, FIXED, N_MAX = 0.95, 1000, 4095
"""The level, lime's number of masks, and the largest number, just below 2^12 so that no rule enumerates all masks."""


@dataclass(frozen=True, eq=False)
class Stop:
    """The coefficients and the half-widths, (d,), when sampling stops, and the number of masks."""

    coefficients: np.ndarray
    half_widths: np.ndarray
    masks: int
    reached: bool
    missed_before: bool = False
    """Whether an interval missed its limit at an earlier check, for the rules that stop at the worst time."""


Rule = Callable[[SetFunction, Design, float, int], Stop]


def until(guarantee: str, fit: Fit | None) -> Rule:
    """`estimate_until`, for values in [0, 1] or without bounds."""

    def rule(function: SetFunction, design: Design, tolerance: float, seed: int) -> Stop:
        found = estimate_until(
            function, design, tolerance, LEVEL, seed, bounds=(0, 1), guarantee=guarantee, n_max=N_MAX, fit=fit
        )
        stop = found.stopping
        assert stop is not None
        return Stop(found.coefficients, stop.half_widths, stop.n_masks, stop.reached)

    return rule


def peeked(function: SetFunction, design: Design, tolerance: float, seed: int) -> Stop:
    """Stop when the simultaneous intervals of weighted least squares, which hold for one fixed n, are narrow enough."""
    n = 4 * (design.d + 1)
    while True:
        found = estimate(function, design, n, seed)
        half_widths = simultaneous(found)
        if (half_widths <= tolerance).all() or n >= N_MAX:
            return Stop(found.coefficients, half_widths, n, bool((half_widths <= tolerance).all()))
        n = min(math.ceil(1.05 * n), N_MAX)


def fixed(function: SetFunction, design: Design, tolerance: float, seed: int) -> Stop:
    """Stop at lime's 1000 masks, whatever the tolerance."""
    found = estimate(function, design, FIXED, seed)
    half_widths = simultaneous(found)
    return Stop(found.coefficients, half_widths, FIXED, bool((half_widths <= tolerance).all()))


def slime_stop(function: SetFunction, design: Design, tolerance: float, seed: int) -> Stop:
    """Weighted least squares with the number of masks that S-LIME needs to choose its first three superpixels."""
    n = slime(function, design, 3, seed, n=200, n_max=N_MAX).n_evaluations
    found = estimate(function, design, n, seed)
    half_widths = simultaneous(found)
    return Stop(found.coefficients, half_widths, n, bool((half_widths <= tolerance).all()))


def simultaneous(found: Explanation) -> np.ndarray:
    """Half-widths of intervals that cover all coefficients at one fixed n (Šidák)."""
    half_widths: np.ndarray = sidak(LEVEL, found.degrees_of_freedom, found.d) * found.standard_errors
    return half_widths


def _looks(first: int) -> Iterator[int]:
    """The numbers of masks at which a rule checks: each 5 % above the last, up to N_MAX."""
    n = first
    while n < N_MAX:
        yield n
        n = math.ceil(1.05 * n)
    yield N_MAX


def at_worst(kind: type[ConfidenceSequence]) -> Rule:
    """The confidence sequence, stopped at the first check at which it misses, if there is one up to N_MAX masks."""

    def rule(function: SetFunction, design: Design, tolerance: float, seed: int) -> Stop:
        sequence = kind(design.d, tolerance, LEVEL, horizon=N_MAX)
        search = search_of(function, design, sequence, seed)
        exact, missed = limit(function, design).coefficients, False
        for n in _looks(4 * (design.d + 1)):
            advance(search, n)
            missed |= n >= EARLIEST and bool((np.abs(sequence.means - exact) > sequence.half_widths()).any())
        return Stop(sequence.means, sequence.half_widths(), N_MAX, search.half_width <= tolerance, missed)

    return rule


def peeked_at_worst(function: SetFunction, design: Design, tolerance: float, seed: int) -> Stop:
    """The intervals for one fixed n, stopped at the first check at which they miss, if there is one."""
    sample = draw(function, design, N_MAX, np.random.default_rng(seed))
    exact, missed = limit(function, design).coefficients, False
    for n in _looks(EARLIEST):
        found = wls(Sample(sample.d, sample.bits[:n], sample.weights[:n], sample.values[:n]))
        missed |= bool((np.abs(found.coefficients - exact) > simultaneous(found)).any())
    half_widths = simultaneous(found)
    return Stop(found.coefficients, half_widths, N_MAX, bool((half_widths <= tolerance).all()), missed)


def search_of(function: SetFunction, design: Design, sequence: ConfidenceSequence, seed: int) -> SequentialSearch:
    """The search inside `estimate_until`, for checks at other times."""
    bounds = (0.0, 1.0) if isinstance(sequence, BettingSequence) else None
    rng = np.random.default_rng(seed)
    return SequentialSearch(KnownValues(function, design.d), design, sequence, linear_fit, bounds, rng)


def advance(search: SequentialSearch, n: int) -> None:
    """Draw masks up to n, and fit the surrogate of the next ones when it is due."""
    for _ in search.draw(n - search.n):
        pass
    search.refit()


EARLIEST = 16 * 13
"""The number of masks at the first check of rules without bounds, as in `estimate_until` for 12 superpixels."""

RULES: dict[str, Rule] = {
    "bounded": until("bounded", linear_fit), "asymptotic": until("asymptotic", linear_fit),
    "peeked": peeked, "fixed": fixed, "slime": slime_stop,
    "bounded process": until("bounded", None), "asymptotic process": until("asymptotic", None),
    "bounded, worst": at_worst(BettingSequence), "asymptotic, worst": at_worst(NormalMixtureSequence),
    "peeked, worst": peeked_at_worst,
}  # fmt: skip
