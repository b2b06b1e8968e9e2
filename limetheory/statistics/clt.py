"""thm:clt: the exact asymptotic covariance of weighted least squares."""

from __future__ import annotations

from functools import singledispatch
from typing import Any

import numpy as np

from limetheory.arrays import Gram, Masks, PerMask, PerSuperpixel
from limetheory.designs import DegenerateDesignError, Design
from limetheory.designs.base import checked_design
from limetheory.explanation import Explanation
from limetheory.limits import SetFunction, all_masks, limit, tabulate

_BLOCK = 1 << 12  # masks that are handled at once; a convention for memory and time
_LARGEST_INFLUENCE = 1e150  # its square is a float


def asymptotic_covariance(model: Any, design: Design) -> Gram:
    """n × the covariance that `estimate(…, method="wls")` tends to as n grows, shape (d, d).

    The slopes' part of Σ^{-1} E[π² r² z̃ z̃ᵀ] Σ^{-1}, r = F − z̃ᵀβ (thm:clt). F is noise-free, so an additive F has
    covariance zero. Sums of leaves under an exchangeable design have a closed form (cor:leaf-covariance); any other
    function is enumerated.

    Args:
        model: a set function: `Leaf`, `LeafSum`, `Multilinear`, `Additive`, or a callable (n, d) bool → (n,), d ≤ 24.
        design: the design, with as many superpixels as the model.

    Raises:
        DegenerateDesignError: the design does not identify the coefficients, or not within float64's range.
        ValueError: model and design disagree on d, or d is too large to enumerate.

    >>> import limetheory as lt
    >>> asymptotic_covariance(lt.SetFunction([0, 0, 0, 1]), lt.BernoulliDesign(2)).round(12).tolist()
    [[0.25, 0.0], [0.0, 0.25]]
    """
    return covariance_of(model, checked_design(design))


@singledispatch
def covariance_of(model: Any, design: Design) -> Gram:
    """`asymptotic_covariance` by class of set function; each closed form registers itself in its own file."""
    return enumerated(tabulate(model, design.d), design)


def asymptotic_deviations(model: Any, design: Design) -> PerSuperpixel:
    """√n × the standard error that each coefficient of `estimate(…, method="wls")` tends to, shape (d,).

    The root of the diagonal of `asymptotic_covariance`.

    >>> import limetheory as lt
    >>> asymptotic_deviations(lt.SetFunction([0, 0, 0, 1]), lt.BernoulliDesign(2)).round(12).tolist()
    [0.5, 0.5]
    """
    return np.sqrt(np.diag(asymptotic_covariance(model, design)))


@covariance_of.register(SetFunction)
def enumerated(table: SetFunction, design: Design) -> Gram:
    """The covariance by one pass over all 2^d masks (prop:enumeration)."""
    exact, covariance = limit(table, design), np.zeros((design.d, design.d))
    for start in range(0, 1 << table.d, _BLOCK):
        masks = all_masks(table.d, start, min(start + _BLOCK, 1 << table.d))
        masks = masks[design.probability(masks) > 0]
        if not len(masks):
            continue
        influence = design.influence(masks, np.ones(len(masks)))
        require_squares(np.abs(influence).max(), design)
        influence *= residuals(table(masks), masks, exact)[:, None]
        law = design.probability(masks) / design.density(masks)
        covariance += influence.T @ (law[:, None] * influence)
    return covariance


def residuals(values: PerMask, masks: Masks, exact: Explanation) -> PerMask:
    """F − β_0 − zᵀβ of each mask, 0 where its size is within the rounding error of this sum: (n,)."""
    found = values - exact.intercept - masks @ exact.coefficients
    terms = np.abs(values) + abs(exact.intercept) + np.abs(exact.coefficients).sum()
    return np.where(np.abs(found) > 4 * (len(exact.coefficients) + 2) * np.finfo(float).eps * terms, found, 0.0)


def require_squares(influence: float, design: Design) -> None:
    """Refuse a design where the squared influence of a mask on a coefficient leaves float64's range."""
    if not influence < _LARGEST_INFLUENCE:
        raise DegenerateDesignError(
            f"the influence of a mask on a coefficient must be below {_LARGEST_INFLUENCE:.0e}, got "
            f"{influence:.0e} for {design!r}; {design.wider}"
        )
