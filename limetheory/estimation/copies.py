"""Masks that a sample holds several times: the fit without one of them must leave out all of its copies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from limetheory.arrays import Masks, PerMask
from limetheory.designs import Design
from limetheory.estimation.sample import Sample


@dataclass(frozen=True, eq=False)
class Copies:
    """Which masks of a sample are equal.

    Attributes:
        number: which distinct mask each mask is, (n,) int.
        first: the place of each distinct mask in the sample, (m,) int.
    """

    number: np.ndarray
    first: np.ndarray

    def total(self, rows: PerMask) -> PerMask:
        """The sum of a quantity over all copies of each mask, (n,) → (n,)."""
        return np.bincount(self.number, rows, len(self.first))[self.number]


def copies(sample: Sample) -> Copies:
    """The equal masks of a sample."""
    rows = np.ascontiguousarray(sample.bits).view(np.dtype((np.void, sample.bits.shape[1]))).ravel()
    _, first, number = np.unique(rows, return_index=True, return_inverse=True)
    return Copies(number.ravel(), first)


def left_over(same: Copies, sample: Sample, design: Design, residuals: PerMask) -> PerMask:
    """What the population's fit leaves of residuals that the masks' copies were left out of, (n,).

    With H the population's hat matrix between the masks of a unit, a mask or a pair of complements, it is (I − H) times
    the unit's residuals: as copies grow many, a sample becomes the population, and what varies is the residual there.
    Units that occur once keep their residuals.
    """
    several = same.total(np.ones(sample.n)) > 1
    left = residuals - population_leverage(design, sample.masks_at(same.first))[same.number] * residuals
    if sample.paired:
        pairs = sample.n - sample.n % 2
        crossed = hat_of_complements(design, sample.masks_at(np.arange(pairs)))
        left[:pairs] -= crossed * residuals[:pairs].reshape(-1, 2)[:, ::-1].ravel()
    return np.where(several, left, residuals)


def right_on_average(same: Copies, sample: Sample, design: Design, residuals: PerMask) -> PerMask:
    """`left_over`, but √(1 − h) of the residuals of masks that occur once, h the population's leverage, (n,).

    The variance of least squares is then right on average for values without pattern. Few pairs leave few degrees of
    freedom, so that residuals of theirs are left as they are.
    """
    found = left_over(same, sample, design, residuals)
    if sample.paired:
        return found
    leverage = population_leverage(design, sample.masks_at(same.first))[same.number]
    several = same.total(np.ones(sample.n)) > 1
    return np.where(several, found, np.sqrt(1 - np.minimum(leverage, 1.0)) * residuals)


def population_leverage(design: Design, masks: Masks) -> PerMask:
    """μ(z) z̃ᵀ (Σ/α_0)^{-1} z̃, the diagonal of the hat matrix of the fit to all 2^d masks: (n, d) bool → (n,).

    Its sum over all masks is the number of parameters, d + 1, or d − 1 under an efficient design (lem:leverage).

    >>> import limetheory as lt
    >>> bool(np.isclose(population_leverage(lt.ImageDesign(3), lt.all_masks(3)).sum(), 4))
    True
    """
    return _hat(design, masks, masks)


def hat_of_complements(design: Design, masks: Masks) -> PerMask:
    """The hat matrix of the fit to all 2^d masks between each mask and its complement, (n, d) bool → (n,).

    It is μ(1 − z) z̃ᵀ (Σ/α_0)^{-1} z̃' with z' = 1 − z: what a value at 1 − z adds to the fit at z.
    """
    return _hat(design, masks, ~masks)


def _hat(design: Design, masks: Masks, others: Masks) -> PerMask:
    if not len(masks):
        return np.zeros(0)
    solved = design.solve(design.contrasts(others), design.centred_share(others))
    slopes = np.einsum("ij,ij->i", design.centred(masks), solved)
    return design.probability(others) * (slopes + (not design.efficient))


def all_seen(same: Copies, sample: Sample, design: Design | None) -> bool:
    """Whether the sample has every mask that there is, but for the ends that are known."""
    there_are = design.support_size if design else np.exp2(sample.d) - 2 * bool(sample.ends)
    return bool(np.count_nonzero(sample.weights[same.first] > 0) > there_are - 0.5)
