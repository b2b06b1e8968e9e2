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


def left_over(same: Copies, sample: Sample, design: Design) -> PerMask:
    """How much smaller a mask's residual is in the population's fit than in the fit to all masks but this one, (n,).

    With h the population's leverage of a mask, or of a pair in a sample of pairs, it is 1 − h: as copies grow many, a
    sample becomes the population, and what varies is the residual there. Masks that occur once keep their residual.
    """
    several = same.total(np.ones(sample.n)) > 1
    return np.where(several, 1 - _of_unit(same, sample, design), 1.0)


def right_on_average(same: Copies, sample: Sample, design: Design) -> PerMask:
    """`left_over`, with √(1 − h) for masks that occur once, and for pairs that do 1: (n,).

    The variance of least squares is then right on average for values without pattern. Few pairs leave few degrees of
    freedom, so that theirs is left as it is.
    """
    found = left_over(same, sample, design)
    if sample.paired:
        return found
    several = same.total(np.ones(sample.n)) > 1
    return np.where(several, found, np.sqrt(1 - _of_unit(same, sample, design)))


def _of_unit(same: Copies, sample: Sample, design: Design) -> PerMask:
    """The population's leverage of each mask's unit, at most 1: (n,)."""
    leverage = population_leverage(design, sample.masks_at(same.first))[same.number]
    if sample.paired:
        pairs = sample.n - sample.n % 2
        leverage[:pairs] = np.repeat(leverage[:pairs].reshape(-1, 2).sum(axis=1), 2)
    return np.minimum(leverage, 1.0)


def population_leverage(design: Design, masks: Masks) -> PerMask:
    """μ(z) z̃ᵀ (Σ/α_0)^{-1} z̃, the diagonal of the hat matrix of the fit to all 2^d masks: (n, d) bool → (n,).

    Its sum over all masks is the number of parameters, d + 1, or d − 1 under an efficient design (lem:leverage).

    >>> import limetheory as lt
    >>> bool(np.isclose(population_leverage(lt.ImageDesign(3), lt.all_masks(3)).sum(), 4))
    True
    """
    if not len(masks):
        return np.zeros(0)
    centred = design.centred(masks)
    slopes = np.einsum("ij,ij->i", centred, design.solve(design.contrasts(masks), design.centred_share(masks)))
    return design.probability(masks) * (slopes + (not design.efficient))


def all_seen(same: Copies, sample: Sample, design: Design | None) -> bool:
    """Whether the sample has every mask that there is, but for the ends that are known."""
    there_are = design.support_size if design else np.exp2(sample.d) - 2 * bool(sample.ends)
    return bool(np.count_nonzero(sample.weights[same.first] > 0) > there_are - 0.5)
