"""prop:linear: additive set functions are their own limit, under every design."""

from __future__ import annotations

from typing import Any

import numpy as np

from limetheory.arguments import mask_rows, real, vector
from limetheory.arrays import PerMask
from limetheory.designs import Design
from limetheory.limits.population import Population, population
from limetheory.limits.restriction import restricted


class Additive:
    """F(z) = intercept + Σ_j weights_j z_j.

    Args:
        weights: shape (d,), d ≥ 1.
        intercept: F on the empty mask.

    >>> import limetheory as lt
    >>> lt.limit(lt.Additive([2.0, -1.0], intercept=0.5), lt.ImageDesign(2)).coefficients.tolist()
    [2.0, -1.0]
    """

    def __init__(self, weights: Any, intercept: float = 0.0):
        self.weights = vector("weights", weights)
        if not len(self.weights):
            raise ValueError("weights must have at least one entry, got none")
        self.intercept = real("intercept", intercept)

    @property
    def d(self) -> int:
        """Number of superpixels."""
        return len(self.weights)

    def __call__(self, masks: Any) -> PerMask:
        """F on each mask: (n, d) bool → (n,)."""
        return self.intercept + mask_rows(masks, self.d) @ self.weights


@population.register
def _(model: Additive, design: Design) -> Population:
    mean = model.intercept + model.weights @ design.marginals
    return Population(model.weights.copy(), float(mean), model.intercept)


@restricted.register
def _(model: Additive, j: int, active: bool) -> Additive:
    return Additive(np.delete(model.weights, j), model.intercept + active * model.weights[j])
