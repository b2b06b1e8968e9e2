"""The set functions of the grid, each with its exact limit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import limetheory as lt
from experiments.tables.store import tables
from limetheory.arrays import Masks, PerMask

LARGEST_TABLE = 12
"""The largest number of superpixels for which values at all masks are drawn at random; a convention."""
_SPARSE = 0.03
_DEGREES = 2.0
_HUGE, _MEMBERS = 100.0, 6


class AtLeastHalf:
    """The function that is 1 if more than half of the superpixels are active and 0 otherwise."""

    def __init__(self, d: int):
        self.d = d

    def __call__(self, masks: Masks) -> PerMask:
        """The values of F for masks: (n, d) bool → (n,)."""
        values: PerMask = (2 * np.count_nonzero(masks, axis=1) > self.d).astype(float)
        return values


class Watched:
    """A set function that records whether both kinds of masks were evaluated: those with its rare values, and others.

    If no mask with a rare value was evaluated, all values are those of an additive function, and no method can tell
    that F is not that function.
    """

    def __init__(self, name: str, function: Any):
        self._function, self._side, self.d = function, _SIDES.get(name), function.d
        self._seen: set[bool] = set()
        self.largest = 0.0

    def __call__(self, masks: Masks) -> PerMask:
        """The values of F for masks: (n, d) bool → (n,)."""
        values: PerMask = self._function(masks)
        self.largest = max(self.largest, float(np.abs(values).max(initial=0.0)))
        if self._side and len(self._seen) < 2:
            self._seen.update(map(bool, self._side(masks, values)))
        return values

    @property
    def unseen(self) -> bool:
        """Whether no evaluated mask has shown that F is not additive; False if it has no rare values."""
        return self._side is not None and len(self._seen) < 2


def set_function(name: str, d: int) -> Any:
    """The named set function of d superpixels; for the same name and d it is always the same function."""
    return FUNCTIONS[name](d, np.random.default_rng([d, list(FUNCTIONS).index(name)]))


def exists(name: str, d: int) -> bool:
    """Whether the grid has the function for this d: values drawn at random need d of at most `LARGEST_TABLE`."""
    return d <= LARGEST_TABLE or name not in _TABLES


def _network(d: int, rng: np.random.Generator) -> lt.SetFunction:
    """A network's probability on a photograph of 12 superpixels of which the last 12 − d are always shown."""
    return lt.SetFunction(next(iter(tables(LARGEST_TABLE))).values[-(1 << d) :])


def _gaussian(d: int, rng: np.random.Generator) -> lt.SetFunction:
    return lt.SetFunction(rng.normal(size=1 << d))


def _sparse(d: int, rng: np.random.Generator) -> lt.SetFunction:
    """A function that is 1 at 3 % of the masks, at least one of them, and 0 elsewhere."""
    values = np.zeros(1 << d)
    values[rng.permutation(1 << d)[: max(round(_SPARSE * (1 << d)), 1)]] = 1.0
    return lt.SetFunction(values)


def _heavy(d: int, rng: np.random.Generator) -> lt.SetFunction:
    return lt.SetFunction(rng.standard_t(_DEGREES, size=1 << d))


def _pairs(d: int, rng: np.random.Generator) -> lt.Multilinear:
    """A function with normal slopes and 2 d interactions of two superpixels, half as large."""
    terms = {frozenset({j}): float(rng.normal()) for j in range(d)}
    for _ in range(2 * d if d > 1 else 0):
        terms[frozenset(map(int, rng.choice(d, 2, replace=False)))] = float(rng.normal()) / 2
    return lt.Multilinear(d, terms)


def _additive(d: int, rng: np.random.Generator) -> lt.Additive:
    return lt.Additive(rng.normal(size=d))


def _detector(d: int, rng: np.random.Generator) -> lt.Leaf:
    """A function that is 1 if the first three superpixels are active."""
    return lt.Leaf(d, on=tuple(range(min(3, d))))


def _huge(d: int, rng: np.random.Generator) -> lt.Multilinear:
    """A function with normal slopes and one interaction of up to six superpixels, a hundred times as large."""
    slopes = {frozenset({j}): float(rng.normal()) for j in range(d)}
    return lt.Multilinear(d, {**slopes, frozenset(range(min(_MEMBERS, d))): _HUGE} if d > 1 else slopes)


FUNCTIONS: dict[str, Callable[[int, np.random.Generator], Any]] = {
    "network": _network,
    "gaussian": _gaussian,
    "sparse": _sparse,
    "heavy tails": _heavy,
    "step": lambda d, rng: AtLeastHalf(d),
    "pairs": _pairs,
    "detector": _detector,
    "additive": _additive,
    "huge interaction": _huge,
}
_SIDES: dict[str, Callable[[Masks, PerMask], Any]] = {
    **dict.fromkeys(("sparse", "step", "detector"), lambda masks, values: values > 0),
    "huge interaction": lambda masks, values: masks[:, :_MEMBERS].all(axis=1),
}
"""For each function with rare values, which masks have them."""
_TABLES = ("network", "gaussian", "sparse", "heavy tails")


def limit(function: Any, design: lt.Design, ridge: float = 0.0) -> np.ndarray:
    """The exact limit, (d,), by a closed form, by sizes of masks, or by enumeration."""
    if isinstance(function, AtLeastHalf) and design.d > LARGEST_TABLE:
        return _limit_of_step(function, design, ridge)
    return lt.limit(function, design, ridge=ridge).coefficients


def _limit_of_step(function: AtLeastHalf, design: lt.Design, ridge: float) -> np.ndarray:
    """The limit of a function of the size K, whose slope on K is the same at every superpixel (thm:limit)."""
    if not isinstance(design, lt.ExchangeableDesign):
        raise TypeError(f"the limit of a step needs an exchangeable design, got {design!r}")
    sizes = np.tri(design.d + 1, design.d, -1, dtype=bool)
    if design.efficient:
        return np.full(design.d, 1 / design.d)
    slope = (design.size_law * design.size_deviations) @ function(sizes) / design.size_variance
    return design.shrink(np.full(design.d, slope), ridge)
