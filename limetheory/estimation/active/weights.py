"""The limit as a weighted sum of values of F, and its covariance with F under a kernel (prop:unbiased)."""

from __future__ import annotations

from typing import Protocol, TypeAlias

import numpy as np

from limetheory.arrays import Gram, Masks, PerMask
from limetheory.designs import Design
from limetheory.estimation.samples.strata import stratified_sample
from limetheory.estimation.surrogates.gaussian_process import Kernel, hadamard_sums, signs_of
from limetheory.limits import all_masks
from limetheory.limits.factor_moments import factor_moments

LARGEST_ENUMERATED_D = 14
"""The largest d for which the limit is a sum over all 2^d masks; a convention for time and memory."""
_NODES = 1024  # how many masks stand for all others for larger d; a round number

Weights: TypeAlias = np.ndarray
"""The weight of each mask in each coefficient, (d, m)."""


class OfLimit(Protocol):
    """The covariance of the limit with F under one kernel."""

    @property
    def own(self) -> Gram:
        """That of the limit with itself, (d, d)."""

    def at(self, masks: Masks) -> np.ndarray:
        """That of each coefficient with F at some masks: (n, d) bool → (d, n)."""


class LimitWeights(Protocol):
    """The limit as Σ weights F(z) over some masks.

    Attributes:
        masks: (m, d) bool.
        weights: (d, m).
    """

    masks: Masks
    weights: Weights

    def under(self, kernel: Kernel, slopes: PerMask) -> OfLimit:
        """The covariance with F where F is, but for a constant, slopes × a process of the kernel, (m,)."""


def limit_weights(design: Design, rng: np.random.Generator) -> LimitWeights:
    """The limit as a weighted sum: over all masks for d ≤ 14, else over a stratified sample of 1,024."""
    return _AllMasks(design) if design.d <= LARGEST_ENUMERATED_D else _Nodes(design, rng)


class _AllMasks:
    """β = weights F, exactly: the law × the influence of each mask."""

    def __init__(self, design: Design):
        self.masks = all_masks(design.d)
        self.weights = design.influence(self.masks, design.chance(self.masks)).T

    def under(self, kernel: Kernel, slopes: PerMask) -> OfLimit:
        return _OnAllMasks(kernel, self.weights * slopes)


class _OnAllMasks:
    """Covariances with F at all masks: convolutions, by fast Walsh transforms, since kernels depend on z ⊕ z' alone.

    F has the noise too, independent from mask to mask, and is known without error where it is evaluated.
    """

    def __init__(self, kernel: Kernel, weights: Weights):
        number = weights.shape[1]
        self._table = hadamard_sums((kernel.spectrum() + kernel.noise) * hadamard_sums(weights)) / number
        self.own = self._table @ weights.T

    def at(self, masks: Masks) -> np.ndarray:
        found: np.ndarray = self._table[:, masks @ (1 << np.arange(masks.shape[1]))]
        return found


class _Nodes:
    """β ≈ weights F on a stratified sample, corrected by least squares so that it is exact for additive F."""

    def __init__(self, design: Design, rng: np.random.Generator):
        self.masks, ratio, _ = stratified_sample(design, _NODES, rng)
        raw = design.influence(self.masks, ratio / len(self.masks)).T
        parameters = np.column_stack([np.ones(len(self.masks)), design.centred(self.masks)])
        weighted = parameters * (design.density(self.masks) * ratio)[:, None]
        missing = np.column_stack([np.zeros(design.d), _slopes_kept(design)]) - raw @ parameters
        self._design = design
        self.weights = raw + missing @ np.linalg.pinv(weighted.T @ parameters, hermitian=True) @ weighted.T

    def under(self, kernel: Kernel, slopes: PerMask) -> OfLimit:
        return _AtNodes(self._design, kernel, signs_of(self.masks), (self.weights, slopes))


class _AtNodes:
    """Covariances with F: exact for the mean of the slopes (prop:factor), by the nodes for what deviates from it.

    What is independent from mask to mask has no share for so many masks.
    """

    def __init__(self, design: Design, kernel: Kernel, nodes: np.ndarray, weighted: tuple[Weights, PerMask]):
        self._design, self._kernel, self._nodes = design, kernel, nodes
        self._plain, slopes = weighted
        self._mean, self._weights = float(slopes.mean()), self._plain * slopes
        self._deviating = self._plain * (slopes - self._mean)

    @property
    def own(self) -> Gram:
        """The covariance of the limit with itself, (d, d)."""
        found = self.at(self._nodes > 0) @ self._weights.T
        return (found + found.T) / 2

    def at(self, masks: Masks) -> np.ndarray:
        found: np.ndarray = self._exact(masks)
        if np.ptp(self._deviating) > 0:
            found = found + self._deviating @ self._kernel(self._nodes, signs_of(masks))
        return found

    def _exact(self, masks: Masks) -> np.ndarray:
        """The mean of the slopes times the limit of the kernel at each mask, (d, n)."""
        differ = np.exp(-self._kernel.rates)
        moments = factor_moments(self._design, np.where(masks, 1.0, differ), np.where(masks, differ, 1.0))
        if moments is None:
            plain: np.ndarray = self._mean * (self._plain @ self._kernel(self._nodes, signs_of(masks)))
            return plain
        products = self._design.solve(moments.of_contrasts.float(), moments.of_share.float())
        linear = 2 * self._kernel.slope * signs_of(masks) @ _slopes_kept(self._design)
        found: np.ndarray = self._mean * (self._kernel.amplitude * products + linear).T
        return found


def _slopes_kept(design: Design) -> Gram:
    """What the influence makes of the slopes of an additive F: these, less their mean for efficient designs, (d, d)."""
    kept = np.eye(design.d)
    return kept - 1 / design.d if design.efficient else kept
