"""prop:enumeration: any set function, by one pass over all 2^d masks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from limetheory.arguments import integer, mask_rows, vector
from limetheory.arrays import Masks, PerMask
from limetheory.designs import Design
from limetheory.evaluation import MaskFunction, evaluate, superpixel_count
from limetheory.limits.missing import LARGEST_D, enumeration_time
from limetheory.limits.population import Population, population
from limetheory.limits.restriction import restricted
from limetheory.progress import track

_BLOCK = 1 << 12  # masks for each call of F; a convention that affects memory and time only


class SetFunction:
    """F given by its values on all 2^d masks.

    Args:
        values: shape (2^d,); mask z has index Σ_j z_j 2^j, so values[0] = F(0) and values[-1] = F(1).

    >>> import limetheory as lt
    >>> xor = lt.SetFunction([0, 1, 1, 0])
    >>> lt.limit(xor, lt.BernoulliDesign(2)).coefficients.tolist()
    [0.0, 0.0]
    """

    def __init__(self, values: Any):
        self.values = vector("values", values)
        self.d = len(self.values).bit_length() - 1
        if self.d < 1 or len(self.values) != 1 << self.d:
            raise ValueError(f"values must have 2^d entries with d ≥ 1, got {len(self.values)}")

    def __call__(self, masks: Any) -> PerMask:
        """F on each mask: (n, d) bool → (n,)."""
        return self.values[mask_rows(masks, self.d) @ (1 << np.arange(self.d))]


def all_masks(d: int, start: int = 0, stop: int | None = None) -> Masks:
    """Masks start..stop−1 of the 2^d, in the order of `SetFunction`: shape (stop − start, d) bool.

    >>> all_masks(2).astype(int).tolist()
    [[0, 0], [1, 0], [0, 1], [1, 1]]
    """
    d, start = integer("d", d, 0), integer("start", start, 0)
    stop = None if stop is None else integer("stop", stop, 0)
    index = np.arange(start, 1 << d if stop is None else stop)
    masks: Masks = (index[:, None] >> np.arange(d)) & 1 == 1
    return masks


def tabulate(function: MaskFunction, d: int) -> SetFunction:
    """Evaluate a function (n, d) bool → (n,) once on every mask; a progress bar shows on terminals."""
    return SetFunction(np.concatenate([values for _, values in _blocks(function, d)]))


def _blocks(function: MaskFunction, d: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    integer("d", d, 1)
    if d > LARGEST_D:
        raise ValueError(
            f"enumeration takes 2^d evaluations and is limited to d ≤ {LARGEST_D}, got d = {d}; "
            f"use limetheory.estimate, or a class with a closed form ({enumeration_time(function, d)})"
        )
    size = min(getattr(function, "block_size", _BLOCK), _BLOCK)
    starts = range(0, 1 << d, size)
    for start in track(((min(size, (1 << d) - s), s) for s in starts), 1 << d, "all masks"):
        masks = all_masks(d, start, min(start + size, 1 << d))
        yield masks, evaluate(function, masks)


@population.register
def _enumerated(model: Callable, design: Design) -> Population:  # type: ignore[type-arg]
    d = superpixel_count(model, design.d)
    of_contrasts, of_share, mean = np.zeros(d), 0.0, 0.0
    ends: list[float] = []
    for masks, values in _blocks(model, d):
        ends = [*ends[:1], *values[[0, -1]]]
        contribution = design.probability(masks) * (values - ends[0])
        of_contrasts += contribution @ design.contrasts(masks)
        of_share += float(contribution @ design.centred_share(masks))
        mean += contribution.sum()
    empty, full = float(ends[0]), float(ends[-1])
    return Population(design.solve(of_contrasts, of_share, full - empty), float(mean + empty), empty, 1 << d)


@restricted.register
def _(model: SetFunction, j: int, active: bool) -> SetFunction:
    return SetFunction(model.values.reshape(-1, 2, 1 << j)[:, int(active)].ravel())
