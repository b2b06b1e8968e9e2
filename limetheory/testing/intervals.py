"""`assert_intervals_cover`: do an explainer's intervals hold the limit as often as they say?"""

from __future__ import annotations

from typing import Any

import numpy as np

from limetheory.arguments import array, generator, integer, real
from limetheory.arrays import Floats
from limetheory.designs import Design
from limetheory.given import given
from limetheory.limits import limit
from limetheory.testing.converges import N
from limetheory.testing.error_rates import FALSE_ALARM, POWER, rate
from limetheory.testing.runs import Explain, answers, called, explainer, name_of, set_function_for
from limetheory.testing.shares import share_deviation, share_runs_needed

_RULE = ".interval(level) must return the lower and upper end of each of {d} coefficients, shape ({d}, 2)"
LEVEL = 0.9
"""The level that is checked by default: at 0.9 the fewest runs tell intervals that are too narrow by 20 %."""


def assert_intervals_cover(
    explain: Explain, F: Any, design: Design, n: int = N, *, level: float = LEVEL, ridge: float = 0.0,
    narrow: float = 0.8, allowed: float = 0.02, false_alarm: float = FALSE_ALARM, power: float = POWER, rng: Any = 0,
) -> None:  # fmt: skip
    """Fail where an explainer's intervals of n masks hold the limit less often than their level says.

    The mean share of the d intervals of a run that hold the limit is compared with the level by betting
    (`share_deviation`). Where the expected share is at least level − ``allowed``, the assertion fails with a
    probability of at most ``false_alarm``, whatever else. Where all intervals are ``narrow`` times as wide as right
    ones, for normal estimates that vary as two thirds as many independent parts do, it fails with probability
    ``power``.

    Args:
        explain: (F, n, rng) → an object with ``.coefficients`` and ``.interval(level)`` → (d, 2).
        F, design, n, ridge, rng: see `assert_converges`.
        level: of the intervals, in (0, 1).
        narrow: the factor of too narrow intervals, in (0, 1).
        allowed: how much smaller than the level the share may be, such as at finite n.
        false_alarm, power: the rates.

    Raises:
        AssertionError: they hold the limit too seldom, or are none.

    >>> import limetheory as lt
    >>> design = lt.ImageDesign(3)
    >>> def explain(F, n, rng):
    ...     return lt.estimate(F, design, n, rng)
    >>> assert_intervals_cover(explain, lt.Leaf(3, on=(0, 1)), design, n=100, narrow=0.6)
    """
    explain, (function, d) = explainer(explain), set_function_for(F, design)
    n, level = integer("n", n, 1), rate("level", level)
    narrow = real("narrow", narrow, above=0, below=1)
    allowed = real("allowed", allowed, at_least=0, below=level)
    target = limit(function, design, real("ridge", ridge, at_least=0) / n).coefficients
    share = _share_of(narrow, level)
    if share >= level - allowed:
        raise ValueError(
            f"allowed must be less than what narrow intervals lose, {level - share:.3g}, got {allowed:g}; allow less"
        )
    runs = share_runs_needed(level - allowed, share, _independent(d), false_alarm=false_alarm, power=power)
    held = [_held(result, target, level) for _, result in answers(explain, function, d, n, runs, generator(rng))]
    found = share_deviation(np.array(held), level - allowed, false_alarm=false_alarm)
    if found.found:
        raise AssertionError(
            f"{100 * level:g} % intervals of {name_of(F)} must hold the limit under {design!r} in "
            f"{100 * (level - allowed):g} % of runs or more, got {100 * found.share:.1f} % of {runs} runs of n = {n}. "
            f"Right ones are blamed with probability {false_alarm:g} at most, ones that are {narrow:g} times as wide "
            f"({100 * share:.1f} %) with {power:g}; look at the standard errors, and at the bias of the coefficients"
        )


def _independent(d: int) -> int:
    """How many independent parts d parts are taken to be worth: fitted together, they vary together a little."""
    return max(2 * d // 3, 1)


def _share_of(narrow: float, level: float) -> float:
    """The coverage of normal intervals that are ``narrow`` times as wide as those of a level."""
    from scipy.special import ndtr, ndtri

    return float(2 * ndtr(narrow * ndtri((1 + level) / 2)) - 1)


def _ends(value: Any, d: int, rule: str) -> Floats:
    """The lower and the upper ends, (d, 2)."""
    try:
        found = array("intervals", value)
    except TypeError:
        found = np.array("")
    if found.shape != (d, 2) or found.dtype.kind not in "iuf":
        raise AssertionError(f"{rule}, got {given(value)}; put the ends into two columns")
    if unusable := np.count_nonzero(np.isnan(found)):
        raise AssertionError(f"{rule}, got {unusable} NaN; an end that is not known is -inf or inf")
    if swapped := np.count_nonzero(found[:, 0] > found[:, 1]):
        raise AssertionError(f"{rule}, got {swapped} with the lower end above the upper one; put the lower one first")
    ends: Floats = found.astype(float)
    return ends


def _held(result: Any, target: Floats, level: float) -> float:
    """The share of the intervals that hold their target; rounding errors do not count."""
    interval = getattr(result, "interval", None)
    if interval is None:
        raise AssertionError(
            f"explain(F, n, rng) must return an object with .interval(level), got {given(result)}; without intervals "
            "check the coefficients alone"
        )
    ends = _ends(called(rule := _RULE.format(d=len(target)), lambda: interval(level)), len(target), rule)
    room = 1e-6 * max(1.0, float(np.abs(target).max()))
    return float(((ends[:, 0] - room <= target) & (target <= ends[:, 1] + room)).mean())
