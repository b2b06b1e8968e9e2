"""`assert_converges` and `assert_unbiased`: are an explainer's coefficients those of the limit?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from limetheory.arguments import generator, integer, real
from limetheory.arrays import Floats, PerSuperpixel
from limetheory.designs import Design
from limetheory.limits import limit
from limetheory.testing.diagnosis import hint
from limetheory.testing.error_rates import FALSE_ALARM, POWER, Deviation, deviation, runs_needed
from limetheory.testing.runs import Explain, coefficients, explainer, name_of, set_function_for, spread_bound

N = 1000
"""Masks of a run by default; lime's number of samples."""
ROUNDING = 1e-6
"""How far a coefficient may be off beside the largest one, for explainers that compute in float32."""
_BLOCK = 16  # runs whose mean is one observation in `assert_unbiased`: its median is close to the mean of a run
_IN_SPREADS = 1.5  # the default discrepancy, in bounds of a run's standard deviation
_ALLOWED = 0.25  # the default share of a discrepancy that is allowed


@dataclass(frozen=True)
class Rates:
    """The discrepancy that a test is to find, what it is to allow, and its two error rates.

    Attributes:
        discrepancy: how far a coefficient is off, at least, in units of F; None is 1.5 times a bound of the standard
            deviation of each coefficient in a run, from 32 runs beforehand.
        allowed: how far it may be off; None is a quarter of the discrepancy.
        false_alarm: the largest probability of an error where no coefficient is off by more than is allowed.
        power: the probability of one where some coefficient is off by the discrepancy.
    """

    discrepancy: float | None = None
    allowed: float | None = None
    false_alarm: float = FALSE_ALARM
    power: float = POWER

    def room(self, spread: PerSuperpixel, target: PerSuperpixel) -> tuple[Floats, Floats, int]:
        """The discrepancy and what is allowed of each coefficient, (d,) and (d,), and the number of runs."""
        d, rounding = len(spread), ROUNDING * max(1.0, float(np.abs(target).max(initial=0.0)))
        if self.discrepancy is None:
            discrepancy = _IN_SPREADS * spread
        else:
            discrepancy = np.full(d, real("discrepancy", self.discrepancy, above=0))
        if self.allowed is None:
            allowed = _ALLOWED * discrepancy
        else:
            allowed = np.full(d, real("allowed", self.allowed, at_least=0))
        discrepancy, allowed = discrepancy + 2 * rounding, allowed + rounding
        if not (discrepancy > allowed).all():
            raise ValueError(
                f"discrepancy must be above what is allowed, got {discrepancy.min():.3g} and {allowed.max():.3g}; "
                "give a larger discrepancy, or less that is allowed"
            )
        ratio = float((spread / (discrepancy - allowed)).max())
        return discrepancy, allowed, runs_needed(d, ratio, 1.0, false_alarm=self.false_alarm, power=self.power)


def assert_converges(
    explain: Explain, F: Any, design: Design, n: int = N, *, ridge: float = 0.0, discrepancy: float | None = None,
    allowed: float | None = None, false_alarm: float = FALSE_ALARM, power: float = POWER, rng: Any = 0,
) -> None:  # fmt: skip
    """Fail where an explainer's coefficients from n masks are not those of the limit under a design.

    Independent runs are compared with `limetheory.limit` by counting (`deviation`). Their number is what both error
    rates ask for: where each coefficient's median is within ``allowed`` of the limit, the assertion fails with a
    probability of at most ``false_alarm``, whatever the law of the runs. Where some coefficient is off by
    ``discrepancy``, it fails with probability ``power``, for runs that are normal with a standard deviation of at most
    the bound that 32 runs beforehand give. A consistent estimate is off by O(1/n), for which n must be large enough
    beside what is allowed.

    Args:
        explain: (F, n, rng) → d coefficients, or an object with ``.coefficients``; rng is a numpy.random.Generator, of
            which ``rng.integers(2**31)`` makes a seed.
        F: a set function that `limetheory.limit` takes, or a `KnownFunction`.
        design: the design that the explainer claims.
        n: number of masks of a run.
        ridge: the penalty that the explainer claims, on the sum over n masks as lime's and scikit-learn's; the target
            is the limit with ridge / n (prop:ridge).
        discrepancy, allowed, false_alarm, power: see `Rates`.
        rng: of all runs: None, an int or a numpy.random.Generator (SPEC 7).

    Raises:
        AssertionError: it does not converge to the limit, or fails; what deviates, by how much, at which error rates,
            and what to look at.

    >>> import limetheory as lt
    >>> leaf, design = lt.Leaf(4, on=(0, 2)), lt.ImageDesign(4)
    >>> assert_converges(lambda F, n, rng: lt.estimate(F, design, n, rng), leaf, design, n=200)
    >>> unweighted = lt.BernoulliDesign(4)
    >>> assert_converges(lambda F, n, rng: lt.estimate(F, unweighted, n, rng), leaf, design, n=500)
    Traceback (most recent call last):
    AssertionError: the coefficients of F must be those of the limit under ImageDesign(d=4, bandwidth=0.25), 0.6914 for
    part 2 of 4, got 0.49... as the median of 102 runs of n = 500. A difference within ±0.012 is blamed with probability
    1e-06 at most, one of 0.047 with 0.999; the coefficients fit masks without weights: look at the kernel
    """
    rates = Rates(discrepancy, allowed, false_alarm, power)
    _assert_near_limit(explain, F, design, integer("n", n, 1), ridge, rates, 1, generator(rng))


