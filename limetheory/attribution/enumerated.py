"""Sums over the masks that a design draws, for limits without a closed form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, islice
from math import comb
from typing import Any

import numpy as np

from limetheory.arrays import Masks, PerMask, PerSuperpixel
from limetheory.attribution.laws import weights_of
from limetheory.attribution.whole_fits import with_ends, with_intercept
from limetheory.designs import Design, ExchangeableDesign
from limetheory.evaluation import evaluate
from limetheory.limits import all_masks
from limetheory.limits.missing import LARGEST_D

_BLOCK = 1 << 12  # masks for each call of F; a convention that affects memory and time only
_LARGEST = 1 << LARGEST_D
_LARGEST_FIT = 20  # the largest d whose 2^d masks are kept for a regression; a convention for memory


def support(design: Design) -> Iterator[Masks]:
    """The masks that a design draws, block after block: those of its sizes, or those of positive probability."""
    if isinstance(design, ExchangeableDesign):
        sizes = np.flatnonzero(np.isfinite(design.log_law))
        _refuse_many(sum(comb(design.d, int(k)) for k in sizes), design)
        for k in map(int, sizes):
            yield from _of_size(design.d, k)
        return
    _refuse_many(1 << design.d, design)
    for start in range(0, 1 << design.d, _BLOCK):
        masks = all_masks(design.d, start, min(start + _BLOCK, 1 << design.d))
        yield masks[design.chance(masks) > 0]


def _of_size(d: int, size: int) -> Iterator[Masks]:
    fewer = min(size, d - size)
    members = combinations(range(d), fewer)
    while block := list(islice(members, _BLOCK)):
        masks = np.zeros((len(block), d), bool)
        masks[np.arange(len(block))[:, None], np.array(block, int).reshape(len(block), fewer)] = True
        yield masks if fewer == size else ~masks


def _refuse_many(masks: int, design: Design) -> None:
    if masks > _LARGEST:
        raise ValueError(
            f"the limit is a sum over all masks of the design, at most {_LARGEST:.1e}, got {float(masks):.1e} of "
            f"{design!r}; use a set function with a closed form, another design, or limetheory.estimate"
        )


def values_of(F: Any, masks: Masks) -> PerMask:
    """F on masks, in blocks of its own size."""
    size = min(getattr(F, "block_size", _BLOCK), _BLOCK)
    parts = [evaluate(F, masks[start : start + size]) for start in range(0, len(masks), size)]
    return np.concatenate(parts) if parts else np.zeros(0)


@dataclass(frozen=True, eq=False)
class PartSums:
    """Sums over all masks under the sampling law, for any design.

    Attributes:
        mean: E[F | z_j = 1], or E[F | z_j = 0], (d,).
        n_evaluations: how many masks there are.
    """

    mean: PerSuperpixel
    n_evaluations: int


def part_sums(F: Any, design: Design, shown: bool) -> PartSums:
    """The conditional means of F by summing over all masks."""
    sums, totals, n = np.zeros(design.d), np.zeros(design.d), 0
    for masks in support(design):
        law, side = design.chance(masks), (masks if shown else ~masks).astype(float)
        sums += (law * values_of(F, masks)) @ side
        totals += law @ side
        n += len(masks)
    if not (totals > 0).all():
        raise ValueError(
            f"a design must {'show' if shown else 'hide'} each part in some mask, got {design!r}, which never does so "
            f"with part {np.argmin(totals)}; choose another design"
        )
    return PartSums(sums / totals, n)


def regression(name: str, F: Any, design: Design, ridge: float) -> tuple[PerSuperpixel, float, int]:
    """Slopes (d,), intercept and number of values of the regression of that name to all masks of a design."""
    if design.d > _LARGEST_FIT:
        raise ValueError(
            f"the limit of {name!r} under {type(design).__name__} is a fit to all masks, d ≤ {_LARGEST_FIT}, got d = "
            f"{design.d}; use an exchangeable design such as BernoulliDesign"
        )
    masks = np.concatenate(list(support(design)))
    values, mass = values_of(F, masks), design.chance(masks) * weights_of(name, design, masks)
    if name == "kernel_shap":
        empty, full = map(float, values_of(F, np.array([[False] * design.d, [True] * design.d])))
        inside = mass > 0
        return with_ends(masks[inside], mass[inside], values[inside], (empty, full)), empty, len(masks) + 2
    return *with_intercept(masks, mass, values, ridge), len(masks)
