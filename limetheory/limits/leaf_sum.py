"""prop:trees: sums of leaves, such as decision trees and forests on the superpixels of one image."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from limetheory.arguments import integer, mask_rows, real, several
from limetheory.arrays import PerMask, PerSuperpixel
from limetheory.designs import Design
from limetheory.given import given
from limetheory.limits.leaf import Leaf
from limetheory.limits.leaf_terms import LeafTerms, moments
from limetheory.limits.population import Population, population
from limetheory.limits.restriction import restricted

_PAIRS = 1 << 22
"""Pairs of a mask and a leaf that are compared at once, 64 MiB of booleans and words."""


class LeafSum:
    """F(z) = intercept + Σ_ℓ value_ℓ Π_{j∈on_ℓ} z_j Π_{j∈off_ℓ} (1 − z_j).

    Its limit is the sum of the leaves' limits (prop:leaf), in O(leaves · d / 8) operations.

    Args:
        d: number of superpixels, at least 1.
        leaves: each a `Leaf` with d superpixels; none means a constant.
        intercept: added to every mask.

    >>> import limetheory as lt
    >>> tree = LeafSum(3, [lt.Leaf(3, on=(0,), value=2.0), lt.Leaf(3, off=(0,), on=(1,), value=-1.0)], intercept=0.5)
    >>> tree(np.array([[1, 0, 0], [0, 1, 1], [0, 0, 0]], bool)).tolist()
    [2.5, -0.5, 0.5]
    >>> lt.limit(tree, lt.BernoulliDesign(3)).coefficients.round(12).tolist()
    [2.5, -0.5, 0.0]
    """

    def __init__(self, d: int, leaves: Iterable[Leaf] = (), intercept: float = 0.0):
        self.d = integer("d", d, 1)
        kept = [leaf for leaf in map(self._checked, several("leaves", leaves, "Leaf objects")) if leaf.value]
        on, off = (_packed(self.d, [getattr(leaf, side) for leaf in kept]) for side in ("on", "off"))
        values = np.array([leaf.value for leaf in kept], float)
        self.terms = LeafTerms(self.d, 1, on, off, values, np.zeros(len(kept), np.intp))
        self.intercept = real("intercept", intercept)

    @classmethod
    def of_terms(cls, terms: LeafTerms, intercept: float) -> LeafSum:
        """The sum of the leaves of one set function that are packed already."""
        whole = cls(terms.d, intercept=intercept)
        whole.terms = terms
        return whole

    def _checked(self, leaf: Any) -> Leaf:
        if not isinstance(leaf, Leaf):
            raise TypeError(f"leaves must be limetheory.Leaf objects, got {given(leaf)}")
        if leaf.d != self.d:
            raise ValueError(f"each leaf must have d = {self.d} superpixels, got {leaf.d}")
        return leaf

    def __call__(self, masks: Any) -> PerMask:
        """F on each mask: (n, d) bool → (n,)."""
        shown = np.packbits(mask_rows(masks, self.d), axis=1, bitorder="little").T
        size = max(1, _PAIRS // (1 + len(self.terms.values)))
        blocks = [self._sum(shown[:, start : start + size]) for start in range(0, shown.shape[1], size)]
        return self.intercept + np.concatenate(blocks) if blocks else np.zeros(0)

    def _sum(self, shown: np.ndarray) -> np.ndarray:
        """The sum of the values of all leaves that each mask reaches: (⌈d/8⌉, n) uint8 → (n,)."""
        missed = np.zeros((shown.shape[1], len(self.terms.values)), bool)
        for mask, on, off in zip(shown, self.terms.on, self.terms.off, strict=True):
            missed |= ((mask[:, None] ^ on) & (on | off)) != 0
        sums: np.ndarray = ~missed @ self.terms.values
        return sums

    def leaf(self, index: int) -> Leaf:
        """One of the leaves, by its position."""
        if integer("index", index, 0) >= len(self):
            raise ValueError(f"index must be below the number of leaves, {len(self)}, got {index}")
        sides = [np.unpackbits(packed[:, index], bitorder="little") for packed in (self.terms.on, self.terms.off)]
        on, off = (np.flatnonzero(bits).tolist() for bits in sides)
        return Leaf(self.d, on, off, float(self.terms.values[index]))

    def __len__(self) -> int:
        """Number of leaves that some mask reaches."""
        return len(self.terms.values)


def _packed(d: int, sets: list[list[int]]) -> np.ndarray:
    """Sets of superpixels as bits, (⌈d/8⌉, sets) uint8."""
    member = np.zeros((d, len(sets)), bool)
    for column, indices in enumerate(sets):
        member[indices, column] = True
    return np.packbits(member, axis=0, bitorder="little")


@population.register
def _(model: LeafSum, design: Design) -> Population:
    return populations(model.terms, model.intercept, design)[0]


def populations(terms: LeafTerms, intercept: float, design: Design) -> list[Population]:
    """The population regression of each of several sums of leaves."""
    found = moments(design, terms)
    empty, full = (intercept + terms.total(terms.values * (count == 0)) for count in (terms.n_on, terms.n_off))
    coefficients = design.solve(found.of_contrasts, found.of_share)
    if design.efficient:
        coefficients += (full - empty)[:, None] * _unit_rise(design)
    rows = zip(coefficients, intercept + found.mean, empty, strict=True)
    return [Population(beta, float(mean), float(at_empty)) for beta, mean, at_empty in rows]


def _unit_rise(design: Design) -> PerSuperpixel:
    """The coefficients of a unit rise F(1) − F(0) = 1 with all other moments 0; `solve` is linear."""
    return design.solve(np.zeros(design.d), 0.0, 1.0)


@restricted.register
def _(model: LeafSum, j: int, active: bool) -> LeafSum:
    return LeafSum.of_terms(model.terms.restricted(j, active), model.intercept)
