"""prop:leaf for many leaves of many set functions at once: their packed form and its moments under a design."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, singledispatch
from typing import TypeAlias
from weakref import WeakKeyDictionary

import numpy as np

from limetheory.designs import Design, ExchangeableDesign, ProductDesign, UnequalDesign

_BITS = (np.arange(256)[:, None] >> np.arange(8)) & 1 == 1
_MEMBER = _BITS.astype(float)
_COUNTS = _BITS.sum(axis=1).astype(np.intp)


@dataclass(frozen=True, eq=False)
class LeafTerms:
    """Leaves value · Π_{j∈on} z_j Π_{j∈off} (1 − z_j) of several set functions, the sets as bits.

    Superpixel j is bit j mod 8 of byte ⌊j/8⌋.

    Attributes:
        d: number of superpixels.
        n_functions: number of set functions.
        on, off: disjoint sets of superpixels, (⌈d/8⌉, leaves) uint8.
        values: (leaves,).
        function: the set function that each leaf belongs to, (leaves,) of 0..n_functions−1.

    >>> terms = LeafTerms(3, 1, np.array([[0b001, 0b110]], np.uint8), np.array([[0b100, 0]], np.uint8),
    ...                   np.array([2.0, 5.0]), np.zeros(2, int))
    >>> terms.n_on.tolist(), terms.total(terms.values).tolist(), terms.by_superpixel(terms.on, terms.values).tolist()
    ([1, 2], [7.0], [[2.0, 5.0, 5.0]])
    """

    d: int
    n_functions: int
    on: np.ndarray
    off: np.ndarray
    values: np.ndarray
    function: np.ndarray

    @cached_property
    def n_on(self) -> np.ndarray:
        """a = |on| of each leaf, (leaves,)."""
        return sum((_COUNTS[byte] for byte in self.on), np.zeros(len(self.values), np.intp))

    @cached_property
    def n_off(self) -> np.ndarray:
        """b = |off| of each leaf, (leaves,)."""
        return sum((_COUNTS[byte] for byte in self.off), np.zeros(len(self.values), np.intp))

    def sides(self) -> Iterator[tuple[list[int], list[int]]]:
        """The superpixels in on and in off of each leaf."""
        on, off = (np.unpackbits(sets.T, axis=1, count=self.d, bitorder="little") for sets in (self.on, self.off))
        return ((np.flatnonzero(a).tolist(), np.flatnonzero(b).tolist()) for a, b in zip(on, off, strict=True))

    def restricted(self, j: int, active: bool) -> LeafTerms:
        """The leaves that superpixel j on (or off) leaves possible, without it."""
        on, off = (np.unpackbits(sets, axis=0, count=self.d, bitorder="little") for sets in (self.on, self.off))
        met = (off if active else on)[j] == 0
        on, off = (np.packbits(np.delete(side[:, met], j, axis=0), axis=0, bitorder="little") for side in (on, off))
        return LeafTerms(self.d - 1, self.n_functions, on, off, self.values[met], self.function[met])

    def total(self, weights: np.ndarray) -> np.ndarray:
        """The sum of the leaves' weights for each set function: (leaves,) → (n_functions,)."""
        return np.bincount(self.function, weights, minlength=self.n_functions).astype(float, copy=False)

    def by_superpixel(self, sets: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """The sum of the weights of the leaves whose set has j: (⌈d/8⌉, leaves), (leaves,) → (n_functions, d)."""
        rows = self.function * 256
        by_value = [np.bincount(rows + byte, weights, minlength=256 * self.n_functions) for byte in sets]
        return np.hstack([sums.reshape(-1, 256) @ _MEMBER for sums in by_value])[:, : self.d]


@dataclass(frozen=True, eq=False)
class Moments:
    """E_μ[F], (n,), E_μ[contrast_j F], (n, d), and Cov_μ(K/d, F), (n,), of n set functions: see `Design.solve`."""

    mean: np.ndarray
    of_contrasts: np.ndarray
    of_share: np.ndarray


@singledispatch
def moments(design: Design, terms: LeafTerms) -> Moments:
    """The moments of sums of leaves under μ, by prop:leaf: leaf by leaf, or faster for a class of designs."""
    events = [design.condition(*sides) for sides in terms.sides()]
    weights = terms.values * [event.probability for event in events]
    of_contrasts = np.zeros((terms.n_functions, design.d))
    contrasts = np.array([event.contrasts for event in events]).reshape(len(events), design.d)
    np.add.at(of_contrasts, terms.function, weights[:, None] * contrasts)
    return Moments(terms.total(weights), of_contrasts, terms.total(weights * [event.share for event in events]))


@moments.register
def _(design: ExchangeableDesign, terms: LeafTerms) -> Moments:
    probability, on, off, untouched, share = _events(design, terms.n_on, terms.n_off)
    weights = terms.values * probability
    of_contrasts = terms.total(weights * untouched)[:, None] + terms.by_superpixel(terms.on, weights * (on - untouched))
    of_contrasts += terms.by_superpixel(terms.off, weights * (off - untouched))
    return Moments(terms.total(weights), of_contrasts, terms.total(weights * share))


@moments.register
def _(design: ProductDesign, terms: LeafTerms) -> Moments:
    keep, drop = design.keep, 1 - design.keep
    weights = terms.values * _product(terms.on, keep) * _product(terms.off, drop)
    covariances = drop * terms.by_superpixel(terms.on, weights) - keep * terms.by_superpixel(terms.off, weights)
    return Moments(terms.total(weights), covariances, covariances.mean(axis=1))


@moments.register
def _(design: UnequalDesign, terms: LeafTerms) -> Moments:
    on, off = (np.unpackbits(sets, axis=0, count=design.d, bitorder="little").T for sets in (terms.on, terms.off))
    found = design.sums(1.0 - off, 1.0 - on)
    contrasts = terms.values[:, None] * (found.shown * design.drops - found.hidden * design.marginals)
    of_contrasts = np.zeros((terms.n_functions, design.d))
    np.add.at(of_contrasts, terms.function, contrasts)
    return Moments(terms.total(terms.values * found.total), of_contrasts, of_contrasts.mean(axis=1))


def _product(sets: np.ndarray, factors: np.ndarray) -> np.ndarray:
    """Π_{j∈set} factors_j of each leaf: (⌈d/8⌉, leaves), (d,) → (leaves,)."""
    padded = np.ones(8 * len(sets))
    padded[: len(factors)] = factors
    by_value = np.where(_BITS, padded.reshape(-1, 1, 8), 1.0).prod(axis=2)
    product: np.ndarray = np.prod([table[byte] for table, byte in zip(by_value, sets, strict=True)], axis=0)
    return product


_Known: TypeAlias = dict[tuple[int, int], tuple[float, float, float, float, float]]
_known_events: WeakKeyDictionary[ExchangeableDesign, _Known] = WeakKeyDictionary()


def _events(design: ExchangeableDesign, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Of `Design.condition` with a on and b off: P_μ, contrasts of an on, off and untouched j, share: (5, leaves).

    α_{a,b} is worked out once for each pair and design.
    """
    width = int(b.max(initial=0)) + 1
    code = a * width + b
    table = np.zeros((5, (int(a.max(initial=0)) + 1) * width))
    for entry in np.flatnonzero(np.bincount(code)):
        table[:, entry] = _event(design, *divmod(int(entry), width))
    return table[:, code]


def _event(design: ExchangeableDesign, a: int, b: int) -> tuple[float, float, float, float, float]:
    known = _known_events.setdefault(design, {})
    if (a, b) not in known:
        probability, contrasts, share = design.condition(range(a), range(a, a + b))
        on, off, untouched = (float(part[0]) if len(part) else 0.0 for part in np.split(contrasts, [a, a + b]))
        known[a, b] = probability, on, off, untouched, share
    return known[a, b]
