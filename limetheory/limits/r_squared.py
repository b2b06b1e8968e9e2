"""How much of a set function its limit explains (thm:limit)."""

from __future__ import annotations

from typing import Any

import numpy as np

from limetheory.arrays import PerMask
from limetheory.designs import Design
from limetheory.evaluation import superpixel_count
from limetheory.explanation import Explanation
from limetheory.limits.enumeration import all_masks
from limetheory.limits.population import determined, limit
from limetheory.limits.spectrum import table

_BLOCK = 1 << 12  # masks whose probability is computed at a time; a convention that affects memory and time only


def r_squared(F: Any, design: Design, ridge: float = 0.0) -> float:
    """R² of the limit's surrogate: the share of the variance of F under the design that the linear surrogate explains.

    1 − E[π (F − β_0 − Σ β_j z_j)²] / E[π (F − E_μ F)²] with the limit's β (thm:limit). Without a ridge it is the share
    of F's functions of order 1 in the weighted variance of F: the share of the Walsh energy at order 1,
    ``order_spectrum(F).share[1]``, under ``BernoulliDesign(d)``, and of the biased Walsh energy under every product
    design. It is 1 for an additive F, and for an F that is constant over the masks of the design. Under an efficient
    design, whose surrogate must meet F(0) and F(1), it can be negative.

    Args:
        F: a set function of d superpixels, see `limit`; it is evaluated on all 2^d masks, so d ≤ 20.
        design: the design, with as many superpixels.
        ridge: population penalty λ ≥ 0, see `limit`.

    Raises:
        ValueError: d is above 20, or F and the design disagree on d.
        DegenerateDesignError: as `limit`.

    >>> import limetheory as lt
    >>> F = lt.Multilinear(3, {(0,): 1.0, (0, 1): 2.0})
    >>> round(r_squared(F, lt.BernoulliDesign(3)), 6), round(float(lt.order_spectrum(F).share[1]), 6)
    (0.833333, 0.833333)
    >>> round(r_squared(F, lt.ImageDesign(3)), 6)
    0.915079
    """
    determined(design, ridge)
    superpixel_count(F, design.d)
    function = table(F, design.d)
    masses = _masses(design)
    values = function.values - function.values[0]
    if not np.ptp(values[masses > 0]):
        return 1.0
    left = values - _line(limit(function, design, ridge)) + function.values[0]
    return float(1 - masses @ left**2 / (masses @ (values - masses @ values) ** 2))


def _masses(design: Design) -> PerMask:
    """μ of all 2^d masks, in the order of `SetFunction`."""
    starts = range(0, 1 << design.d, _BLOCK)
    blocks = [design.probability(all_masks(design.d, start, min(start + _BLOCK, 1 << design.d))) for start in starts]
    masses: PerMask = np.concatenate(blocks)
    return masses


def _line(answer: Explanation) -> PerMask:
    """β_0 + Σ β_j z_j on all 2^d masks, in the order of `SetFunction`."""
    values = np.array([answer.intercept])
    for coefficient in answer.coefficients:
        values = np.concatenate([values, values + coefficient])
    return values
