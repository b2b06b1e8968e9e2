"""thm:clt: the exact asymptotic standard deviation of weighted least squares."""

from __future__ import annotations

import numpy as np

from limetheory.arrays import PerSuperpixel
from limetheory.designs import Design
from limetheory.limits import SetFunction, all_masks, limit


def asymptotic_deviations(table: SetFunction, design: Design) -> PerSuperpixel:
    """√n × the standard error that each coefficient of `estimate(…, method="wls")` tends to, shape (d,).

    The root of the diagonal of Σ^{-1} E[π² r² z̃ z̃ᵀ] Σ^{-1}, r = F − z̃ᵀβ, by enumeration. F is noise-free, so
    an additive F gives zeros.

    >>> import limetheory as lt
    >>> asymptotic_deviations(lt.SetFunction([0, 0, 0, 1]), lt.BernoulliDesign(2)).round(12).tolist()
    [0.5, 0.5]
    """
    exact = limit(table, design)
    masks = all_masks(table.d)
    residual = table.values - exact.intercept - masks @ exact.coefficients
    density = design.density(masks)
    influence = design.influence(masks, residual)
    drawn = np.divide(design.probability(masks), density, out=np.zeros(len(masks)), where=density > 0)
    return np.sqrt(drawn @ influence**2)
