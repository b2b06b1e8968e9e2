"""`estimate_until`: draw masks until every coefficient is known to a tolerance, and stop by itself."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from limetheory.arguments import accepted_error, choice, generator, integer, pair, real
from limetheory.arrays import PerSuperpixel
from limetheory.designs import Design
from limetheory.designs.base import checked_design
from limetheory.estimation.samples.known_values import KnownValues
from limetheory.estimation.samples.sample import Interrupted
from limetheory.estimation.sequential.search import Fit, SequentialSearch, enumeration_pays
from limetheory.evaluation import MaskFunction, mask_function, refuse_random_ends, superpixel_count
from limetheory.explanation import Explanation, Stopping
from limetheory.limits import limit
from limetheory.progress import ProgressBar, approaching
from limetheory.statistics.confidence_sequence import ConfidenceSequence
from limetheory.statistics.normal_mixture import NormalMixtureSequence
from limetheory.statistics.partwise_betting import PartwiseBettingSequence

GUARANTEES = ("bounded", "asymptotic")
N_MAX = 100_000  # the largest number of masks by default; a convention

# The fewest masks before the first interval, in all and for each parameter; conventions.
_FEWEST, _FEWEST_PER_PARAMETER = 64, 4
_ASYMPTOTIC_FACTOR = 4  # an asymptotic guarantee may stop from four times as many masks on; a convention
_CHECK_GROWTH = 1.05  # intervals are checked each time that n has grown by 5 %; a convention, valid for any


def estimate_until(
    F: MaskFunction,
    design: Design,
    tolerance: float,
    level: float = 0.95,
    rng: Any = None,
    *,
    bounds: tuple[float, float] | None = None,
    guarantee: str | None = None,
    n_max: int = N_MAX,
    fit: Fit | None = None,
) -> Explanation:
    """Explain a set function by as many masks as it takes for every coefficient to be within ±tolerance.

    The terms are those of prop:unbiased: β(g) + influence(z, F(z) − g(z)) with a surrogate g fitted on earlier masks
    only, at 1.5-fold growing times. Each then has the limit β as its mean whatever came before, and a confidence
    sequence (`PartwiseBettingSequence` or `NormalMixtureSequence`) gives intervals for all coefficients that are valid
    at every stopping time, hence at this one. They are looked at at fixed times that grow by 5 %.

    Where β(g) is not exact, or for d > 16 has to be that of g clipped to the bounds, each term has a share of its own
    of β(g) instead, from 25 more masks on which g is evaluated but F is not (`FreeMaskTerms`).

    F is asked for the full mask once more, to see whether it repeats itself, and for d ≤ 20 for no other mask twice:
    ``n_evaluations`` is at most 2^d + 1. A function with `evaluated_again` is asked for that answer by itself.

    For d ≤ 20 all 2^d masks are evaluated instead as soon as at least as many draws are expected to be missing as
    masks; the exact answer misses nothing, so this is valid however it is decided. Half-widths are 0 then.

    The answer's ``stopping`` says whether the tolerance was reached, from how many masks, and holds the half-widths of
    all coefficients at once at ``level``; ``interval`` and ``simultaneous_interval`` are those of the confidence
    sequence, for each coefficient and for all.

    With ``"bounded"`` the level holds at every n. With ``"asymptotic"`` it holds in the limit of small tolerances,
    and at least 256 and 16 (d + 1) masks are drawn; a rare large residual that has not been seen is not feared.

    Args:
        F: callable (n, d) bool → (n,), always the same answer for a mask, or a random one that states it by
            ``F.random = True``: of that no answer is kept, and all masks are never known; `F.resolution`
            is the relative rounding of its values (default: float64's).
        design: the design to draw from.
        tolerance: half-width wanted, positive, in the unit of F; at least 8 × resolution × size of the values (1e-6
            of it for a float32 network), below which the values mean nothing.
        level: probability that all d intervals hold, in (0, 1).
        rng: None, an int or a numpy.random.Generator (SPEC 7).
        bounds: (lo, hi) that F never leaves; each value is checked. ``"asymptotic"`` does not read them.
        guarantee: "bounded" (default where bounds are given) or "asymptotic".
        n_max: most masks; the answer's ``stopping`` then says ``reached=False`` and how far it got.
        fit: (masks, values, design) → surrogate, any set function; None is `ChosenSurrogate`, which chooses among
            linear, Gaussian-process and logistic ones.

    Raises:
        ValueError: arguments out of range; no bounds; a value outside them; F not repeatable.
        Interrupted: on Ctrl-C, with the explanation of the finished masks.

    >>> import limetheory as lt
    >>> F = lt.Leaf(30, on=(0, 3), value=0.8)
    >>> answer = estimate_until(F, lt.ImageDesign(30), 0.05, rng=0, bounds=(0, 1))
    >>> answer.stopping.reached, answer.n_evaluations < 1000, answer.coefficients[[0, 3]].round(1).tolist()
    (True, True, [0.4, 0.4])
    """
    _check_types(F, design)
    tolerance = accepted_error("tolerance", tolerance)
    level = real("level", level, above=0, below=1, remedy="write 0.95 for 95 %")
    span = None if bounds is None else checked_bounds(bounds)
    guarantee = chosen_guarantee(guarantee, span)
    first = max(_FEWEST, _FEWEST_PER_PARAMETER * (design.d + 1))
    fewest = min(2 * first, 1 << design.d)
    n_max = integer("n_max", n_max, fewest, f"d = {design.d} coefficients need {fewest} masks for an interval")
    rng, bounded = generator(rng), guarantee == "bounded"
    known = KnownValues(F, design.d, span if bounded else None)
    _check_resolved(tolerance, known.rounding)
    kind = PartwiseBettingSequence if bounded else NormalMixtureSequence
    sequence = kind(design.d, tolerance, level, horizon=n_max)
    widened = (span[0] - known.rounding, span[1] + known.rounding) if bounded and span else None
    search = SequentialSearch(known, design, sequence, _default_fit() if fit is None else fit, widened, rng)
    earliest = 0 if bounded else _ASYMPTOTIC_FACTOR * first
    try:
        with ProgressBar("masks", n_max) as bar:
            return _run(search, first, earliest, n_max, bar)
    except KeyboardInterrupt:
        interrupted = Interrupted(search.sample())
        if np.isfinite(search.half_width):
            interrupted.explanation = _answer(search, search.n >= earliest)
        raise interrupted from None


def _default_fit() -> Fit:
    from limetheory.estimation.surrogates.chosen_surrogate import ChosenSurrogate  # loads scipy.optimize

    return ChosenSurrogate()


def chosen_guarantee(guarantee: str | None, bounds: tuple[float, float] | None) -> str:
    """The guarantee asked for, or "bounded"; refused without bounds."""
    guarantee = choice("guarantee", "bounded" if guarantee is None else guarantee, GUARANTEES)
    if guarantee == "bounded" and bounds is None:
        raise ValueError(
            "stopping at a tolerance needs to know which values F can take, got no bounds; "
            "give bounds=(lo, hi), or guarantee='asymptotic' (--guarantee asymptotic on the command line)"
        )
    return guarantee


def checked_bounds(bounds: Any) -> tuple[float, float]:
    """The bounds as two floats."""
    low, high = pair("bounds", bounds, "(lo, hi)")
    low = real("bounds[0]", low)
    return low, real("bounds[1]", high, above=low, remedy="write (0, 1) for probabilities")


def _run(search: SequentialSearch, first: int, earliest: int, n_max: int, bar: ProgressBar) -> Explanation:
    for time in _times(first, n_max):
        half_width, remaining = search.half_width, search.remaining()
        if enumeration_pays(search, remaining if math.isfinite(half_width) else 2 * first, n_max):
            return _enumerated(search, bar)
        for n in search.draw(time - search.n):
            more = max(search.n + remaining - n, 0.0)
            bar.advance(
                n, total=min(n + more, n_max), description=approaching(half_width, search.sequence.tolerance, more),
                so_far=search.sample,
            )  # fmt: skip
        search.refit()
        if search.n >= earliest and search.half_width <= search.sequence.tolerance:
            break
    return _answer(search, search.n >= earliest)


def _times(first: int, n_max: int) -> Iterator[int]:
    """When to look: after the first masks, after half as many more, then at 5 % more each time."""
    yield min(first, n_max)
    n = min(first + first // 2, n_max)
    while n < n_max:
        yield n
        n = math.ceil(_CHECK_GROWTH * n)
    yield n_max


def _answer(search: SequentialSearch, trusted: bool) -> Explanation:
    sequence, half_widths = search.sequence, search.half_widths
    reached = trusted and bool((half_widths <= sequence.tolerance).all())
    stopping = _stopping(search, half_widths, reached, sequence)
    return Explanation(
        search.coefficients, search.intercept(), sequence.standard_errors, search.known.n_evaluations,
        method="sequential", stopping=stopping,
    )  # fmt: skip


def _enumerated(search: SequentialSearch, bar: ProgressBar) -> Explanation:
    for known in search.known.complete():
        bar.advance(known, total=1 << search.design.d, description="all masks")
    table, zeros = search.known.table(), np.zeros(search.design.d)
    found = limit(table, search.design)
    # Sums of equal numbers may leave rounding in place of 0.
    coefficients = found.coefficients if np.ptp(table.values) else zeros
    return Explanation(
        coefficients, found.intercept, zeros, search.known.n_evaluations, method="sequential",
        stopping=_stopping(search, zeros, True, None),
    )  # fmt: skip


def _stopping(
    search: SequentialSearch, half_widths: PerSuperpixel, reached: bool, sequence: ConfidenceSequence | None
) -> Stopping:
    asked = search.sequence
    return Stopping(
        half_widths=half_widths, reached=reached, tolerance=asked.tolerance, level=asked.level,
        guarantee=GUARANTEES[search.span is None], n_masks=search.n, sequence=sequence,
    )  # fmt: skip


def _check_types(F: Any, design: Any) -> None:
    checked_design(design)
    mask_function("F", F)
    superpixel_count(F, design.d)
    if design.efficient:
        refuse_random_ends(F)


def _check_resolved(tolerance: float, rounding: float) -> None:
    if tolerance < rounding:
        raise ValueError(
            f"tolerance must be at least {rounding:.1e}, the rounding of the values, got {tolerance:g}; ask for more, "
            "or let the model compute in float64"
        )
