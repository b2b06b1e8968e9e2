"""Decisions from repeated runs of an explainer, with both error rates: exact at every number of runs.

A test of a mean by Student's t rests on the runs being normal, at a false-alarm rate of 1e-6 far out in its tails. The
tests here count instead. Runs are independent, so the number of them that lie above a value is binomial, and its chance
is at most 1/2 where the median is below that value (the sign test; Conover, Practical Nonparametric Statistics, 3.4).
Nothing else about the law of a run is assumed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from limetheory.arguments import floats, integer, real
from limetheory.arrays import Floats

FALSE_ALARM = 1e-6
"""The default false-alarm rate of a test, over all parts at once."""
POWER = 0.999
"""The default probability with which the stated discrepancy is detected."""
MOST_RUNS = 100_000
"""No test asks for more runs than these; a convention."""


@dataclass(frozen=True, eq=False)
class Deviation:
    """What `deviation` decided: whether runs deviate from their target, where, and by how much.

    Attributes:
        target: what the runs are compared with, (d,).
        medians: of the runs, (d,).
        p_values: for each part, the probability of counts as uneven as those seen or more, if its median is within
            ``allowed`` of its target; multiplied by 2 d, so that each is for all parts at once, (d,).
        allowed: how far a median may be from its target, (d,).
        false_alarm: the rate of the test.
        n_runs: the number of runs.
    """

    target: Floats
    medians: Floats
    p_values: Floats
    allowed: Floats
    false_alarm: float
    n_runs: int

    @property
    def found(self) -> bool:
        """Whether some part deviates, at the stated false-alarm rate over all parts at once."""
        return bool(self.p_values.min(initial=1.0) <= self.false_alarm)

    @property
    def part(self) -> int:
        """The part that deviates most surely, and of equally sure ones the one that deviates most."""
        return int(np.lexsort((-np.abs(self.medians - self.target), self.p_values))[0])

    @property
    def size(self) -> float:
        """The median of that part minus its target."""
        return float((self.medians - self.target)[self.part])


def deviation(runs: Any, target: Any, *, allowed: Any = 0.0, false_alarm: float = FALSE_ALARM) -> Deviation:
    """Whether the medians of independent runs are farther from their targets than is allowed.

    If they are not, a deviation is found with a probability of at most ``false_alarm``, whatever the law of the runs,
    their number and the dependence between parts: a sign test for each part and side, and Bonferroni's inequality.
    `runs_needed` says with how many runs a deviation is found with a stated probability.

    The median of an estimate from n masks differs from its mean by O(1/n), as the mean of weighted least squares
    differs from its limit; ``allowed`` is for both.

    Args:
        runs: the coefficients of each run, (R, d).
        target: (d,), such as those of a limit, or 0 for differences between two kinds of run.
        allowed: how far a median may be from its target: a number or (d,), at least 0. Rounding errors need room, too.
        false_alarm: in (0, 1).

    >>> rng = np.random.default_rng(0)
    >>> runs = rng.normal([0.5, 1.0], 0.1, (64, 2))
    >>> deviation(runs, [0.5, 1.0]).found, deviation(runs, [0.5, 1.2]).found, deviation(runs, [0.5, 1.2]).part
    (False, True, 1)
    """
    runs, target = run_table(runs), np.atleast_1d(floats("target", target))
    if target.shape != runs.shape[1:]:
        raise ValueError(f"target must have one number for each of the {runs.shape[1]} parts, got shape {target.shape}")
    room = floats("allowed", allowed)
    if room.shape not in ((), target.shape):
        raise ValueError(f"allowed must be a number or one for each of {len(target)} parts, got shape {room.shape}")
    room = np.broadcast_to(room, target.shape)
    if not (room >= 0).all():
        raise ValueError(f"allowed must be at least 0, got {room.min():g}; say how far a median may be from its target")
    false_alarm = rate("false_alarm", false_alarm)
    above = np.count_nonzero(runs > target + room, axis=0)
    below = np.count_nonzero(runs < target - room, axis=0)
    p_values = np.minimum(2 * len(target) * at_least(np.maximum(above, below), len(runs), 0.5), 1.0)
    return Deviation(target, np.median(runs, axis=0), p_values, room, false_alarm, len(runs))


def runs_needed(
    d: int, spread: float, discrepancy: float, *, allowed: float = 0.0, false_alarm: float = FALSE_ALARM,
    power: float = POWER,
) -> int:  # fmt: skip
    """The number of runs at which `deviation` detects a discrepancy with a stated probability.

    Runs are taken to be normal here, as thm:clt says of the estimates from many masks; the false-alarm rate of
    `deviation` does not rest on it.

    Args:
        d: number of parts.
        spread: the standard deviation of a run, at least 0: for weighted least squares from n masks
            ``asymptotic_deviations(F, design) / sqrt(n)``.
        discrepancy: how far some part is from its target, above ``allowed``.
        allowed: how far it may be.
        false_alarm, power: the rates, in (0, 1).

    Raises:
        ValueError: more than `MOST_RUNS`.

    >>> runs_needed(6, spread=0.02, discrepancy=0.05), runs_needed(6, spread=0.02, discrepancy=0.05, allowed=0.02)
    (37, 67)
    """
    from scipy.special import ndtr

    d, spread = integer("d", d, 1), real("spread", spread, at_least=0)
    allowed = real("allowed", allowed, at_least=0)
    discrepancy = real("discrepancy", discrepancy, above=allowed, remedy="it is to be told from what is allowed")
    chance = float(ndtr((discrepancy - allowed) / spread)) if spread else 1.0
    return trials_needed(0.5, chance, rate("false_alarm", false_alarm) / (2 * d), power)


def trials_needed(null: float, alternative: float, false_alarm: float, power: float = POWER) -> int:
    """The number of independent trials that tell a chance from a larger one at both rates, by counting.

    From this number on the exact binomial test of ``null`` has at least the stated power against ``alternative``.

    Raises:
        ValueError: more than `MOST_RUNS`.

    >>> trials_needed(0.5, 0.9, 1e-6, 0.999)
    76
    """
    false_alarm, power = rate("false_alarm", false_alarm), rate("power", power)
    low = real("null", null, at_least=0, below=1)
    high = real("alternative", alternative, above=low, at_most=1)
    for most in (1 << k for k in range(6, MOST_RUNS.bit_length() + 1)):
        trials = np.arange(1, min(most, MOST_RUNS) + 1)
        enough = at_least(fewest_for(trials, low, false_alarm), trials, high) >= power
        if enough[-(len(trials) // 4) :].all():
            return int(trials[len(trials) - np.argmin(enough[::-1])] if not enough.all() else 1)
    raise ValueError(
        f"a test may take {MOST_RUNS} runs at most, got a chance of {high:.6g} to be told from {low:g} at a "
        f"false-alarm rate of {false_alarm:.2g} and a power of {power:g}, which takes more; give more masks for each "
        "run, a larger discrepancy, less that is allowed, or weaker rates"
    )


def fewest_for(trials: Any, chance: float, error: float) -> Any:
    """The smallest count that as many trials reach with a probability of at most ``error``; trials + 1 where none."""
    from scipy.stats import binom

    found = binom.isf(error, trials, chance).astype(int) + 1
    return np.minimum(found, np.asarray(trials) + 1)


def at_least(count: Any, trials: Any, chance: float) -> Any:
    """P(Binomial(trials, chance) ≥ count), for numbers or arrays."""
    from scipy.stats import binom

    return binom.sf(np.asarray(count) - 1, trials, chance)


def rate(name: str, value: Any) -> float:
    """An error rate, a power or a level, in (0, 1)."""
    return real(name, value, above=0, below=1, remedy="write 0.001 for 0.1 %")


def run_table(runs: Any) -> Floats:
    """The runs as an array (R, d) with R, d ≥ 1, refusing NaN and infinite numbers."""
    found = floats("runs", runs)
    if found.ndim != 2 or not found.size:
        raise ValueError(f"runs must have shape (runs, d), got {found.shape}; one row a run")
    unusable = np.count_nonzero(~np.isfinite(found))
    if unusable:
        raise ValueError(f"runs must be finite, got {unusable} NaN or infinite of {found.size}; leave none out")
    return found
