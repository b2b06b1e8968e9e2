"""thm:limit is linear in F: a weighted sum of set functions has the weighted sum of their limits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from limetheory.arguments import integer, mask_rows, real, several, vector
from limetheory.arrays import PerMask
from limetheory.designs import Design
from limetheory.evaluation import is_random
from limetheory.limits.leaf import Leaf
from limetheory.limits.leaf_sum import LeafSum
from limetheory.limits.population import Population, population
from limetheory.limits.restriction import restricted


class WeightedSum:
    """F(z) = intercept + Σ_i weights_i F_i(z); its limit is exact if that of each F_i is.

    Args:
        models: set functions F_i that state one number of superpixels d; at least one.
        weights: shape (number of models,); none means 1 for each.
        intercept: a constant.

    >>> import limetheory as lt
    >>> F = WeightedSum([lt.Leaf(2, on=(0,)), lt.Additive([1.0, 1.0])], [2.0, -1.0])
    >>> lt.limit(F, lt.ImageDesign(2)).coefficients.round(12).tolist()
    [1.0, -1.0]
    """

    def __init__(self, models: Sequence[Any], weights: Any = None, intercept: float = 0.0):
        self.models = several("models", models, "set functions")
        self.d = _common_d(self.models)
        self.weights = np.ones(len(self.models)) if weights is None else vector("weights", weights)
        if len(self.weights) != len(self.models):
            raise ValueError(f"weights must have {len(self.models)} entries, one a model, got {len(self.weights)}")
        self.intercept = real("intercept", intercept)

    @property
    def random(self) -> bool:
        """Whether one of the models is random, see `limetheory.evaluation.is_random`."""
        return any(map(is_random, self.models))

    def __call__(self, masks: Any) -> PerMask:
        """F on each mask: (n, d) bool → (n,)."""
        masks = mask_rows(masks, self.d)
        total = np.full(len(masks), self.intercept)
        for weight, model in zip(self.weights, self.models, strict=True):
            total += weight * model(masks)
        return total


def _common_d(models: list[Any]) -> int:
    if not models:
        raise ValueError("models must have at least one set function, got none")
    silent = [model for model in models if not hasattr(model, "d")]
    if silent:
        raise TypeError(
            f"each model must state its d, got {type(silent[0]).__name__}; "
            "tabulate(function, d) does for a plain function"
        )
    stated = sorted({integer("d of each model", model.d, 1) for model in models})
    if len(stated) > 1:
        raise ValueError(f"models must have the same d, got {stated}")
    return stated[0]


@population.register
def _(model: WeightedSum, design: Design) -> Population:
    solutions = [(weight, population(part, design)) for weight, part in _parts(model)]
    return Population(
        np.sum([np.zeros(model.d), *(weight * s.coefficients for weight, s in solutions)], axis=0),
        model.intercept + sum(weight * s.mean for weight, s in solutions),
        model.intercept + sum(weight * s.empty for weight, s in solutions),
        sum(s.n_evaluations for _, s in solutions),
    )


def _parts(model: WeightedSum) -> list[tuple[float, Any]]:
    """The weighted models, with all leaves in one `LeafSum`."""
    parts = list(zip(model.weights.tolist(), model.models, strict=True))
    leaves = [Leaf(m.d, m.on, m.off, weight * m.value) for weight, m in parts if isinstance(m, Leaf)]
    gathered = [(1.0, LeafSum(model.d, leaves))] if any(leaf.value for leaf in leaves) else []
    return [*gathered, *((weight, m) for weight, m in parts if not isinstance(m, Leaf))]


@restricted.register
def _(model: WeightedSum, j: int, active: bool) -> WeightedSum:
    return WeightedSum([restricted(part, j, active) for part in model.models], model.weights, model.intercept)
