"""Masks that a sample holds several times: the fit without one of them must leave out all of its copies."""

from __future__ import annotations

import numpy as np

from limetheory.arrays import Gram, Masks, PerMask, PerMaskAndSuperpixel
from limetheory.designs import Design
from limetheory.estimation.methods.least_squares import LeftOut
from limetheory.estimation.samples.sample import Sample

_MANY_COPIES = 4


def left_over(sample: Sample, design: Design, residuals: PerMask, penalty: float = 0.0) -> PerMask:
    """What the population's fit leaves of residuals that the masks' copies were left out of, (n,).

    With H the population's hat matrix between the masks of a unit, a mask or a pair of complements, it is (I − H) times
    the unit's residuals: as copies grow many, a sample becomes the population, and what varies is the residual there.
    Units that occur once keep their residuals. For a penalised fit H has the penalty too, which is added to the mean
    weighted square (prop:ridge).
    """
    same = sample.copies
    if not same.repeated:
        return residuals
    left = residuals - population_leverage(design, sample.masks_at(same.first), penalty)[same.number] * residuals
    if sample.paired:
        pairs = sample.n - sample.n % 2
        crossed = hat_of_complements(design, sample.masks_at(np.arange(pairs)), penalty)
        left[:pairs] -= crossed * residuals[:pairs].reshape(-1, 2)[:, ::-1].ravel()
    return np.where(same.counts > 1, left, residuals)


def right_on_average(sample: Sample, design: Design, without: LeftOut, penalty: float = 0.0) -> PerMask:
    """Residuals whose squares make the variance of least squares right on average for values without pattern, (n,).

    They are `LeftOut.balanced` where the population is large. Where a unit has a considerable leverage in the
    population, that is too much: there they are `left_over`, or for a mask that occurs once √(1 − h) of the residual
    that it was left out of, h its leverage in the population. The smaller one holds, of pairs as a whole.
    """
    found = left_over(sample, design, without.residuals, penalty)
    if not sample.paired:
        same = sample.copies
        leverage = population_leverage(design, sample.masks_at(same.first), penalty)[same.number]
        found = np.where(same.counts > 1, found, np.sqrt(1 - np.minimum(leverage, 1.0)) * without.residuals)
    return np.where(_size(sample, without.balanced) < _size(sample, found), without.balanced, found)


def _size(sample: Sample, residuals: PerMask) -> PerMask:
    """The weighted sum of the squared residuals of each mask's unit, (n,)."""
    squares = sample.weights * residuals**2
    return np.repeat(sample.by_unit(squares), 2)[: sample.n] if sample.paired else squares


def distinct_degrees(sample: Sample, design: Design, parameters: int) -> float:
    """Degrees of freedom of the misfits that different masks, or pairs, show: their number minus that of parameters.

    At least 1. Without limit (∞) where each mask occurs `_MANY_COPIES` times or more on average, because the variance
    is then that of how often masks occur, and where a second sample of this size would have less than one new mask,
    because nearly all misfits are then known.
    """
    same = sample.copies
    if sample.strata or not same.repeated:
        return np.inf
    numbers = same.number[: sample.n - sample.n % 2].reshape(-1, 2).min(axis=1) if sample.paired else same.number
    different = len(np.unique(numbers))
    if sample.n_units >= _MANY_COPIES * different or sample.n * _unseen(sample, design) < 1:
        return np.inf
    return max(different - parameters, 1.0)


def _unseen(sample: Sample, design: Design) -> float:
    """The probability that the next mask, or pair, is a new one."""
    first = sample.copies.first
    law = design.chance(sample.masks_at(first))
    return float(1 - (law if sample.paired else law / sample.importance[first]).sum())


def population_leverage(design: Design, masks: Masks, penalty: float = 0.0) -> PerMask:
    """μ(z) z̃ᵀ (Σ/α_0)^{-1} z̃, the diagonal of the hat matrix of the fit to all 2^d masks: (n, d) bool → (n,).

    Its sum over all masks is the number of parameters, d + 1, or d − 1 under an efficient design (lem:leverage).

    >>> import limetheory as lt
    >>> bool(np.isclose(population_leverage(lt.ImageDesign(3), lt.all_masks(3)).sum(), 4))
    True
    """
    if not len(masks):
        return np.zeros(0)
    if not penalty:
        return design.probability(masks) * (design.squared_distance(masks) + (not design.efficient))
    squares = np.einsum("ij,ij->i", design.centred(masks), _penalised_slopes(design, masks, penalty))
    return design.probability(masks) * (squares + (not design.efficient))


def hat_of_complements(design: Design, masks: Masks, penalty: float = 0.0) -> PerMask:
    """The hat matrix of the fit to all 2^d masks between each mask and its complement, (n, d) bool → (n,).

    It is μ(1 − z) z̃ᵀ (Σ/α_0)^{-1} z̃' with z' = 1 − z: what a value at 1 − z adds to the fit at z.
    """
    crossed = np.einsum("ij,ij->i", design.centred(masks), _penalised_slopes(design, ~masks, penalty))
    return design.probability(~masks) * (crossed + (not design.efficient))


def population_shrinkage(design: Design, penalty: float) -> Gram:
    """G_λ^{-1} G of the slopes, by which the penalty shrinks the limit (prop:ridge), (d, d)."""
    return np.stack([design.shrink(unit, penalty) for unit in np.eye(design.d)], axis=1)


def _penalised_slopes(design: Design, masks: Masks, penalty: float) -> PerMaskAndSuperpixel:
    slopes = design.slopes(masks)
    return slopes @ population_shrinkage(design, penalty).T if penalty else slopes


def all_seen(sample: Sample, design: Design | None) -> bool:
    """Whether the sample has every mask that there is, but for the ends that are known."""
    there_are = design.support_size if design else np.exp2(sample.d) - 2 * bool(sample.ends)
    return bool(np.count_nonzero(sample.weights[sample.copies.first] > 0) > there_are - 0.5)
