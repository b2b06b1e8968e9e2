"""What a pilot says of the errors of weighted least squares at another number of masks (thm:clt)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import singledispatch

import numpy as np

from limetheory.arrays import PerSuperpixel
from limetheory.counts import MOST, at_most
from limetheory.designs import Design, ExchangeableDesign
from limetheory.designs.binomial import log_sum_exp
from limetheory.explanation import Explanation
from limetheory.statistics.bound import LARGEST

_ROUNDING = 1e-6  # differences of numbers of masks that are not one mask; a convention
_MASKS = 4096  # from which the effective share of other designs is estimated, with the seed 0; a convention


@dataclass(frozen=True, eq=False)
class SmallSampleErrors:
    """Standard errors of weighted least squares with n masks, n not being large beside d.

    The fit takes one degree of freedom for each of its d + 1 parameters, so that the variance is σ² / (ρ n − d − 1),
    with Kish's effective share ρ of the masks, and an interval has as many degrees of freedom.

    Args:
        deviations: σ of each coefficient, or the largest of all, (d,) or (1,).
        share: ρ, in (0, 1].
        parameters: d + 1.
        freedom: degrees of freedom that σ is known with, ∞ where it is not an estimate; as the deviations, or one.
    """

    deviations: np.ndarray
    share: float
    parameters: int
    freedom: float | np.ndarray = math.inf

    @property
    def fewest(self) -> int:
        """The fewest masks that leave one degree of freedom, or so many as count for infinitely many."""
        most = self.share * LARGEST < self.parameters + 1
        return int(2 * LARGEST) if most else math.ceil((self.parameters + 1) / self.share - _ROUNDING)

    def half_width(self, n: float, tail: float) -> float:
        """The half-width of the widest interval with n masks, exceeded on either side with probability ``tail``.

        If σ is from a pilot, Student's t has at most the pilot's degrees of freedom: with the number of masks that this
        asks for, an error exceeds the half-width as rarely as stated, pilot and masks being random (Stein 1945).
        """
        from scipy.special import stdtrit

        left = self.share * n - self.parameters
        if left <= 0:
            return math.inf
        quantiles = -stdtrit(np.minimum(self.freedom, left), tail)
        return float((quantiles * self.deviations).max() / math.sqrt(left))


@singledispatch
def effective_share(design: Design) -> float:
    """Kish's effective number of the masks of a design, as a share of their number: E[π]² / E[π²].

    Of a design whose masks are not exchangeable it is that of 4,096 masks.

    >>> from limetheory.designs import BernoulliDesign, ImageDesign
    >>> round(effective_share(BernoulliDesign(50)), 3), round(effective_share(ImageDesign(50)), 3)
    (1.0, 0.951)
    """
    weights = design.weight(design.sample(_MASKS, np.random.default_rng(0)))
    relative = weights / weights.max()
    return float(relative.mean() ** 2 / (relative**2).mean())


@effective_share.register
def _(design: ExchangeableDesign) -> float:
    return float(np.exp(2 * log_sum_exp(design.log_mass) - log_sum_exp(design.log_mass + design.log_weight)))


def errors_from(pilot: Explanation, design: Design) -> SmallSampleErrors:
    """What the standard errors of a pilot say.

    Raises:
        ValueError: they are not those of weighted least squares, not finite, or all 0.
    """
    errors, masks = _standard_errors(pilot), masks_of_pilot(pilot)
    share, parameters = effective_share(design), design.d + 1
    left = max(share * masks - parameters, 1.0)
    freedom = np.minimum(pilot.degrees_of_freedom, left)
    return SmallSampleErrors(errors * math.sqrt(left), share, parameters, freedom)


def is_exact(pilot: Explanation, design: Design) -> bool:
    """Whether a pilot is the limit already: in closed form, or without errors from no fewer masks than there are."""
    stop = pilot.stopping
    if pilot.method == "limit" or (stop is not None and stop.sequence is None):
        return True
    sure = not np.any(pilot.standard_errors) and "ridge" not in (pilot.method or "")
    return sure and masks_of_pilot(pilot) >= (1 - _ROUNDING) * design.support_size


def masks_of_pilot(pilot: Explanation) -> int:
    """The number of masks of a pilot; evaluations of an explanation of an image include checks of the model."""
    return at_most("the pilot's masks", int(getattr(pilot, "n_masks", pilot.n_evaluations)), MOST, "explain it anew")


def _standard_errors(pilot: Explanation) -> PerSuperpixel:
    if pilot.method not in (None, "wls"):
        raise ValueError(
            f"the pilot's standard errors must be those of weighted least squares, got {pilot.method!r}; "
            "explain with method='wls', sampling='design' and no ridge"
        )
    errors = np.asarray(pilot.standard_errors, float)
    if not np.isfinite(errors).all():
        raise ValueError(
            f"the pilot's standard errors must be finite, got {np.count_nonzero(~np.isfinite(errors))} that are not; "
            "draw more masks for it"
        )
    if not errors.any():
        raise ValueError(
            f"the pilot's standard errors must not all be 0 before all 2^{pilot.d} masks are evaluated, got 0 after "
            f"{masks_of_pilot(pilot)} that change nothing; explain with another replacement"
        )
    return errors
