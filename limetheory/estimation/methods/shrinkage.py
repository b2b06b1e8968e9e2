"""What a ridge penalty adds to the error of a sampled fit: it shrinks by the sample's Gram matrix (prop:ridge)."""

from __future__ import annotations

from functools import cached_property
from typing import TypeAlias

import numpy as np

from limetheory.arrays import Gram, PerMask, PerMaskOfEach
from limetheory.designs import Design
from limetheory.estimation.methods.copies import population_shrinkage
from limetheory.estimation.methods.determined import LeftOutUnits
from limetheory.estimation.methods.least_squares import LeastSquares, Regression
from limetheory.estimation.methods.small_samples import RULE_OF_THREE, VISIBLE, CovarianceEstimate, variances_of
from limetheory.estimation.samples.sample import Sample

# Half: data and penalty weigh alike. With two units a parameter or fewer nearly every unit has full leverage.
# experiments/coverage/rows.jsonl has the coverage with both.
_KEPT, _UNITS_A_PARAMETER = 0.5, 2

Squares: TypeAlias = tuple[np.ndarray, np.ndarray]
"""Estimates of mean squares, and their degrees of freedom."""


class Shrinkage:
    r"""What a penalty adds to the covariance: for each variance the larger of the sandwich's and the shrinkage's.

    β̂_λ − β^λ = A β + Ĝ_λ^{-1} ŝ with A = Ĝ_λ^{-1} Ĝ − G_λ^{-1} G, β the limit without penalty and ŝ the score: the
    sample shrinks β by its own Gram matrix Ĝ, the limit by the population's G. A is known, since G is. With independent
    slopes of mean squares τ² in place of β, the first term has the covariance A diag(τ²) Aᵀ. The sandwich is that of
    the second, but its residuals have some of the shrinkage too, so the two are not added.

    Args:
        regression: penalised least squares on the masks.
        design: what these were drawn from.
        ridge: the penalty.
    """

    def __init__(self, regression: Regression, design: Design, ridge: float):
        self._regression, self._design, self._ridge = regression, design, ridge

    @cached_property
    def excess(self) -> Gram:
        """A, (d, d)."""
        fit = self._regression
        excess: Gram = fit.inverse @ fit.gram - population_shrinkage(self._design, self._ridge / fit.sample.n)
        return excess - excess.mean(axis=1, keepdims=True) if self._design.efficient else excess

    @cached_property
    def slopes(self) -> SquaredSlopes:
        """The mean squares of the slopes."""
        return SquaredSlopes(self._regression)

    def added(self, found: CovarianceEstimate, fit: LeastSquares, sample: Sample) -> CovarianceEstimate:
        """The covariance of a penalised fit from its sandwich."""
        squares, degrees = self.slopes.of_each(fit, sample)
        known = np.where(np.isfinite(squares), squares, 0.0)[..., None, :]
        unknown = (self.excess != 0) & np.isinf(squares)[..., None, :]
        added = np.where(unknown, np.inf, self.excess**2 * known).sum(axis=-1)
        own = variances_of(found.covariance)
        larger, places = added > own, np.arange(sample.d)
        both, one = (pair(larger[..., :, None], larger[..., None, :]) for pair in (np.logical_and, np.logical_xor))
        covariance = np.where(both, (self.excess * known) @ self.excess.T, found.covariance)
        covariance[one] = 0.0
        covariance[..., places, places] = np.where(larger, added, own)
        masks = np.where(larger, np.inf, found.effective_masks)
        return CovarianceEstimate(covariance, np.where(larger, degrees[..., None], found.freedom), masks)


def resting_on_one_unit(plain: LeftOutUnits, design: Design, penalty: float, parameters: int) -> np.ndarray:
    """Slopes of a penalised fit that a single unit, a mask or a pair of complements, identifies: (d,) bool.

    Without that unit the fit without penalty could not identify them, and the penalised limit keeps more than half of
    them; the value of a slope that is shrunk more is due to the penalty rather than the unit. With at most two units a
    parameter nearly every unit identifies some slope, so that no slope is reported.
    """
    if plain.regression.sample.n_units <= _UNITS_A_PARAMETER * parameters:
        return np.zeros(design.d, bool)
    return plain.undetermined(parameters) & (np.diag(population_shrinkage(design, penalty)) > _KEPT)


