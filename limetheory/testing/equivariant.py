"""`assert_equivariant`: does an explanation change as the question does?

Two runs with generators of their own that have the same law differ by a number whose law is symmetric about 0. So the
median of their difference is 0 exactly, at every number of masks, and no design has to be known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from limetheory.arguments import choice, generator, integer, several
from limetheory.arrays import Floats, Masks, PerMask, PerSuperpixel
from limetheory.given import given
from limetheory.testing.battery import KnownFunction
from limetheory.testing.converges import ROUNDING, N, Rates, odds
from limetheory.testing.error_rates import FALSE_ALARM, POWER, deviation
from limetheory.testing.roles import known_function
from limetheory.testing.runs import Explain, answer_of, chi_square_bound, each_run, explainer, name_of, set_function_of

UNDER = ("permutation", "scale", "dummy", "symmetric")
"""What a question is changed by: the order of its parts, the scale and offset of F, parts of the same role."""
_SCALE, _OFFSET = 0.5, 0.25  # which keep the values of F within [0, 1]
_SAME_SEEDS = 3  # seeds whose answers are compared before any law is
_PILOT = 32

Difference = Callable[[np.random.Generator], PerSuperpixel]
"""Of one pair of runs: a generator → what has a law that is symmetric about 0."""


@dataclass(frozen=True, eq=False)
class Changed:
    """A set function F(z[order]) · scale + offset: part ``order[j]`` of F is part j here."""

    F: Any
    order: np.ndarray
    scale: float = 1.0
    offset: float = 0.0

    @property
    def d(self) -> int:
        """Number of parts."""
        return len(self.order)

    def __call__(self, masks: Masks) -> PerMask:
        """F on each mask: (n, d) bool → (n,)."""
        moved = np.empty_like(masks)
        moved[:, self.order] = masks
        return self.scale * np.asarray(self.F(moved)) + self.offset

    def undone(self, coefficients: PerSuperpixel) -> PerSuperpixel:
        """The coefficients of F from those of the changed function."""
        back = np.empty_like(coefficients)
        back[self.order] = coefficients / self.scale
        return back


def assert_equivariant(
    explain: Explain, F: Any, n: int = N, *, d: int | None = None, under: Iterable[str] = UNDER,
    others: Mapping[str, Explain] | None = None, discrepancy: float | None = None, false_alarm: float = FALSE_ALARM,
    power: float = POWER, rng: Any = 0,
) -> None:  # fmt: skip
    """Fail where an explanation does not change as its question does; no limit and no design is needed.

    | under | what must hold, in law |
    |---|---|
    | permutation | parts in another order have their coefficients in that order |
    | scale | those of F / 2 + 1/4 are half of those of F |
    | dummy | parts that F does not depend on have equal coefficients |
    | symmetric | parts that may be exchanged have equal coefficients |
    | a name of ``others`` | the other explainer has the same coefficients: other labels, batch sizes, devices |

    Permutation, dummy and symmetric hold for designs that treat all parts alike. Scale and the others are compared on
    three equal seeds first, which is enough where the coefficients are equal there. Else differences of independent
    pairs of runs are compared with 0 by counting (`deviation`), which is exact at every n. Dummy and symmetric parts
    are those of a `KnownFunction`, or found on all masks up to d = 12.

    Args:
        explain, F, n, rng: see `assert_converges`; no limit of F is needed.
        d: number of parts; None takes that of F.
        under: what to change, some names of the table.
        others: explainers that must answer alike, by what they change.
        discrepancy: of a difference, see `Rates`; nothing is allowed but rounding.
        false_alarm, power: the rates, of each row of the table.

    Raises:
        AssertionError: what it is not equivariant under.

    >>> import limetheory as lt
    >>> assert_equivariant(lambda F, n, rng: lt.estimate(F, lt.ImageDesign(3), n, rng), lt.Leaf(3, on=(0, 1)), n=50)
    """
    explain, (function, d) = explainer(explain), set_function_of(F, d)
    n, rng = integer("n", n, 1), generator(rng)
    rates, name = Rates(discrepancy, 0.0, false_alarm, power), name_of(F)
    here = _runs_of(explain, function, d, n)
    changes, others = several("under", under, "names"), _named(others)
    if not changes and not others:
        raise ValueError(f"under must name a change, got none; take some of {', '.join(UNDER)}, or give others")
    for kind in changes:
        if choice("under", kind, UNDER) in ("dummy", "symmetric"):
            known = known_function(F if isinstance(F, KnownFunction) else function, d)
            groups = (known.dummies,) if kind == "dummy" else known.symmetric
            _assert_symmetric(_between(here, groups), rates, f"{kind} parts of {name}", rng)
        else:
            order, scale = rng.permutation(d), (1.0, 0.0)
            if kind == "scale":
                order, scale = np.arange(d), (_SCALE, _OFFSET)
            there = _undone(explain, Changed(function, order, *scale), n)
            _assert_same(here, there, rates, f"{name} before and after a change of {kind}", kind == "scale", rng)
    for kind, other in others.items():
        there = _runs_of(explainer(other), function, d, n)
        _assert_same(here, there, rates, f"{name} with another {kind}", True, rng)


def _named(others: Any) -> Mapping[str, Explain]:
    if others is not None and not isinstance(others, Mapping):
        raise TypeError(f"others must be a mapping of explainers by name, got {given(others)}; write {{name: explain}}")
    return others or {}


def _runs_of(explain: Explain, F: Any, d: int, n: int) -> Difference:
    return lambda rng: answer_of(explain, F, d, n, rng)[0]


def _undone(explain: Explain, change: Changed, n: int) -> Difference:
    return lambda rng: change.undone(answer_of(explain, change, change.d, n, rng)[0])


def _between(run: Difference, groups: Iterable[tuple[int, ...]]) -> Difference | None:
    """The differences of neighbours in each group, of one run; None where no group has two parts."""
    steps = [step for group in groups for step in pairwise(group)]
    if not steps:
        return None
    left, right = np.array(steps).T

    def difference(rng: np.random.Generator) -> PerSuperpixel:
        found = run(rng)
        between: PerSuperpixel = found[left] - found[right]
        return between

    return difference


def _assert_same(
    first: Difference, second: Difference, rates: Rates, what: str, same_seeds: bool, rng: np.random.Generator
) -> None:
    if same_seeds and all(_alike(first, second, int(seed)) for seed in rng.integers(1 << 62, size=_SAME_SEEDS)):
        return

    def difference(rng: np.random.Generator) -> PerSuperpixel:
        one, other = rng.spawn(2)
        return first(one) - second(other)

    _assert_symmetric(difference, rates, what, rng)


def _alike(first: Difference, second: Difference, seed: int) -> bool:
    one, other = (run(np.random.default_rng(seed)) for run in (first, second))
    return bool(np.abs(one - other).max() <= ROUNDING * max(1.0, float(np.abs(one).max())))


def _assert_symmetric(difference: Difference | None, rates: Rates, what: str, rng: np.random.Generator) -> None:
    """Fail where the median of a difference is not 0."""
    if difference is None:
        return
    pilot = _drawn(difference, _PILOT, rng)
    zero = np.zeros(pilot.shape[1])
    discrepancy, allowed, runs = rates.room(chi_square_bound(pilot), zero)
    found = deviation(_drawn(difference, runs, rng), zero, allowed=allowed, false_alarm=rates.false_alarm)
    if found.found:
        raise AssertionError(
            f"the coefficients of {what} must have the same law, got a difference (number {found.part} of {len(zero)}) "
            f"with the median {found.size:.4g} in {runs} runs. {odds(found, discrepancy, rates)}; look at what treats "
            "parts, labels or values unlike"
        )


def _drawn(difference: Difference, runs: int, rng: np.random.Generator) -> Floats:
    return np.array(list(each_run(difference, runs, rng)))
