"""prop:multilinear: polynomials in the superpixels, a sum of leaves without off superpixels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, TypeVar

import numpy as np

from limetheory.arguments import integer, real
from limetheory.arrays import PerMask
from limetheory.designs import Design
from limetheory.given import given
from limetheory.limits.additive import Additive
from limetheory.limits.leaf import Leaf, superpixels
from limetheory.limits.leaf_sum import LeafSum
from limetheory.limits.population import Population, population
from limetheory.limits.restriction import restricted
from limetheory.limits.weighted_sum import WeightedSum

Members = TypeVar("Members", bound=Iterable[int])
"""A set of superpixels, any iterable that can be a key."""


class Multilinear:
    """F(z) = Σ_T a_T Π_{j∈T} z_j, a sum over sets T of superpixels; T = ∅ is the constant.

    Its limit takes O(d) operations a term and an order |T|; terms of order 0 and 1 are exact.

    Args:
        d: number of superpixels, at least 1.
        terms: a_T by T, a set of indices 0..d−1 (repetitions do not count); equal sets add up.

    >>> import limetheory as lt
    >>> F = Multilinear(3, {frozenset(): 1.0, frozenset({0, 2}): 2.0})
    >>> F(lt.all_masks(3)).tolist()
    [1.0, 1.0, 1.0, 1.0, 1.0, 3.0, 1.0, 3.0]
    >>> lt.limit(F, lt.BernoulliDesign(3)).coefficients.round(12).tolist()
    [1.0, 0.0, 1.0]
    """

    def __init__(self, d: int, terms: Mapping[Members, float]):
        self.d = integer("d", d, 1)
        if not isinstance(terms, Mapping):
            raise TypeError(f"terms must map sets of superpixels to numbers, got {type(terms).__name__}")
        self.terms: dict[frozenset[int], float] = {}
        for members, value in terms.items():
            key = frozenset(superpixels("a key of terms", _set(members), self.d))
            self.terms[key] = self.terms.get(key, 0.0) + real(f"the coefficient of {sorted(key)}", value)

    def __call__(self, masks: Any) -> PerMask:
        """F on each mask: (n, d) bool → (n,)."""
        return self.additive(masks) + self.interactions(masks)

    @cached_property
    def additive(self) -> Additive:
        """The terms of order 0 and 1."""
        weights = [self.terms.get(frozenset({j}), 0.0) for j in range(self.d)]
        return Additive(weights, self.terms.get(frozenset(), 0.0))

    @cached_property
    def interactions(self) -> LeafSum:
        """The terms of order 2 and more."""
        higher = ((members, value) for members, value in self.terms.items() if len(members) > 1)
        return LeafSum(self.d, [Leaf(self.d, on=members, value=value) for members, value in higher])


def _set(members: Iterable[int]) -> Iterable[int]:
    if not isinstance(members, Iterable) or isinstance(members, str):
        raise TypeError(
            f"each key of terms must be a set of superpixels such as frozenset({{0, 3}}), got {given(members)}"
        )
    return members


@population.register
def _(model: Multilinear, design: Design) -> Population:
    additive = population(model.additive, design)
    if not len(model.interactions):
        return additive
    rest = population(model.interactions, design)
    coefficients = np.add(additive.coefficients, rest.coefficients)
    return Population(coefficients, additive.mean + rest.mean, additive.empty + rest.empty)


@restricted.register
def _(model: Multilinear, j: int, active: bool) -> WeightedSum | Additive:
    additive: Additive = restricted(model.additive, j, active)
    return WeightedSum([additive, restricted(model.interactions, j, active)]) if len(model.interactions) else additive
