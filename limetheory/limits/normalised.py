"""prop:normalised: a weighted count over a power of another, such as a linear model on normalised TF-IDF."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from limetheory.arguments import mask_rows, real, vector
from limetheory.arrays import PerMask
from limetheory.designs import Design
from limetheory.limits.additive import Additive
from limetheory.limits.factor import FactorSum
from limetheory.limits.population import Population, population
from limetheory.limits.restriction import restricted
from limetheory.limits.weighted_sum import WeightedSum

_STEP = 0.28
"""Of the trapezoidal rule, whose relative error is 2 |Γ(p + 2πi/step)| / Γ(p): 2e-15 for p = 1/2, 1e-14 for p = 1."""
_ROUNDING = 1e-17
_NEGLIGIBLE = 40.0
"""e^{−40} is 4e-18."""
_BLOCK = 1 << 21
"""Factors that are held at once, 32 MiB of them."""


class NormalisedSum:
    """F(z) = intercept + Σ_j weights_j z_j / (Σ_j sizes_j z_j)^power, the quotient 0/0 being 0.

    With power 1/2, sizes_j = a_j² and weights_j = w_j a_j it is a linear model on a vector a ∘ z that is divided by its
    Euclidean norm, as TF-IDF is (Mardaoui & Garreau 2021); with power 1 and sizes a_j, by its sum. Since
    s^{−p} = ∫ t^{p−1} e^{−ts} dt / Γ(p), it is an integral of products of factors over t, each of which has a closed
    form (prop:factor). The trapezoidal rule in log t gives that integral to rounding, with some 170 nodes. The limit
    takes O(nodes · d³) operations.

    Args:
        weights: shape (d,), 0 where the size is 0.
        sizes: at least 0, shape (d,).
        power: p in (0, 1].
        intercept: a constant.

    >>> import limetheory as lt
    >>> F = NormalisedSum([3.0, 4.0], [9.0, 16.0])
    >>> F(lt.all_masks(2)).tolist()
    [0.0, 1.0, 1.0, 1.4]
    >>> lt.limit(F, lt.BernoulliDesign(2)).coefficients.round(12).tolist()
    [0.7, 0.7]
    """

    def __init__(self, weights: Any, sizes: Any, power: float = 0.5, intercept: float = 0.0):
        self.weights, self.sizes = vector("weights", weights), vector("sizes", sizes)
        if self.weights.shape != self.sizes.shape or not self.weights.size:
            raise ValueError(
                f"weights and sizes must have one length of at least 1, got {len(self.weights)} and {len(self.sizes)}"
            )
        wrong = np.flatnonzero((self.sizes < 0) | ((self.sizes == 0) & (self.weights != 0)))
        if len(wrong):
            raise ValueError(
                f"sizes must be at least 0, and above 0 where the weight is not 0, got {self.sizes[wrong[0]]:g} for "
                f"part {wrong[0]} of weight {self.weights[wrong[0]]:g}; check the sizes"
            )
        self.power = real("power", power, above=0, at_most=1)
        self.intercept = real("intercept", intercept)

    @property
    def d(self) -> int:
        """Number of parts."""
        return len(self.weights)

    def __call__(self, masks: Any) -> PerMask:
        """F on each mask: (n, d) bool → (n,)."""
        shown = mask_rows(masks, self.d).astype(float)
        total = shown @ self.sizes
        divisor = np.where(total > 0, total, 1.0) ** self.power
        return np.asarray(self.intercept + shown @ self.weights / divisor)

    def factor_sums(self) -> Iterator[FactorSum]:
        """The quadrature as sums of products, block after block: e^{−t sizes_k} for every part, and one part shown."""
        parts = np.flatnonzero(self.weights)
        if not len(parts):
            return
        nodes, weights = quadrature(self.power, self.sizes[parts].min(), self.sizes.sum())
        size = max(1, _BLOCK // (self.d * len(parts)))
        for start in range(0, len(nodes), size):
            shrunk = np.exp(-np.outer(nodes[start : start + size], self.sizes))
            on = np.repeat(shrunk, len(parts), axis=0)
            off = np.ones_like(on)
            off[np.arange(len(off)), np.tile(parts, len(shrunk))] = 0.0
            yield FactorSum(on, off, np.outer(weights[start : start + size], self.weights[parts]).ravel())


def quadrature(power: float, least: float, most: float) -> tuple[np.ndarray, np.ndarray]:
    """Nodes t_q ≥ 0 and weights c_q > 0 with s^{−power} = Σ_q c_q e^{−t_q s} to rounding for s in [least, most].

    The trapezoidal rule for ∫ e^{px − s e^x} dx, t = e^x. To the left of the nodes e^{−ts} is 1 to rounding, so that
    the rest of the rule is a geometric series: one node t = 0.

    >>> nodes, weights = quadrature(0.5, 1.0, 100.0)
    >>> s = np.array([1.0, 7.0, 100.0])
    >>> bool(np.abs(np.exp(-np.outer(s, nodes)) @ weights * np.sqrt(s) - 1).max() < 1e-14)
    True
    """
    left, right = math.log(_ROUNDING / most), math.log(_NEGLIGIBLE / least)
    x = left + _STEP * np.arange(math.ceil((right - left) / _STEP) + 1)
    weights = _STEP * np.exp(power * x)
    rest = weights[0] / math.expm1(power * _STEP)
    return np.append(0.0, np.exp(x)), np.append(rest, weights) / math.gamma(power)


@population.register
def _(model: NormalisedSum, design: Design) -> Population:
    found = [population(part, design) for part in model.factor_sums()]
    return Population(
        np.sum([np.zeros(model.d), *(one.coefficients for one in found)], axis=0),
        model.intercept + sum(one.mean for one in found),
        model.intercept,
    )


@restricted.register
def _(model: NormalisedSum, j: int, active: bool) -> WeightedSum:
    nothing = Additive(np.zeros(model.d - 1))
    parts = [restricted(part, j, active) for part in model.factor_sums()]
    return WeightedSum([nothing, *parts], intercept=model.intercept)
