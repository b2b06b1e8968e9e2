"""prop:or: any, all and the maximum of several detectors, through a decision diagram instead of 2^n terms."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from limetheory.arrays import Masks, PerMask
from limetheory.designs import Design
from limetheory.limits.diagram import Diagram, build, diagram_moments
from limetheory.limits.leaf import Leaf
from limetheory.limits.missing import no_closed_form
from limetheory.limits.population import Population, population

LARGEST_TABLE = 1 << 25
"""Nodes × (d + 1) of the largest decision diagram: 256 MiB."""

_Clause = tuple[tuple[tuple[int, bool], ...], float]


class Maximum:
    """F(z) = max_i leaf_i(z), for detectors with value 1 the indicator that any of them fires.

    Inclusion–exclusion has 2^n terms, of both signs, for n detectors. The decision diagram used instead has one
    node for each distinct rest of the detectors after each superpixel: few where superpixels that are close
    in number share detectors, as the positions of a convolutional one do. Its sums are of one sign. The limit
    takes O(nodes × d) operations.

    Args:
        leaves: `Leaf` detectors of one d; at least one.

    Raises:
        ValueError: from `limit`, where nodes × (d + 1) exceed `LARGEST_TABLE`; `limetheory.estimate` has no such bound.

    >>> import limetheory as lt
    >>> either = Maximum([lt.Leaf(3, on=(0,)), lt.Leaf(3, on=(1,), off=(2,))])
    >>> either(lt.all_masks(3)).tolist()
    [0.0, 1.0, 1.0, 1.0, 0.0, 1.0, 0.0, 1.0]
    >>> lt.limit(either, lt.BernoulliDesign(3)).coefficients.round(12).tolist()
    [0.75, 0.25, -0.25]
    """

    def __init__(self, leaves: Sequence[Leaf]):
        self.leaves = _checked(leaves)
        self.d = self.leaves[0].d

    def __call__(self, masks: Masks) -> PerMask:
        """F on each mask: (n, d) bool → (n,)."""
        values = np.full(len(masks), -np.inf)
        for leaf in self.leaves:
            np.maximum(values, leaf(masks), out=values)
        return values

    @cached_property
    def diagram(self) -> Diagram:
        """The decision diagram, built on first use."""
        largest = LARGEST_TABLE // (self.d + 1)
        diagram = build(_Reader(self.leaves), largest)
        if diagram is None:
            raise ValueError(
                f"the maximum of detectors must have a decision diagram of at most {largest} nodes at d = {self.d}, "
                f"got more for {len(self.leaves)} detectors; give neighbours neighbouring numbers, merge superpixels, "
                "or use limetheory.estimate"
            )
        return diagram


class _Reader:
    """State: (maximum of the detectors decided so far, those begun and not decided, by what is left of them)."""

    def __init__(self, leaves: Sequence[Leaf]):
        clauses = {_clause(leaf) for leaf in leaves if leaf.value and (leaf.on or leaf.off)}
        decided = [leaf.value for leaf in leaves if not (leaf.value and (leaf.on or leaf.off))]
        self.order = sorted({j for literals, _ in clauses for j, _ in literals})
        self.beginning: dict[int, list[_Clause]] = {j: [] for j in self.order}
        for clause in clauses:
            self.beginning[clause[0][0][0]].append(clause)
        self.start: Hashable = (max(decided, default=-math.inf), frozenset())

    def step(self, state: Any, level: int, active: bool) -> Hashable:
        best, begun = state
        j, pending = self.order[level], []
        for literals, value in (*begun, *self.beginning[j]):
            if literals[0][0] != j:
                pending.append((literals, value))
            elif literals[0][1] != active:
                best = max(best, 0.0)
            elif len(literals) == 1:
                best = max(best, value)
            else:
                pending.append((literals[1:], value))
        return best, frozenset(clause for clause in pending if max(clause[1], 0.0) > best)

    def value(self, state: Any) -> float:
        return state[0]


def _clause(leaf: Leaf) -> _Clause:
    return tuple(sorted([*((j, True) for j in leaf.on), *((j, False) for j in leaf.off)])), leaf.value


def any_of(leaves: Sequence[Leaf]) -> Maximum:
    """1 on the masks where at least one detector is not 0, else 0.

    >>> import limetheory as lt
    >>> any_of([lt.Leaf(2, on=(0,)), lt.Leaf(2, on=(1,))])(lt.all_masks(2)).tolist()
    [0.0, 1.0, 1.0, 1.0]
    """
    return Maximum([Leaf(leaf.d, leaf.on, leaf.off, float(leaf.value != 0)) for leaf in _checked(leaves)])


def all_of(leaves: Sequence[Leaf]) -> Leaf:
    """1 on the masks where no detector is 0, else 0: again a leaf.

    >>> import limetheory as lt
    >>> both = all_of([lt.Leaf(3, on=(0,)), lt.Leaf(3, on=(1,), off=(2,))])
    >>> both.on, both.off, both.value
    ([0, 1], [2], 1.0)
    """
    leaves = _checked(leaves)
    on = [j for leaf in leaves for j in leaf.on]
    off = [j for leaf in leaves for j in leaf.off]
    return Leaf(leaves[0].d, on, off, float(all(leaf.value for leaf in leaves)))


def _checked(leaves: Sequence[Leaf]) -> list[Leaf]:
    leaves = list(leaves)
    if not leaves:
        raise ValueError("leaves must have at least one detector, got none")
    for leaf in leaves:
        if not isinstance(leaf, Leaf):
            raise TypeError(f"each detector must be a Leaf, got {type(leaf).__name__}")
    if len({leaf.d for leaf in leaves}) > 1:
        raise ValueError(f"detectors must have the same d, got {sorted({leaf.d for leaf in leaves})}")
    return leaves


@population.register
def _(model: Maximum, design: Design) -> Population:
    moments = diagram_moments(design, model.diagram)
    if moments is None:
        raise no_closed_form(model, design)
    mean, covariances, of_share = moments
    empty, full = model(np.array([[False], [True]]).repeat(model.d, axis=1)).tolist()
    return Population(design.solve(covariances, of_share, full - empty), mean, empty)
