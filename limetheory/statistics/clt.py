"""thm:clt: the exact asymptotic covariance of weighted least squares."""

from __future__ import annotations

from functools import singledispatch
from typing import Any

import numpy as np

from limetheory.arrays import Gram, PerSuperpixel
from limetheory.designs import Design
from limetheory.limits import SetFunction, all_masks, limit, tabulate

_BLOCK = 1 << 12


@singledispatch
def asymptotic_covariance(model: Any, design: Design) -> Gram:
    """n × the covariance that `estimate(…, method="wls")` tends to as n grows, shape (d, d).

    The slopes' part of Σ^{-1} E[π² r² z̃ z̃ᵀ] Σ^{-1}, r = F − z̃ᵀβ (thm:clt). F is noise-free, so an additive F has
    covariance zero. Sums of leaves under an exchangeable design have a closed form (cor:leaf-covariance); any other
    function is enumerated.

    Args:
        model: a set function: `Leaf`, `LeafSum`, `Multilinear`, `Additive`, or a callable (n, d) bool → (n,), d ≤ 24.
        design: the design, with as many superpixels as the model.

    Raises:
        DegenerateDesignError: the design's mass cannot tell the superpixels apart.
        ValueError: model and design disagree on d, or d is too large to enumerate.

    >>> import limetheory as lt
    >>> asymptotic_covariance(lt.SetFunction([0, 0, 0, 1]), lt.BernoulliDesign(2)).round(12).tolist()
    [[0.25, 0.0], [0.0, 0.25]]
    """
    return enumerated(tabulate(model, design.d), design)


def asymptotic_deviations(model: Any, design: Design) -> PerSuperpixel:
    """√n × the standard error that each coefficient of `estimate(…, method="wls")` tends to, shape (d,).

    The root of the diagonal of `asymptotic_covariance`.

    >>> import limetheory as lt
    >>> asymptotic_deviations(lt.SetFunction([0, 0, 0, 1]), lt.BernoulliDesign(2)).round(12).tolist()
    [0.5, 0.5]
    """
    return np.sqrt(np.diag(asymptotic_covariance(model, design)))


@asymptotic_covariance.register(SetFunction)
def enumerated(table: SetFunction, design: Design) -> Gram:
    """The covariance by one pass over all 2^d masks (prop:enumeration)."""
    exact, covariance = limit(table, design), np.zeros((design.d, design.d))
    for start in range(0, 1 << table.d, _BLOCK):
        masks = all_masks(table.d, start, min(start + _BLOCK, 1 << table.d))
        residual = table(masks) - exact.intercept - masks @ exact.coefficients
        density = design.density(masks)
        drawn = np.divide(design.probability(masks), density, out=np.zeros(len(masks)), where=density > 0)
        influence = design.influence(masks, residual)
        covariance += influence.T @ (drawn[:, None] * influence)
    return covariance
