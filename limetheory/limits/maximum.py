"""prop:or: any, all and the maximum of several detectors, through a decision diagram instead of 2^n terms."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from limetheory.arguments import mask_rows, several
from limetheory.arrays import PerMask
from limetheory.designs import Design
from limetheory.limits.diagram import Diagram, build, diagram_moments
from limetheory.limits.leaf import Leaf
from limetheory.limits.missing import no_closed_form
from limetheory.limits.population import Population, population
from limetheory.limits.restriction import restricted

LARGEST_TABLE = 1 << 25
"""The most nodes × (d + 1) that a decision diagram may have: 256 MiB; a convention."""
MOST_LEAVES = 1 << 16
"""The most leaves that `all_of` may make by multiplying; a convention for time and memory."""

_Clause = tuple[tuple[tuple[int, bool], ...], float]


class Maximum:
    """F(z) = max_i leaf_i(z), for detectors with value 1 the indicator that any of them fires.

    Inclusion–exclusion has 2^n terms, of both signs, for n detectors. A decision diagram is used instead. After each
    superpixel it has one node for each distinct function of the later ones: few if each detector has superpixels of
    similar numbers, as the positions of a convolutional one have. Its sums have terms of one sign. The limit takes
    O(nodes × d) operations.

    Args:
        leaves: `Leaf` detectors of one d; at least one. A `Maximum` among them stands for its own leaves.

    Raises:
        ValueError: from `limit`, where nodes × (d + 1) exceed `LARGEST_TABLE`; `limetheory.estimate` has no such bound.

    >>> import limetheory as lt
    >>> either = Maximum([lt.Leaf(3, on=(0,)), lt.Leaf(3, on=(1,), off=(2,))])
    >>> either(lt.all_masks(3)).tolist()
    [0.0, 1.0, 1.0, 1.0, 0.0, 1.0, 0.0, 1.0]
    >>> lt.limit(either, lt.BernoulliDesign(3)).coefficients.round(12).tolist()
    [0.75, 0.25, -0.25]
    """

    def __init__(self, leaves: Sequence[Leaf | Maximum]):
        self.leaves = [leaf for detector in _checked(leaves) for leaf in _leaves(detector)]
        self.d = self.leaves[0].d

    def __call__(self, masks: Any) -> PerMask:
        """F on each mask: (n, d) bool → (n,)."""
        masks = mask_rows(masks, self.d)
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
    """The automaton; a state is (maximum of the detectors decided so far, the remaining literals of the undecided)."""

    def __init__(self, leaves: Sequence[Leaf]):
        clauses = {_clause(leaf) for leaf in leaves if leaf.value and (leaf.on or leaf.off)}
        decided = [leaf.value for leaf in leaves if not (leaf.value and (leaf.on or leaf.off))]
        self.order = sorted({j for literals, _ in clauses for j, _ in literals})
        self.beginning: dict[int, list[_Clause]] = {j: [] for j in self.order}
        for clause in clauses:
            self.beginning[clause[0][0][0]].append(clause)
        self.start: Hashable = (max(decided, default=-math.inf), frozenset())

    def step(self, state: Any, depth: int, active: bool) -> Hashable:
        best, begun = state
        j, pending = self.order[depth], []
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
        value: float = state[0]
        return value


def _clause(leaf: Leaf) -> _Clause:
    return tuple(sorted([*((j, True) for j in leaf.on), *((j, False) for j in leaf.off)])), leaf.value


def any_of(detectors: Sequence[Leaf | Maximum]) -> Maximum:
    """The set function that is 1 if at least one detector is not 0, and 0 otherwise.

    Args:
        detectors: of one d, at least one: `Leaf`, or `Maximum` of values ≥ 0 such as `any_of` returns.

    >>> import limetheory as lt
    >>> any_of([lt.Leaf(2, on=(0,)), lt.Leaf(2, on=(1,))])(lt.all_masks(2)).tolist()
    [0.0, 1.0, 1.0, 1.0]
    """
    return Maximum([leaf for detector in _checked(detectors) for leaf in _fired(detector)])


def all_of(detectors: Sequence[Leaf | Maximum]) -> Leaf | Maximum:
    """The set function that is 1 if no detector is 0, and 0 otherwise: a `Leaf` if all are leaves, else a `Maximum`.

    A conjunction of disjunctions is multiplied out: (a ∨ b) ∧ (c ∨ d) = ac ∨ ad ∨ bc ∨ bd.

    Args:
        detectors: as for `any_of`.

    Raises:
        ValueError: more than `MOST_LEAVES` combinations; `limetheory.estimate` has no such bound.

    >>> import limetheory as lt
    >>> both = all_of([lt.Leaf(3, on=(0,)), lt.Leaf(3, on=(1,), off=(2,))])
    >>> both.on, both.off, both.value
    ([0, 1], [2], 1.0)
    >>> all_of([lt.any_of([lt.Leaf(2, on=(0,)), lt.Leaf(2, on=(1,))]), lt.Leaf(2, on=(1,))])(lt.all_masks(2)).tolist()
    [0.0, 0.0, 1.0, 1.0]
    """
    detectors = _checked(detectors)
    combined = {_sides(Leaf(detectors[0].d))}
    for detector in detectors:
        fired = [_sides(leaf) for leaf in _fired(detector) if leaf.value]
        if len(combined) * len(fired) > MOST_LEAVES:
            raise ValueError(
                f"all of several any must have at most {MOST_LEAVES} combinations of detectors, got "
                f"{len(combined) * len(fired)}; combine fewer, or use limetheory.estimate on their product"
            )
        combined = {(on | a, off | b) for on, off in combined for a, b in fired if not (on | a) & (off | b)}
    leaves = [Leaf(detectors[0].d, on, off) for on, off in sorted(combined, key=lambda sides: [*map(sorted, sides)])]
    leaves = leaves or [Leaf(detectors[0].d, value=0.0)]
    return leaves[0] if all(isinstance(detector, Leaf) for detector in detectors) else Maximum(leaves)


def _leaves(detector: Leaf | Maximum) -> list[Leaf]:
    return [detector] if isinstance(detector, Leaf) else detector.leaves


def _fired(detector: Leaf | Maximum) -> list[Leaf]:
    """The leaves of which one is 1 where the detector is not 0."""
    lowest = min(leaf.value for leaf in _leaves(detector))
    if lowest < 0 and not isinstance(detector, Leaf):
        raise ValueError(f"a Maximum inside any_of or all_of must have values ≥ 0, got {lowest:g}; use its leaves")
    return [Leaf(leaf.d, leaf.on, leaf.off, float(leaf.value != 0)) for leaf in _leaves(detector)]


def _sides(leaf: Leaf) -> tuple[frozenset[int], frozenset[int]]:
    return frozenset(leaf.on), frozenset(leaf.off)


def _checked(detectors: Sequence[Leaf | Maximum]) -> list[Leaf | Maximum]:
    detectors = several("detectors", detectors, "Leaf or Maximum objects")
    if not detectors:
        raise ValueError("detectors must have at least one entry, got none")
    for detector in detectors:
        if not isinstance(detector, (Leaf, Maximum)):
            raise TypeError(
                f"each detector must be a Leaf or a Maximum, got {type(detector).__name__}; tabulate others"
            )
    if len({detector.d for detector in detectors}) > 1:
        raise ValueError(f"detectors must have the same d, got {sorted({detector.d for detector in detectors})}")
    return detectors


@population.register
def _(model: Maximum, design: Design) -> Population:
    moments = diagram_moments(design, model.diagram)
    if moments is None:
        raise no_closed_form(model, design)
    mean, of_contrasts, of_share = moments
    empty, full = model(np.array([[False], [True]]).repeat(model.d, axis=1)).tolist()
    return Population(design.solve(of_contrasts, of_share, full - empty), mean, empty)


@restricted.register
def _(model: Maximum, j: int, active: bool) -> Maximum:
    return Maximum([restricted(leaf, j, active) for leaf in model.leaves])
