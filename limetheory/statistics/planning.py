"""Sample sizes for a half-width: by thm:clt, from a pilot or for the worst case, and by thm:bound."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from limetheory.arguments import accepted_error, choice, flag, real
from limetheory.counts import MOST, at_most
from limetheory.designs import Design
from limetheory.designs.base import checked_design
from limetheory.explanation import Explanation
from limetheory.explanation.result import checked_explanation
from limetheory.statistics.bound import LARGEST, Bound

METHODS = ("clt", "unbiased", "wls")


@dataclass(frozen=True)
class Requirement:
    """A number of masks, ∞ if above 1e300, and the assumptions it rests on."""

    n: float
    assumes: str


@dataclass(frozen=True)
class Plan:
    """The number of masks by each of three methods; None where the bounds on F that it needs are not given.

    Attributes:
        d, half_width, level: what was asked.
        method: the method of `n`, one of the three below.
        clt: weighted least squares by the central limit theorem, which holds as n grows (thm:clt).
        unbiased: a guarantee at this n for the mean of `Design.influence` of F − c, all coefficients at once.
        wls: a guarantee at this n for weighted least squares, all coefficients at once (thm:bound).
        random: whether F is random, so that each mask is to be drawn again and again.
    """

    d: int
    half_width: float
    level: float
    method: str
    clt: Requirement
    unbiased: Requirement | None
    wls: Requirement | None
    random: bool = False

    @property
    def everything(self) -> float:
        """2^d, the number of all masks, which give the limit exactly; ∞ for a random F, of which none is ever known."""
        return math.inf if self.random else 1 << self.d

    @property
    def n(self) -> int:
        """The number by the chosen method, or 2^d where it is cheaper to evaluate every mask."""
        needed = {"clt": self.clt, "unbiased": self.unbiased, "wls": self.wls}[self.method]
        if needed is None:
            raise ValueError(f"method {self.method!r} needs bounds on F, got none; add bounds=(lo, hi)")
        least = min(needed.n, self.everything)
        if least == math.inf:
            raise ValueError(f"half_width must need below 1e300 masks, got {self.half_width:g}; give a wider one")
        return int(least)

    @property
    def exhaustive(self) -> bool:
        """Whether the chosen method needs 2^d masks or more, so that all masks are to be evaluated."""
        return self.n == self.everything


def plan(
    design: Design,
    half_width: float,
    level: float = 0.95,
    *,
    pilot: Explanation | None = None,
    bounds: tuple[float, float] | None = None,
    spread: float | None = None,
    simultaneous: bool = False,
    method: str = "clt",
    random: bool = False,
) -> Plan:
    """The masks to draw so that each coefficient is within ± half_width of its limit at a level.

    By thm:clt n = (z √n_0 max_j se_j / half_width)² from the standard errors of a pilot of n_0 masks. Without
    one √n_0 se_j is that of a residual of size ``spread`` at every mask, or, without either, the largest that a set
    function with values in ``bounds`` can have. The two guarantees need ``bounds`` (`Bound`). An efficient design
    evaluates F(0) and F(1) besides.

    Args:
        design: the design to draw from; without a pilot an exchangeable one.
        half_width: above 0, in units of F, and below hi − lo.
        level: in (0, 1).
        pilot: an `Explanation` by ``method="wls"`` with masks drawn from this design one by one, without ridge, whose
            standard errors are finite.
        bounds: (lo, hi), between which F lies: (0, 1) for a probability.
        spread: a guess of the weighted root mean square of F − z̃ᵀβ; the guarantee of weighted least squares
            then holds if it is no larger.
        simultaneous: whether the level of the central limit theorem is for all coefficients at once (Bonferroni).
        method: "clt", "unbiased" or "wls", which `Plan.n` follows.
        random: whether F is random, as with a random replacement; that of a pilot is known.

    Raises:
        TypeError, ValueError: arguments out of range, or neither a pilot nor bounds.

    >>> import limetheory as lt
    >>> answer = plan(lt.ImageDesign(50), 0.05, 0.95, bounds=(0, 1))
    >>> answer.n, answer.unbiased.n, answer.wls.n
    (2043, 6597, 20748)
    """
    level = real("level", level, above=0, below=1, remedy="write 0.95 for 95 %")
    half_width = accepted_error("half_width", half_width)
    choice("method", method, METHODS)
    if pilot is not None:
        checked_explanation("pilot", pilot)
    if pilot is None and bounds is None:
        raise ValueError("a plan needs a pilot or bounds on F, got neither; for a probability add bounds=(0, 1)")
    checked_design(design)
    bound = _bound(design, half_width, bounds, spread)
    deviation, assumes = _deviation(design, pilot, bound)
    random = flag("random", random) or bool(getattr(pilot, "random", False))
    quantile = _quantile(level, design.d if flag("simultaneous", simultaneous) else 1)
    needed = _whole((quantile * deviation / half_width) ** 2, design.d + 1)
    return Plan(
        design.d, half_width, level, method, Requirement(needed, assumes), *_guarantees(bound, half_width, 1 - level),
        random,
    )  # fmt: skip


def _bound(design: Design, half_width: float, bounds: tuple[float, float] | None, spread: float | None) -> Bound | None:
    if bounds is None:
        return None
    found = Bound(design, bounds, spread)
    width = bounds[1] - bounds[0]
    real("half_width", half_width, below=width, remedy="it must be below the range of F to say anything")
    return found


def _deviation(design: Design, pilot: Explanation | None, bound: Bound | None) -> tuple[float, str]:
    """√n × the standard error of weighted least squares, and where it comes from."""
    if pilot is not None:
        source = f"standard errors of a pilot of {_masks(pilot)} masks"
        return _pilot_deviation(design, pilot), f"large n; {source}"
    assert bound is not None
    low, high = bound.bounds
    if bound.spread is not None:
        return bound.even_deviation, f"large n; a residual of about {bound.spread:g} at every mask"
    return bound.worst_deviation, f"large n; the worst F within [{low:g}, {high:g}]"


def _pilot_deviation(design: Design, pilot: Explanation) -> float:
    if pilot.d != design.d:
        raise ValueError(f"the pilot must have the design's d = {design.d}, got {pilot.d}; match them")
    if pilot.method not in (None, "wls"):
        raise ValueError(
            f"the pilot's standard errors must be those of weighted least squares, got {pilot.method!r}; "
            "explain with method='wls', sampling='design' and no ridge"
        )
    errors = np.asarray(pilot.standard_errors)
    if not np.isfinite(errors).all():
        raise ValueError(
            f"the pilot's standard errors must be finite, got {np.count_nonzero(~np.isfinite(errors))} that are not; "
            "draw more masks for it"
        )
    return math.sqrt(_masks(pilot)) * float(errors.max())


def _masks(pilot: Explanation) -> int:
    """The number of masks of a pilot; evaluations of an explanation of an image include checks of the model."""
    return at_most("the pilot's masks", int(getattr(pilot, "n_masks", pilot.n_evaluations)), MOST, "explain it anew")


def _quantile(level: float, comparisons: int) -> float:
    from scipy.special import ndtri

    return -float(ndtri((1 - level) / (2 * comparisons)))


def _guarantees(bound: Bound | None, half_width: float, eta: float) -> tuple[Requirement | None, Requirement | None]:
    if bound is None:
        return None, None
    low, high = bound.bounds
    premise = f"F within [{low:g}, {high:g}]"
    centre = "the line from F(0) to F(1)" if bound.design.efficient else f"{(low + high) / 2:g}"
    smooth = "" if bound.spread is None else f", a root mean square residual of at most {bound.spread:g}"
    return (
        Requirement(bound.unbiased_masks(half_width, eta), f"{premise}; the mean of design.influence of F − {centre}"),
        Requirement(bound.wls_masks(half_width, eta), premise + smooth),
    )


def _whole(n: float, fewest: int) -> float:
    return max(math.ceil(n), fewest) if n < LARGEST else math.inf
