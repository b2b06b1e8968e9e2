"""Sample sizes for a half-width: by thm:clt, from a pilot or for the worst case, and by thm:bound."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from limetheory.arguments import accepted_error, choice, flag, real
from limetheory.designs import Design
from limetheory.designs.base import checked_design
from limetheory.explanation import Explanation
from limetheory.explanation.result import checked_explanation
from limetheory.statistics.bound import Bound, least
from limetheory.statistics.pilots import SmallSampleErrors, effective_share, errors_from, is_exact, masks_of_pilot

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
        clt: weighted least squares by the central limit theorem (thm:clt), with Student's t and the degrees of freedom
            that few masks leave.
        unbiased: a guarantee at this n for the mean of `Design.influence` of F − c, all coefficients at once.
        wls: a guarantee at this n for weighted least squares, all coefficients at once (thm:bound).
        random: whether F is random, so that each mask is to be drawn again and again.
        exact: whether the pilot is the limit already, so that nothing more is needed: each number is then 0.
    """

    d: int
    half_width: float
    level: float
    method: str
    clt: Requirement
    unbiased: Requirement | None
    wls: Requirement | None
    random: bool = False
    exact: bool = False

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

    By thm:clt t σ_j / √(ρn − d − 1) ≤ half_width for each j, with the quantile t of Student's distribution and Kish's
    effective share ρ of the masks. A pilot of n_0 masks gives σ_j = se_j √(ρn_0 − d − 1), and t its degrees of freedom
    where they are fewer than ρn − d − 1 (Stein 1945). Without one σ_j is that of a residual of size ``spread`` at every
    mask, or, without either, the largest that a set function with values in ``bounds`` can have. The two guarantees
    need ``bounds`` (`Bound`). An efficient design evaluates F(0) and F(1) besides.

    Args:
        design: the design to draw from; without a pilot an exchangeable one.
        half_width: above 0, in units of F, and below hi − lo.
        level: in (0, 1).
        pilot: an `Explanation` by ``method="wls"`` with masks drawn from this design one by one, without ridge, whose
            standard errors are finite; or an explanation that is exact already.
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
    (2099, 6597, 20748)
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
    random = flag("random", random) or bool(getattr(pilot, "random", False))
    if pilot is not None and not random and _matching(design, pilot) and is_exact(pilot, design):
        return Plan(design.d, half_width, level, method, _EXACT, _EXACT, _EXACT, exact=True)
    errors, assumes = _errors(design, pilot, bound)
    tail = (1 - level) / (2 * (design.d if flag("simultaneous", simultaneous) else 1))
    needed = least(lambda n: errors.half_width(n, tail) <= half_width, errors.fewest)
    return Plan(
        design.d, half_width, level, method, Requirement(needed, assumes), *_guarantees(bound, half_width, 1 - level),
        random,
    )  # fmt: skip


_EXACT = Requirement(0, "the pilot is exact already")


def _bound(design: Design, half_width: float, bounds: tuple[float, float] | None, spread: float | None) -> Bound | None:
    if bounds is None:
        return None
    found = Bound(design, bounds, spread)
    width = bounds[1] - bounds[0]
    real("half_width", half_width, below=width, remedy="it must be below the range of F to say anything")
    return found


def _errors(design: Design, pilot: Explanation | None, bound: Bound | None) -> tuple[SmallSampleErrors, str]:
    """The standard errors of weighted least squares, and where they come from."""
    if pilot is not None:
        assumes = f"{_NORMAL}; standard errors of a pilot of {masks_of_pilot(pilot)} masks"
        return errors_from(pilot, design), assumes
    assert bound is not None
    low, high = bound.bounds
    if bound.spread is not None:
        return _known(design, bound.even_deviation), f"{_NORMAL}; a residual of about {bound.spread:g} at every mask"
    return _known(design, bound.worst_deviation), f"{_NORMAL}; the worst F within [{low:g}, {high:g}]"


_NORMAL = "errors are about normal"


def _known(design: Design, deviation: float) -> SmallSampleErrors:
    """Errors that are not estimated, from √n × the standard error for large n."""
    share = effective_share(design)
    return SmallSampleErrors(np.array([deviation * math.sqrt(share)]), share, design.d + 1)


def _matching(design: Design, pilot: Explanation) -> bool:
    if pilot.d != design.d:
        raise ValueError(f"the pilot must have the design's d = {design.d}, got {pilot.d}; match them")
    return True


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
