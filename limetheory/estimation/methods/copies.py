"""Copies, the equal masks of a sample: F gives them one value, so a leave-one-out fit must leave out all of them."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from limetheory.arrays import Gram, Masks, PerMask, PerMaskAndSuperpixel, PerMaskOfEach
from limetheory.designs import Design
from limetheory.estimation.methods.leave_one_out import LeaveOneOut
from limetheory.estimation.samples.sample import Sample

_MANY_COPIES = 4  # a round number, with the coverage in experiments/coverage/rows.jsonl


class PopulationHat:
    """H, the hat matrix of the fit to all 2^d masks, at the masks of a sample; all functions on these masks share it.

    Args:
        sample: the masks.
        design: what they were drawn from.
        penalty: of the fit, added to the mean weighted square (prop:ridge).
    """

    def __init__(self, sample: Sample, design: Design, penalty: float = 0.0):
        self._sample, self._design, self._penalty = sample, design, penalty

    @cached_property
    def leverage(self) -> PerMask:
        """The diagonal of H, (n,)."""
        same = self._sample.copies
        of_each = population_leverage(self._design, self._sample.masks_at(same.first), self._penalty)
        return np.take(of_each, same.number)

    @cached_property
    def crossed(self) -> PerMask:
        """The entries of H of each mask and the other one of its pair, (n,) without a last mask that stands alone."""
        masks = self._sample.masks_at(slice(self._sample.n - self._sample.n % 2))
        return hat_of_complements(self._design, masks, self._penalty)

    def population_residuals(self, residuals: PerMaskOfEach) -> PerMaskOfEach:
        """(I − H) times the leave-one-out residuals of units that occur several times; others keep theirs: (…, n).

        A unit is a mask, or a pair of complements, and H its block. The more copies a sample has, the nearer it is to
        the population of all masks, and (I − H) turns a leave-one-out residual into the residual of the population's
        fit, which the variance is made of then.
        """
        same = self._sample.copies
        if not same.repeated:
            return residuals
        found = residuals - self.leverage * residuals
        if self._sample.paired:
            pairs = len(self.crossed)
            others = residuals[..., :pairs].reshape(*residuals.shape[:-1], -1, 2)[..., ::-1]
            found[..., :pairs] -= self.crossed * others.reshape(*residuals.shape[:-1], -1)
        return np.where(same.counts > 1, found, residuals)

    def variance_residuals(self, without: LeaveOneOut) -> PerMaskOfEach:
        """Residuals that make the sandwich covariance nearly unbiased for homoscedastic weighted errors, (…, n).

        With many possible masks they are those of HC2 (`LeaveOneOut.balanced`). They are too large for a unit whose
        leverage h in the population of all masks is considerable: there `population_residuals` hold, or √(1 − h) times
        the leave-one-out residual for a mask that occurs once. Each unit, a mask or a pair, gets the smaller of both.
        """
        found = self.population_residuals(without.residuals)
        if not self._sample.paired:
            root = np.sqrt(1 - np.minimum(self.leverage, 1.0))
            found = np.where(self._sample.copies.counts > 1, found, root * without.residuals)
        return np.where(self._size(without.balanced) < self._size(found), without.balanced, found)

    def _size(self, residuals: PerMaskOfEach) -> PerMaskOfEach:
        """The weighted sum of the squared residuals of each mask's unit, (…, n)."""
        sample, squares = self._sample, self._sample.weights * residuals**2
        return np.repeat(sample.by_unit(squares, -1), 2, axis=-1)[..., : sample.n] if sample.paired else squares


def distinct_degrees(sample: Sample, design: Design, parameters: int) -> float:
    """Residual degrees of freedom that count the copies of a unit once: distinct units − parameters, at least 1.

    ∞ where they do not limit the intervals. That is so where units occur `_MANY_COPIES` times or more on average:
    then the variance is mostly that of how often each occurs. And it is so where a second sample of this size is
    expected to have less than one new unit: then nearly all residuals of the population are known.
    """
    same = sample.copies
    if sample.strata or not same.repeated:
        return np.inf
    numbers = same.number[: sample.n - sample.n % 2].reshape(-1, 2).min(axis=1) if sample.paired else same.number
    different = len(np.unique(numbers))
    if sample.n_units >= _MANY_COPIES * different or sample.n * _chance_of_new_unit(sample, design) < 1:
        return np.inf
    return max(different - parameters, 1.0)


def _chance_of_new_unit(sample: Sample, design: Design) -> float:
    """The probability that the next mask, or pair, is none of those in the sample."""
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
    leverage: PerMask = design.probability(masks) * (squares + (not design.efficient))
    return leverage


def hat_of_complements(design: Design, masks: Masks, penalty: float = 0.0) -> PerMask:
    """Off-diagonal entries of the hat matrix of the fit to all 2^d masks, of each mask and its complement: (n,).

    For masks (n, d) it is μ(1 − z) z̃ᵀ (Σ/α_0)^{-1} z̃' with z' = 1 − z, the influence of F(1 − z) on the fit at z.
    """
    crossed = np.einsum("ij,ij->i", design.centred(masks), _penalised_slopes(design, ~masks, penalty))
    entries: PerMask = design.probability(~masks) * (crossed + (not design.efficient))
    return entries


def population_shrinkage(design: Design, penalty: float) -> Gram:
    """The shrinkage matrix G_λ^{-1} G that a penalty applies to the slopes of the limit (prop:ridge), (d, d)."""
    return np.stack([design.shrink(unit, penalty) for unit in np.eye(design.d)], axis=1)


def _penalised_slopes(design: Design, masks: Masks, penalty: float) -> PerMaskAndSuperpixel:
    slopes = design.slopes(masks)
    return slopes @ population_shrinkage(design, penalty).T if penalty else slopes


def exhausts_support(sample: Sample, design: Design | None) -> bool:
    """Whether the sample has every mask of positive weight; efficient designs know F on the empty and full mask.

    Never where F is random: no sample has all of its values.
    """
    if sample.random:
        return False
    there_are = design.support_size if design else np.exp2(sample.d) - 2 * bool(sample.ends)
    return bool(np.count_nonzero(sample.weights[sample.copies.first] > 0) > there_are - 0.5)
