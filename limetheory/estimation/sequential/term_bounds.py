"""Bounds, known before a mask is drawn, on the deviation of a term of prop:unbiased from β(g)."""

from __future__ import annotations

from collections.abc import Callable
from functools import singledispatch
from typing import Any

import numpy as np

from limetheory.arrays import PerSuperpixel
from limetheory.designs import Design, ExchangeableDesign, ProductDesign, UnequalDesign
from limetheory.limits import Additive, all_masks

LARGEST_ENUMERATED_D = 16
"""The largest d for which bounds are computed from all 2^d masks; a convention for time and memory."""
LargestResidual = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""(least, largest value of g) → the largest possible |F − g|."""


def term_bounds(surrogate: Any, design: Design, low: float, high: float) -> PerSuperpixel:
    """max over masks of |influence_j(z)| · max(high − g(z), g(z) − low), shape (d,), for any F in [low, high].

    It bounds the deviation influence_j(z) (F(z) − g(z)) of a term from β(g) (prop:unbiased). Exact for an `Additive` g
    under an exchangeable design, where the influence depends on the size and z_j only and g has a closed maximum and
    minimum given these. An upper bound for a product design or an `UnequalDesign`; by enumeration for any other g with
    d ≤ 16.

    Raises:
        ValueError: d > 16 with any other surrogate or design.

    >>> from limetheory import BernoulliDesign
    >>> term_bounds(Additive([0.5, 0.0]), BernoulliDesign(2), 0.0, 1.0).tolist()
    [2.0, 2.0]
    """

    def largest_residual(least: np.ndarray, most: np.ndarray) -> np.ndarray:
        return np.maximum(high - least, most - low)

    if isinstance(surrogate, Additive):
        return additive_bounds(design, surrogate, largest_residual)
    return _enumerated(design, surrogate, largest_residual)


def influence_bounds(design: Design) -> PerSuperpixel:
    """max over masks of |influence_j(z)| of F = 1, shape (d,), exact where `term_bounds` is.

    >>> from limetheory import BernoulliDesign
    >>> influence_bounds(BernoulliDesign(2)).tolist()
    [2.0, 2.0]
    """
    return additive_bounds(design, Additive(np.zeros(design.d)), lambda least, most: np.ones_like(least))


@singledispatch
def additive_bounds(design: Design, surrogate: Additive, largest_residual: LargestResidual) -> PerSuperpixel:
    """`term_bounds` of an additive surrogate."""
    return _enumerated(design, surrogate, largest_residual)


@additive_bounds.register
def _(design: ExchangeableDesign, surrogate: Additive, largest_residual: LargestResidual) -> PerSuperpixel:
    bounds = np.zeros(design.d)
    for kept in (True, False):
        sizes = np.arange(kept, design.d + kept)
        sizes = sizes[np.isfinite(design.log_mass[sizes])]
        influence = np.abs(_influence_on_first(design, sizes, kept))
        others = sizes - kept
        most = surrogate.intercept + kept * surrogate.weights + _largest_sums(surrogate.weights)[others]
        least = surrogate.intercept + kept * surrogate.weights - _largest_sums(-surrogate.weights)[others]
        bounds = np.maximum(bounds, (influence[:, None] * largest_residual(least, most)).max(axis=0, initial=0.0))
    return bounds


def _influence_on_first(design: Design, sizes: np.ndarray, kept: bool) -> np.ndarray:
    """influence_1 of a mask of each size with z_1 = kept, where F = 1."""
    masks = np.arange(design.d) < (sizes - kept)[:, None] + 1
    masks[:, 0] = kept
    return design.influence(masks, np.ones(len(masks)))[:, 0]


def _largest_sums(weights: np.ndarray) -> np.ndarray:
    """Sum of the m largest weights other than weights_j, for m = 0..d−1: (d,) → (d, d)."""
    order = np.argsort(-weights)
    sums = np.append(0.0, np.cumsum(weights[order]))
    rank = np.empty(len(weights), int)
    rank[order] = np.arange(len(weights))
    m = np.arange(len(weights))[:, None]
    return np.where(rank < m, sums[m + 1] - weights, sums[m])


@additive_bounds.register
def _(design: ProductDesign, surrogate: Additive, largest_residual: LargestResidual) -> PerSuperpixel:
    density = np.maximum(1.0, design.weights_off).prod() / design.total_mass
    least, most = (surrogate.intercept + clip(surrogate.weights, 0.0).sum() for clip in (np.minimum, np.maximum))
    largest: PerSuperpixel = density / np.minimum(design.keep, 1 - design.keep) * largest_residual(least, most)
    return largest


@additive_bounds.register
def _(design: UnequalDesign, surrogate: Additive, largest_residual: LargestResidual) -> PerSuperpixel:
    """By size: the largest sums of so many entries of a row of Cov(z, z)^{-1}, and of so many weights."""
    rows = design.slope_matrix
    middle = (rows @ design.marginals)[:, None]
    upper, lower = _sums_of_largest(rows) - middle, -_sums_of_largest(-rows) - middle
    most = surrogate.intercept + _sums_of_largest(surrogate.weights)
    least = surrogate.intercept - _sums_of_largest(-surrogate.weights)
    slopes = np.maximum(np.abs(upper), np.abs(lower)) * design.density_by_size
    largest: PerSuperpixel = (slopes * largest_residual(least, most)).max(axis=1)
    return largest


def _sums_of_largest(numbers: np.ndarray) -> np.ndarray:
    """The sums of the k largest numbers of each row, for k = 0..d: (…, d) → (…, d+1)."""
    ordered = -np.sort(-numbers, axis=-1)
    return np.concatenate([np.zeros((*numbers.shape[:-1], 1)), np.cumsum(ordered, axis=-1)], axis=-1)


def _enumerated(design: Design, surrogate: Any, largest_residual: LargestResidual) -> PerSuperpixel:
    if design.d > LARGEST_ENUMERATED_D:
        raise ValueError(
            f"bounds of terms need an Additive surrogate and an exchangeable, product or unequal design for d > "
            f"{LARGEST_ENUMERATED_D}, got {type(surrogate).__name__} and {design!r}; use guarantee='asymptotic'"
        )
    masks = all_masks(design.d)
    values = np.asarray(surrogate(masks), float)
    influence: np.ndarray = np.abs(design.influence(masks, np.ones(len(masks))))
    bounds: PerSuperpixel = (influence * largest_residual(values, values)[:, None]).max(axis=0)
    return bounds
