"""Runs of an explainer under test: its answers, checked, and how much they vary."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

import numpy as np

from limetheory.arguments import array, integer
from limetheory.arrays import Floats, PerSuperpixel
from limetheory.designs import Design
from limetheory.designs.base import checked_design
from limetheory.functions import function
from limetheory.given import given
from limetheory.progress import track
from limetheory.testing.battery import KnownFunction

Explain: TypeAlias = Callable[..., Any]
"""explain(F, n, rng) → d coefficients, or an object with ``.coefficients``."""
FORM = "explain(F, n, rng)"

_PILOT = 32  # runs; the bound of the spread below is then 1.41 times its estimate
_LARGEST = 1e100  # of a coefficient: the squares and sums of larger ones overflow
_SPREAD_LEVEL = 0.99  # with which that bound holds for normal runs


def explainer(value: Any) -> Explain:
    """Return an explainer, refusing what cannot be called."""
    return function("explain", value, f"{FORM} → d coefficients")


def set_function_of(F: Any, d: int | None = None) -> tuple[Any, int]:
    """The set function that is meant, that of a `KnownFunction` too, and its number of parts.

    Raises:
        TypeError: it cannot be called.
        ValueError: nobody says how many parts it has, or two say different numbers.
    """
    found = F.F if isinstance(F, KnownFunction) else function("F", F, "(n, d) bool → (n,)")
    d = None if d is None else integer("d", d, 1)
    stated = getattr(found, "d", d)
    if stated is None:
        raise ValueError(f"F must have a number of parts, got {given(found)} without .d; set F.d = d, or give d")
    if d is not None and stated != d:
        raise ValueError(f"d must be F's number of parts, {stated}, got {d}; leave it out")
    return found, integer("d", stated, 1)


def set_function_for(F: Any, design: Design) -> tuple[Any, int]:
    """The set function that is meant and the number of parts, which a design must share.

    Raises:
        TypeError: no function, or no design.
        ValueError: they have different numbers of parts.
    """
    d = checked_design(design).d
    stated = getattr(F, "d", d)
    if stated != d:
        raise ValueError(f"F and design must have the same number of parts, got {stated} and {d}; build them alike")
    return set_function_of(F, d)


def name_of(F: Any) -> str:
    """How a message calls a set function."""
    return f"the battery's function {F.name!r}" if isinstance(F, KnownFunction) else "F"


def answer_of(explain: Explain, F: Any, d: int, n: int, rng: np.random.Generator) -> tuple[PerSuperpixel, Any]:
    """The coefficients of one run, (d,), and all that it returned.

    Raises:
        AssertionError: the explainer fails, or returns anything but d finite numbers, in one line.
    """
    form = getattr(explain, "form", FORM)
    rule = f"{form} must return {d} finite coefficients for d = {d} and n = {n}"
    result = called(rule, lambda: explain(F, n, rng))
    return _checked(called(rule, lambda: getattr(result, "coefficients", result)), d, rule), result


def called(rule: str, call: Callable[[], Any]) -> Any:
    """What code under test returns; whatever it raises is a failure of the rule, an exit of the process too.

    Raises:
        AssertionError: it raises an exception, or SystemExit, which would end a script of checks as if all were well.
    """
    try:
        return call()
    except (Exception, SystemExit) as error:
        reason = " ".join(str(error).split()) or "no message"
        raise AssertionError(f"{rule}, got {type(error).__name__}: {reason}; the cause is above") from error


def _checked(value: Any, d: int, rule: str) -> PerSuperpixel:
    try:
        found = array("coefficients", value)
        numbers = found.astype(float) if found.dtype.kind in "biuf" else None
    except TypeError:
        numbers = None
    if numbers is None:
        raise AssertionError(f"{rule}, got {given(value)}; return an array of floats, or an object with .coefficients")
    if numbers.shape != (d,):
        raise AssertionError(f"{rule}, got shape {numbers.shape}; return one coefficient for each part")
    unusable = np.count_nonzero(~np.isfinite(numbers))
    if unusable:
        raise AssertionError(f"{rule}, got {unusable} NaN or infinite; look for masks that do not determine the fit")
    largest = float(np.abs(numbers).max(initial=0.0))
    if largest > _LARGEST:
        raise AssertionError(f"{rule}, none beyond ±{_LARGEST:g}, got {largest:.3g}; look for a division by almost 0")
    return numbers


def answers(explain: Explain, F: Any, d: int, n: int, runs: int, rng: np.random.Generator) -> Iterator[Any]:
    """The coefficients and results of independent runs, each with a generator of its own; with a progress bar."""
    yield from each_run(lambda seed: answer_of(explain, F, d, n, seed), runs, rng)


def each_run(run: Callable[[np.random.Generator], Any], runs: int, rng: np.random.Generator) -> Iterator[Any]:
    """What independent runs return, each with a generator of its own; with a progress bar."""
    yield from track(((1, run(seed)) for seed in rng.spawn(runs)), runs, "runs")


def coefficients(explain: Explain, F: Any, d: int, n: int, runs: int, rng: np.random.Generator) -> Floats:
    """The coefficients of independent runs, (runs, d)."""
    return np.array([found for found, _ in answers(explain, F, d, n, runs, rng)])


def spread_bound(explain: Explain, F: Any, d: int, n: int, rng: np.random.Generator) -> PerSuperpixel:
    """An upper bound of the standard deviation of each coefficient of a run, from runs that serve for that alone: (d,).

    The χ² bound at level 0.99 for normal runs.
    """
    return chi_square_bound(coefficients(explain, F, d, n, _PILOT, rng))


def chi_square_bound(runs: Floats) -> PerSuperpixel:
    """The bound from runs, (R, d) → (d,)."""
    from scipy.stats import chi2

    factor = np.sqrt((len(runs) - 1) / chi2.ppf(1 - _SPREAD_LEVEL, len(runs) - 1))
    bound: PerSuperpixel = runs.std(axis=0, ddof=1) * factor
    return bound
