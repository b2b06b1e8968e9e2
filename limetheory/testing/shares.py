"""Decisions about the share of parts with a property, such as intervals that cover, by betting: exact at every n.

In each run a share of the d parts has the property. Runs are independent, the parts of one run need not be. If the
expected share is at least m, then Π_r (1 + λ (m − share_r)) is a supermartingale for every λ in [0, 1/(1 − m)), and so
is the mean of several such products. It starts at 1, and exceeds 1/α at some time with a probability of at most α
(Ville 1939; Waudby-Smith & Ramdas, JRSS-B 86, 2024). It grows the faster the less the share varies from run to run, so
that d parts that vary by themselves count more than one; a test of each part alone would not gain by this.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from limetheory.arguments import floats, integer, real
from limetheory.arrays import Floats
from limetheory.testing.error_rates import FALSE_ALARM, MOST_RUNS, POWER, rate

_BETS = np.geomspace(0.02, 0.98, 24)  # λ (1 − m); the choice affects the power, not the false-alarm rate


@dataclass(frozen=True)
class ShareDeviation:
    """What `share_deviation` decided of a share over runs.

    Attributes:
        share: the mean share.
        low, high: between which the expected share is to be.
        p_value: an upper bound of the probability of such shares if it is; for both ends at once.
        false_alarm: the rate of the test.
        n_runs: the number of runs.
    """

    share: float
    low: float
    high: float
    p_value: float
    false_alarm: float
    n_runs: int

    @property
    def found(self) -> bool:
        """Whether the expected share is outside its bounds, at the stated false-alarm rate."""
        return self.p_value <= self.false_alarm


def share_deviation(
    shares: Any, low: float = 0.0, high: float = 1.0, *, false_alarm: float = FALSE_ALARM
) -> ShareDeviation:
    """Whether the expected share of parts with a property lies outside of [low, high].

    If it does not, that it does is found with a probability of at most ``false_alarm``, whatever the law of the shares
    and the number of runs. `share_runs_needed` says with how many a deviation is found with a stated probability.

    Args:
        shares: of each run, (R,), in [0, 1]; in the order of the runs, and independent.
        low, high: bounds of the expected share, in [0, 1].
        false_alarm: in (0, 1).

    >>> shares = np.random.default_rng(0).binomial(6, 0.88, 400) / 6
    >>> share_deviation(shares, low=0.88).found, share_deviation(shares, low=0.95).found
    (False, True)
    """
    shares = floats("shares", shares)
    if shares.ndim != 1 or not len(shares) or not ((shares >= 0) & (shares <= 1)).all():
        raise ValueError(
            f"shares must be one number in [0, 1] a run, got shape {shares.shape}; divide counts by the number of parts"
        )
    low = real("low", low, at_least=0, at_most=1)
    high = real("high", high, at_least=low, at_most=1)
    sides = [(shares, low)] * (low > 0) + [(1 - shares, 1 - high)] * (high < 1)
    logs = [_log_capital(values, bound) for values, bound in sides]
    p_value = len(sides) * math.exp(-max(logs, default=0.0))
    return ShareDeviation(
        float(shares.mean()), low, high, min(p_value, 1.0), rate("false_alarm", false_alarm), len(shares)
    )


def share_runs_needed(
    bound: float, share: float, parts: int = 1, *, false_alarm: float = FALSE_ALARM, power: float = POWER,
) -> int:  # fmt: skip
    """The number of runs at which `share_deviation` finds an expected share below ``bound`` with a stated probability.

    The share is taken to be the mean of independent parts, and the logarithm of the best single product to be normal;
    the false-alarm rate of `share_deviation` rests on neither.

    Args:
        bound: ``low`` there, in (0, 1].
        share: what the expected share is instead, in [0, bound).
        parts: how many parts of a run vary independently; 1 is the safe choice.
        false_alarm, power: the rates, in (0, 1).

    Raises:
        ValueError: more than `MOST_RUNS`.

    >>> share_runs_needed(0.93, 0.88, parts=6), share_runs_needed(0.93, 0.88)
    (451, 2667)
    """
    from scipy.special import ndtri
    from scipy.stats import binom

    bound = real("bound", bound, above=0, at_most=1)
    share = real("share", share, at_least=0, below=bound)
    parts = integer("parts", parts, 1)
    count = np.arange(parts + 1)
    gains = np.log1p(np.outer(_bets(bound), bound - count / parts))
    chances = binom.pmf(count, parts, share)
    mean = gains @ chances
    spread = np.sqrt(np.maximum(gains**2 @ chances - mean**2, 0.0))
    goal = math.log(len(_BETS) / rate("false_alarm", false_alarm))
    quantile = max(float(ndtri(rate("power", power))), 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        root = (quantile * spread + np.sqrt((quantile * spread) ** 2 + 4 * mean * goal)) / (2 * mean)
    needed = float(np.where(mean > 0, root**2, np.inf).min())
    if needed > MOST_RUNS:
        raise ValueError(
            f"a test may take {MOST_RUNS} runs at most, got shares {bound:g} and {share:g}, which need more; "
            "compare shares that differ more"
        )
    return math.ceil(needed)


def _log_capital(shares: Floats, bound: float) -> float:
    """The largest log of the mean product over the first runs, for E[share] ≥ bound."""
    logs = np.log1p(np.outer(_bets(bound), bound - shares)).cumsum(axis=1)
    top = logs.max(axis=0)
    means = top + np.log(np.exp(logs - top).mean(axis=0))
    return float(max(means.max(), 0.0))


def _bets(bound: float) -> Floats:
    """λ for a bound; of bound 1, which no share exceeds, any λ will do."""
    return _BETS / max(1 - bound, 1e-3)
