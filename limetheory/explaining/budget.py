"""What an explanation may cost: a number of masks, or as many as a tolerance needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any, TypeAlias

import numpy as np

from limetheory.arguments import accepted_error, choice, real
from limetheory.counts import refuse_absurd
from limetheory.designs import Design
from limetheory.estimation import estimate, estimate_until
from limetheory.estimation.estimate import accepted_method, estimate_columns
from limetheory.estimation.methods.table import METHODS, Explain, Method
from limetheory.estimation.samples.sample import Sample
from limetheory.estimation.sequential.until import GUARANTEES, N_MAX, checked_bounds, chosen_guarantee
from limetheory.evaluation import MaskFunction
from limetheory.explaining.classes import Classes, one_by_one
from limetheory.explanation import Explanation
from limetheory.given import given

FIXED_N = 1000
"""Masks of an explanation without a tolerance; lime 0.2.0.1's number."""

LEVEL = 0.95  # the level of intervals by default; a convention


@dataclass(frozen=True)
class Masks:
    """A fixed number of masks, and what is made of their values: arguments of `estimate`.

    Raises:
        ValueError, TypeError: an unknown method, or one that does not take this ridge or the original, or more masks
            than any memory holds.

    >>> Masks(n=200, method="unbiased").n
    200
    """

    n: int = FIXED_N
    method: str | Method | Explain = "wls"
    ridge: float = 0.0
    include_original: bool = False

    def __post_init__(self) -> None:
        accepted_method(self.method, self.ridge, self.include_original)
        refuse_absurd("n", self.n)

    @property
    def most(self) -> int:
        """The most masks that it may take."""
        return self.n

    def explain(self, function: MaskFunction, design: Design, rng: Any) -> Explanation:
        """The explanation of a set function from so many masks of the design."""
        return estimate(function, design, self.n, rng, self.method, self.ridge, **self._drawing(design))

    def explain_each(self, classes: Classes, design: Design, rng: Any) -> Iterator[Explanation]:
        """The explanation of each class; all are fitted together where the method does not choose masks by itself."""
        if len(classes.each) == 1 or METHODS.chosen(self.method).draws_itself:
            yield from one_by_one(lambda function, seed: self.explain(function, design, seed), classes, rng)
        else:
            yield from estimate_columns(classes, design, self.n, rng, self.method, self.ridge, **self._drawing(design))

    def _drawing(self, design: Design) -> dict[str, Any]:
        """How masks are drawn, as arguments of `estimate`."""
        return {"include_original": self.include_original}

    def part(self, sample: Sample, design: Design) -> Explanation:
        """The explanation of the masks that were evaluated so far, with their share of the penalty.

        A method that draws masks by itself has none of a part: that of weighted least squares takes its place.
        """
        how = METHODS.chosen(self.method)
        fit = METHODS["wls"] if how.draws_itself else how
        return fit.function(sample, design, self.ridge * (sample.n / self.n))


@dataclass(frozen=True, eq=False)
class Until:
    """As many masks as it takes until every coefficient is within ±tolerance: arguments of `estimate_until`.

    Raises:
        ValueError, TypeError: arguments out of range.

    >>> Until(0.05, guarantee="asymptotic").level
    0.95
    """

    tolerance: float
    level: float = LEVEL
    bounds: tuple[float, float] | None = None
    guarantee: str | None = None
    n_max: int = N_MAX

    def __post_init__(self) -> None:
        accepted_error("tolerance", self.tolerance)
        real("level", self.level, above=0, below=1, remedy="write 0.95 for 95 %")
        if self.bounds is not None:
            checked_bounds(self.bounds)
        if self.guarantee is not None:
            choice("guarantee", self.guarantee, GUARANTEES)

    @property
    def most(self) -> int:
        """The most masks that it may take."""
        return self.n_max

    def part(self, sample: Sample, design: Design) -> Explanation:
        """The explanation of the masks that were evaluated so far, by weighted least squares."""
        return METHODS["wls"].function(sample, design, 0.0)

    def explain(self, function: MaskFunction, design: Design, rng: Any) -> Explanation:
        """The explanation of a set function, with the bounds that it knows of itself where none were given."""
        bounds = self.bounds
        if bounds is None and self.guarantee != "asymptotic":
            bounds = getattr(function, "output_bounds", None)
        guarantee = chosen_guarantee(self.guarantee, bounds)
        return estimate_until(
            function, design, self.tolerance, self.level, rng, bounds=bounds, guarantee=guarantee, n_max=self.n_max
        )

    def explain_each(self, classes: Classes, design: Design, rng: Any) -> Iterator[Explanation]:
        """The explanation of each class, which stops drawing by itself."""
        return one_by_one(lambda function, seed: self.explain(function, design, seed), classes, rng)


Budget: TypeAlias = Masks | Until
"""Both have as fields the keywords of `explain_image` that belong to them."""

_ELSEWHERE = {"level": "give a tolerance, or ask the answer for its interval(level)"}


def chosen_budget(
    tolerance: float | None,
    asked: Mapping[str, Any],
    called: Mapping[str, str] | None = None,
    fixed_n: int = FIXED_N,
) -> Budget:
    """`Until` for a tolerance, else `Masks`, from the other options that were given.

    Args:
        tolerance: None where there is none.
        asked: by the names of the fields.
        called: how a front end calls those that it has under another name; None names n_max too.
        fixed_n: masks without a tolerance, where no number was given.

    Raises:
        ValueError, TypeError: an option that the other of the two reads, or a value out of range.

    >>> chosen_budget(None, {"n": 200})
    Masks(n=200, method='wls', ridge=0.0, include_original=False)
    >>> chosen_budget(None, {"level": 0.5})
    Traceback (most recent call last):
    ValueError: level is for a tolerance, got 0.5 without one; give a tolerance, or ask the answer for its
    interval(level)
    """
    if tolerance is None:
        for name in [one for one in asked if one in DEFAULTS[Until]]:
            remedy = _ELSEWHERE.get(name, "give a tolerance")
            raise ValueError(f"{name} is for a tolerance, got {given(asked[name])} without one; {remedy}")
        return Masks(**{"n": fixed_n, **asked})
    unread = [f"{(called or {}).get(name, name)}={given(asked[name])}" for name in asked if name in DEFAULTS[Masks]]
    if unread:
        limit = ", n_max limits the masks" if called is None else ""
        raise ValueError(
            f"a tolerance stops by itself and has its own unbiased method, got {', '.join(unread)}; leave it out{limit}"
        )
    return Until(tolerance, **asked)


def budget_of(tolerance: float | None, options: Mapping[str, Any], fixed_n: int = FIXED_N) -> Budget:
    """`chosen_budget` from all options of a function, those at their defaults counting as not given.

    >>> budget_of(None, {"n": 5000, "level": 0.95}, fixed_n=5000).n
    5000
    """
    known = DEFAULTS[Masks] | DEFAULTS[Until] | {"n": fixed_n}
    asked = {name: value for name, value in options.items() if not np.array_equal(value, known[name])}
    return chosen_budget(tolerance, asked, fixed_n=fixed_n)


DEFAULTS: dict[type, dict[str, Any]] = {
    kind: {one.name: one.default for one in fields(kind) if one.default is not MISSING} for kind in (Masks, Until)
}
"""The options of each budget with their defaults."""
