"""prop:leaf: products of on- and off-indicators, such as shape detectors and the leaves of trees."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from limetheory.arguments import integer, mask_rows, real, several
from limetheory.arrays import PerMask
from limetheory.designs import Design
from limetheory.limits.population import Population, population
from limetheory.limits.restriction import restricted


class Leaf:
    """F(z) = value · Π_{j∈on} z_j Π_{j∈off} (1 − z_j).

    A superpixel that must be both on and off makes the leaf empty: F = 0 everywhere.

    Args:
        d: number of superpixels, at least 1.
        on, off: superpixels that must be active, inactive; indices 0..d−1, repetitions do not count.
        value: F on the masks that satisfy both.

    >>> import numpy as np
    >>> Leaf(3, on=(0,), off=(2,), value=2.0)(np.array([[1, 0, 0], [1, 1, 1]], bool)).tolist()
    [2.0, 0.0]
    """

    def __init__(self, d: int, on: Iterable[int] = (), off: Iterable[int] = (), value: float = 1.0):
        self.d = integer("d", d, 1)
        self.on = superpixels("on", on, self.d)
        self.off = superpixels("off", off, self.d)
        self.value = real("value", value) if not set(self.on) & set(self.off) else 0.0

    def __call__(self, masks: Any) -> PerMask:
        """F on each mask: (n, d) bool → (n,)."""
        masks = mask_rows(masks, self.d)
        met = masks[:, self.on].all(axis=1) & ~masks[:, self.off].any(axis=1)
        return np.where(met, self.value, 0.0)


def superpixels(name: str, values: Any, d: int) -> list[int]:
    """A set of superpixels as sorted indices 0..d−1.

    >>> superpixels("on", (2, 0, 2), 3)
    [0, 2]
    """
    remedy = "np.flatnonzero(mask) gives the superpixels of a mask"
    indices = sorted(
        {integer(f"each index in {name}", value, 0, remedy) for value in several(name, values, "superpixels")}
    )
    if indices and indices[-1] >= d:
        raise ValueError(f"each index in {name} must be below d = {d}, got {indices[-1]}")
    return indices


@population.register
def _(model: Leaf, design: Design) -> Population:
    if model.value == 0.0:
        return Population(np.zeros(design.d), 0.0, 0.0)
    event = design.condition(model.on, model.off)
    empty = 0.0 if model.on else model.value
    full = 0.0 if model.off else model.value
    weight = model.value * event.probability
    coefficients = design.solve(weight * event.contrasts, weight * event.share, full - empty)
    return Population(coefficients, weight, empty)


@restricted.register
def _(model: Leaf, j: int, active: bool) -> Leaf:
    met = j not in (model.off if active else model.on)
    on, off = ([k - (k > j) for k in side if k != j] for side in (model.on, model.off))
    return Leaf(model.d - 1, on, off, model.value if met else 0.0)