def assert_unbiased(
    explain: Explain, F: Any, design: Design, n: int = N, *, ridge: float = 0.0, discrepancy: float | None = None,
    allowed: float | None = None, false_alarm: float = FALSE_ALARM, power: float = POWER, rng: Any = 0,
) -> None:  # fmt: skip
    """Fail where the mean of an explainer's coefficients from n masks is not the limit, at this very n.

    As `assert_converges`, with means of 16 runs in place of single runs, which vary 4 times less and show a bias that
    is 4 times smaller. For few masks the bias O(1/n) of weighted least squares is found, too, where it is more than is
    allowed. The median of a mean of 16 runs differs from its expectation by about a hundredth of a run's standard
    deviation times the skewness of a run, for which ``allowed`` must have room.

    >>> import limetheory as lt
    >>> design = lt.ImageDesign(3)
    >>> def explain(F, n, rng):
    ...     masks = design.sample(n, rng)
    ...     return design.influence(masks, F(masks)).mean(axis=0)
    >>> assert_unbiased(explain, lt.Leaf(3, on=(0, 2)), design, n=20, power=0.9)
    """
    rates = Rates(discrepancy, allowed, false_alarm, power)
    _assert_near_limit(explain, F, design, integer("n", n, 1), ridge, rates, _BLOCK, generator(rng))


def _assert_near_limit(
    explain: Explain, F: Any, design: Design, n: int, ridge: float, rates: Rates, block: int, rng: np.random.Generator,
) -> None:  # fmt: skip
    explain, (function, d) = explainer(explain), set_function_for(F, design)
    ridge = real("ridge", ridge, at_least=0)
    target = limit(function, design, ridge / n).coefficients
    spread = spread_bound(explain, function, d, n, rng) / np.sqrt(block)
    discrepancy, allowed, runs = rates.room(spread, target)
    drawn = coefficients(explain, function, d, n, runs * block, rng).reshape(runs, block, d).mean(axis=1)
    found = deviation(drawn, target, allowed=allowed, false_alarm=rates.false_alarm)
    if found.found:
        look = hint(drawn, function, design, n, ridge, allowed)
        where = f"the limit under {design!r}" + (f" with the penalty {ridge:g}" if ridge else "")
        of = f"runs of n = {n}" if block == 1 else f"means of {block} runs of n = {n}"
        j = found.part
        raise AssertionError(
            f"the coefficients of {name_of(F)} must be those of {where}, {found.target[j]:.4g} for part {j} of {d}, "
            f"got {found.medians[j]:.4g} as the median of {runs} {of}. {odds(found, discrepancy, rates)}; {look}"
        )


def odds(found: Deviation, discrepancy: Floats, rates: Rates) -> str:
    """The sentence about both error rates."""
    j = found.part
    return (
        f"A difference within ±{found.allowed[j]:.2g} is blamed with probability {rates.false_alarm:g} at most, one of "
        f"{discrepancy[j]:.2g} with {rates.power:g}"
    )
