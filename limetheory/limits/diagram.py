"""Decision diagrams of set functions: at each depth one node for each distinct function of the other superpixels."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from functools import singledispatch
from typing import Protocol

import numpy as np

from limetheory.designs import Design, ExchangeableDesign, ProductDesign, UnequalDesign


class Automaton(Protocol):
    """An automaton from which a diagram is built: it reads the superpixels of `order` one after another."""

    order: list[int]
    start: Hashable

    def step(self, state: Hashable, depth: int, active: bool) -> Hashable:
        """The state after superpixel order[depth]."""

    def value(self, state: Hashable) -> float:
        """F in a state after the last superpixel."""


@dataclass(frozen=True, eq=False)
class Diagram:
    """Nodes of depth n branch on superpixel order[n] to nodes of depth n + 1; node 0 of depth 0 is the root.

    `on[n]` and `off[n]` are the children by node; `values` are F at the terminal nodes, those of the largest depth. F
    does not depend on superpixels outside `order`.
    """

    order: list[int]
    on: list[np.ndarray]
    off: list[np.ndarray]
    values: np.ndarray


def build(automaton: Automaton, largest: int) -> Diagram | None:
    """The diagram of all states reachable from the start, or none if it has more than `largest` nodes."""
    states: dict[Hashable, int] = {automaton.start: 0}
    on: list[np.ndarray] = []
    off: list[np.ndarray] = []
    nodes = 1
    for depth in range(len(automaton.order)):
        following: dict[Hashable, int] = {}
        for children, active in ((on, True), (off, False)):
            reached = (automaton.step(state, depth, active) for state in states)
            children.append(np.array([following.setdefault(state, len(following)) for state in reached]))
        states, nodes = following, nodes + len(following)
        if nodes > largest:
            return None
    return Diagram(automaton.order, on, off, np.array([automaton.value(state) for state in states]))


def _layers(diagram: Diagram, d: int) -> Iterator[tuple[int, np.ndarray, np.ndarray]]:
    """(superpixel, on, off) of all d layers; a superpixel that is not in the order leads from each node to itself."""
    yield from zip(diagram.order, diagram.on, diagram.off, strict=True)
    same = np.arange(len(diagram.values))
    for j in sorted(set(range(d)) - set(diagram.order)):
        yield j, same, same


@singledispatch
def diagram_moments(design: Design, diagram: Diagram) -> tuple[float, np.ndarray, float] | None:
    """E_μ[F], E_μ[contrast_j F] and Cov_μ(K/d, F) of a diagram; none where the design has no closed form."""
    return None


@diagram_moments.register
def _(design: ProductDesign, diagram: Diagram) -> tuple[float, np.ndarray, float]:
    """Cov(z_j, F) = Var(z_j) Σ_nodes that branch on j P(node) (value of its on child − value of its off child)."""
    layers = [(j, on, off, design.keep[j], 1 - design.keep[j]) for j, on, off in _layers(diagram, design.d)]
    reached: list[np.ndarray] = [np.ones(1)]
    for _, on, off, keep, drop in layers:
        size = 1 + max(on.max(), off.max())
        reached.append(np.bincount(on, keep * reached[-1], size) + np.bincount(off, drop * reached[-1], size))
    values, covariances = diagram.values, np.zeros(design.d)
    for n, (j, on, off, keep, drop) in reversed(list(enumerate(layers))):
        covariances[j] = keep * drop * (reached[n] @ (values[on] - values[off]))
        values = keep * values[on] + drop * values[off]
    return float(values[0]), covariances, float(covariances.mean())


@diagram_moments.register
def _(design: ExchangeableDesign, diagram: Diagram) -> tuple[float, np.ndarray, float]:
    """From E[(1 − K/d) z_j F] and E[K/d (1−z_j) F], as in `factor_moments`: O(nodes × d)."""
    layers = list(_layers(diagram, design.d))
    shares = _shares_of_sizes(layers)
    laws = diagram.values[:, None] * (design.size_law * design.shares)[:, None]
    of_contrasts, of_share = np.zeros(design.d), 0.0
    deviations = design.size_deviations / design.d
    for n in range(design.d, 0, -1):
        j, on, off = layers[n - 1]
        kept = np.arange(1.0, n + 1) / n
        raised, stayed = laws[:, on, 1:] * kept, laws[:, off, :-1] * kept[::-1]
        if n == design.d:
            of_share = ((raised * deviations[1:] + stayed * deviations[:-1]) * shares[n - 1]).sum()
        of_contrasts[j] = (raised[0] * shares[n - 1]).sum() - (stayed[1] * shares[n - 1]).sum()
        laws = raised + stayed
    return float(laws.sum()), of_contrasts, float(of_share)


def _shares_of_sizes(layers: list[tuple[int, np.ndarray, np.ndarray]]) -> list[np.ndarray]:
    """For n = 0..d−1 and each node of depth n: the share of the masks of n superpixels of size k that leads to it."""
    shares = [np.ones((1, 1))]
    for n, (_, on, off) in enumerate(layers[:-1], start=1):
        kept = np.arange(1.0, n + 1) / n
        share = np.zeros((1 + max(on.max(), off.max()), n + 1))
        np.add.at(share[:, 1:], on, shares[-1] * kept)
        np.add.at(share[:, :-1], off, shares[-1] * kept[::-1])
        shares.append(share)
    return shares


@diagram_moments.register
def _(design: UnequalDesign, diagram: Diagram) -> tuple[float, np.ndarray, float]:
    """As `limetheory.designs.unequal_sums.mask_sums`, with a law of the size for each node (prop:areas)."""
    layers = list(_layers(diagram, design.d))
    keep, drop, log_weight = design.tilted
    reached = [np.ones((1, 1))]
    for n, (j, on, off) in enumerate(layers[:-1], start=1):
        law = np.zeros((1 + max(on.max(), off.max()), n + 1))
        np.add.at(law[:, 1:], on, reached[-1] * keep[j])
        np.add.at(law[:, :-1], off, reached[-1] * drop[j])
        reached.append(law)
    after, of_contrasts = diagram.values[:, None] * np.exp(log_weight), np.zeros(design.d)
    for law, (j, on, off) in zip(reversed(reached), reversed(layers), strict=True):
        raised, stayed = after[on, 1:] * keep[j], after[off, :-1] * drop[j]
        of_contrasts[j] = (raised * law).sum() * design.drops[j] - (stayed * law).sum() * design.marginals[j]
        after = raised + stayed
    return float(after[0, 0]), of_contrasts, float(of_contrasts.mean())
