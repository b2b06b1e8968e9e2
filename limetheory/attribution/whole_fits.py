"""Least squares over all masks of a law, also where a part is hardly ever shown or hardly ever hidden."""

from __future__ import annotations

import numpy as np

from limetheory.arrays import Masks, PerMask, PerSuperpixel
from limetheory.designs.base import SMALLEST_MOMENT, DegenerateDesignError

_ROUNDING = 1e-13  # the least eigenvalue of correlations that is not 0 by rounding; a convention


def with_intercept(masks: Masks, mass: PerMask, values: PerMask, ridge: float) -> tuple[PerSuperpixel, float]:
    """The minimiser (β, β_0) of Σ m (F − β_0 − zᵀβ)² + ridge × Σ β_j².

    Deviations from the means have full relative precision and unit variance, so that a part with P(z_j = 1) = 1e-30
    has as many digits as one with 1/2.

    Raises:
        DegenerateDesignError: without a ridge, where the masks do not determine the slopes.
    """
    total = float(mass.sum())
    share = mass / total
    keep, drop, mean = share @ masks, share @ ~masks, float(share @ values)
    variances = keep * drop
    _require_moments(variances, ridge)
    scales = np.sqrt(np.where(variances >= SMALLEST_MOMENT, variances, 1.0))
    rows = np.where(masks, drop, -keep) / scales
    moments, target = (share * rows.T) @ rows, (share * rows.T) @ (values - mean)
    if ridge:
        moments += np.diag(ridge / total / scales**2)
    slopes = _solved(moments, target[:, None])[:, 0] / scales
    return slopes, mean - float(keep @ slopes)


def with_ends(masks: Masks, mass: PerMask, values: PerMask, ends: tuple[float, float]) -> PerSuperpixel:
    """The minimiser of Σ m (F − F(0) − zᵀβ)² under Σ β_j = F(1) − F(0), in that of its forms that loses fewest digits.

    Raises:
        DegenerateDesignError: the masks do not determine the coefficients.
    """
    share = mass / mass.sum()
    shown = np.ones(masks.shape[1], bool)
    fits = [_ConstrainedFit(masks, share, values, ends, form) for form in (~shown, shown, share @ masks > 0.5)]
    return max(fits, key=lambda fit: fit.least).slopes()


class _ConstrainedFit:
    """The fit where the column of each part of a set S is 1 − z_j in place of z_j.

    So all columns are seldom 1 where parts hardly vary. With t = Σ_{j ∈ S} β_j, zᵀβ = t + Σ_{j ∉ S} z_j β_j −
    Σ_{j ∈ S} (1 − z_j) β_j, and the condition is t + Σ_{j ∉ S} β_j = F(1) − F(0). Of all parts, or of none, t is known.
    """

    def __init__(self, masks: Masks, share: PerMask, values: PerMask, ends: tuple[float, float], hidden: np.ndarray):
        self.d, rise = len(hidden), ends[1] - ends[0]
        columns, targets = np.where(hidden, -1.0 * ~masks, masks), values - ends[0]
        self.conditions, self.wanted = np.ones((1, self.d)), np.array([rise])
        if hidden.all():
            targets = targets - rise
        elif hidden.any():
            columns = np.column_stack([columns, np.ones(len(columns))])
            self.conditions = np.array([np.append(~hidden, 1.0), np.append(hidden, -1.0)])
            self.wanted = np.array([rise, 0.0])
        squares = share @ columns**2
        self.scales = np.sqrt(np.where(squares >= SMALLEST_MOMENT, squares, np.inf))
        columns /= self.scales
        self.moments, self.target = (share * columns.T) @ columns, (share * columns.T) @ targets
        self.least = float(np.linalg.eigvalsh(self.moments)[0])

    def slopes(self) -> PerSuperpixel:
        """β, from the fit without the condition and what it costs to meet it."""
        conditions = self.conditions / self.scales
        found = _solved(self.moments, np.column_stack([self.target, conditions.T]))
        free, moves = found[:, 0], found[:, 1:]
        prices = np.linalg.solve(conditions @ moves, conditions @ free - self.wanted)
        slopes: PerSuperpixel = ((free - moves @ prices) / self.scales)[: self.d]
        return slopes


def _solved(moments: np.ndarray, targets: np.ndarray) -> np.ndarray:
    unit = np.sqrt(np.diag(moments))
    if not (unit > 0).all() or not np.linalg.eigvalsh(moments / np.outer(unit, unit))[0] > _ROUNDING:
        raise DegenerateDesignError(
            "a design must tell the parts apart, got masks that leave some coefficients open; choose another design "
            f"such as BernoulliDesign({len(moments)})"
        )
    solved: np.ndarray = np.linalg.solve(moments, targets)
    return solved


def _require_moments(moments: PerSuperpixel, ridge: float) -> None:
    if not ridge and not moments.min() >= SMALLEST_MOMENT:
        raise DegenerateDesignError(
            f"each part must vary by {SMALLEST_MOMENT:.0e} at least, got {moments.min():.0e} for part "
            f"{moments.argmin()}; move its probability away from 0 and 1"
        )