class SquaredSlopes:
    """τ̂², estimates of the mean squares of the slopes without penalty, and their degrees of freedom.

    Args:
        regression: least squares on the masks.
    """

    def __init__(self, regression: Regression):
        self._regression = regression

    @cached_property
    def _rows(self) -> np.ndarray:
        return self._regression.rows.at(np.arange(self._regression.sample.n))

    @cached_property
    def _equal(self) -> tuple[PerMask, np.ndarray]:
        """Equal weights, and the rows with a mean of zero."""
        weights = np.ones(self._regression.sample.n)
        return weights, _centred(self._rows, weights)

    @cached_property
    def _weightings(self) -> list[tuple[PerMask, PerMask]]:
        """The weights of the fit and equal weights, each with the weighted squared lengths of the rows, (n,)."""
        own = self._regression.sample.weights
        of_both = ((own, _centred(self._rows, own)), self._equal)
        return [(weights, weights * (rows**2).sum(axis=1)) for weights, rows in of_both]

    def of_each(self, fit: LeastSquares, sample: Sample) -> Squares:
        """That of each slope, (…, d).

        Each is the larger of the mean square of all slopes (`of_all`) and the square of this slope in the simple
        regression on its superpixel with equal weights, since one slope may be far larger than the others.
        """
        square, degrees = self.of_all(fit, sample)
        weights, rows = self._equal
        lengths = (rows**2).sum(axis=0)
        along = (_centred_targets(fit.targets, weights)[..., None, :] @ rows)[..., 0, :]
        alone = np.divide(along, lengths, out=np.zeros(along.shape), where=lengths > 0)
        return np.maximum(square[..., None], alone**2), degrees

    def of_all(self, fit: LeastSquares, sample: Sample) -> Squares:
        """That of all slopes, one number for each function; ∞ where all masks are equal.

        Σ w (F − F̄)² / Σ w ‖z − z̄‖² has the mean τ² if slopes are independent of mean zero, and lack of fit only adds to
        it. The larger of two, with the weights of the fit and with equal weights, whose effective sample size is
        larger. Where fewer than `RULE_OF_THREE` values differ from the others, as many as are missing are added: values
        that differ by the range of F (`Sample.scale`) on masks that differ in one superpixel.
        """
        (first, others), (second, most) = (self._with_weights(fit, sample, *one) for one in self._weightings)
        return np.maximum(first, second), np.where(
            first == second, np.maximum(others, most), np.where(first > second, others, most)
        )

    def _with_weights(self, fit: LeastSquares, sample: Sample, weights: PerMask, lengths: PerMask) -> Squares:
        scale = np.asarray(sample.scale)
        if not lengths.any():
            return np.full(scale.shape, np.inf), np.ones(scale.shape)
        targets = _centred_targets(fit.targets, weights)
        differ = np.abs(sample.values - np.median(sample.values, axis=-1, keepdims=True)) > VISIBLE * scale[..., None]
        unseen = np.maximum(RULE_OF_THREE - np.count_nonzero(differ, axis=-1), 0.0) * weights.mean()
        squares = ((targets**2)[..., None, :] @ weights)[..., 0]
        degrees = max(float(lengths.sum() ** 2 / (lengths @ lengths)) - 1, 1.0)
        return (squares + unseen * scale**2) / (lengths.sum() + unseen), np.full(scale.shape, degrees)


def _centred(rows: np.ndarray, weights: PerMask) -> np.ndarray:
    """Rows (n, d) with a weighted mean of zero."""
    centred: np.ndarray = rows - weights @ rows / weights.sum()
    return centred


def _centred_targets(targets: PerMaskOfEach, weights: PerMask) -> PerMaskOfEach:
    """Targets with a weighted mean of zero, those of each function."""
    centred: PerMaskOfEach = targets - targets[..., None, :] @ weights / weights.sum()
    return centred
