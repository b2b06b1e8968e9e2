"""What a penalty adds (prop:ridge) to the error of a sampled fit, through the sample's own Gram matrix."""

from __future__ import annotations

import numpy as np

from limetheory.arrays import Gram, PerMask
from limetheory.designs import Design
from limetheory.estimation.least_squares import LeastSquares
from limetheory.estimation.small_samples import Errors


def with_shrinkage(found: Errors, fit: LeastSquares, design: Design, ridge: float) -> Errors:
    r"""Errors of a penalised fit, the larger of the sandwich's and of those that its penalty makes.

    β̂_λ − β^λ = A β + Ĝ_λ^{-1} ŝ with A = Ĝ_λ^{-1} Ĝ − G_λ^{-1} G, β the limit without penalty and ŝ the score: the
    sample shrinks β by its own Gram matrix Ĝ, the limit by the population's G. A is known, since G is; β counts as
    independent slopes of mean square τ², so that A adds τ² A Aᵀ. The sandwich knows the score alone, and in part the
    shrinkage that is left in the residuals, wherefore the two are not added.
    """
    excess = fit.inverse @ fit.gram - population_shrinkage(design, ridge / fit.sample.n)
    if design.efficient:
        excess = excess - excess.mean(axis=1, keepdims=True)
    square, degrees = mean_square_slope(fit)
    lengths = (excess**2).sum(axis=1)
    added = np.where(lengths > 0, square * np.where(lengths > 0, lengths, 1.0), 0.0)
    larger = added > np.diag(found.covariance)
    covariance = found.covariance.copy()
    if np.isfinite(square):
        covariance = np.where(np.outer(larger, larger), square * excess @ excess.T, covariance)
    covariance[np.ix_(larger, ~larger)] = covariance[np.ix_(~larger, larger)] = 0.0
    np.fill_diagonal(covariance, np.where(larger, added, np.diag(found.covariance)))
    return Errors(covariance, np.where(larger, degrees, found.freedom))


def population_shrinkage(design: Design, penalty: float) -> Gram:
    """G_λ^{-1} G of the slopes, by which the penalty shrinks the limit (prop:ridge), (d, d)."""
    return np.stack([design.shrink(unit, penalty) for unit in np.eye(design.d)], axis=1)


def mean_square_slope(fit: LeastSquares) -> tuple[float, float]:
    """τ̂², an estimate of the mean square of the slopes without penalty, and its degrees of freedom; ∞ of no masks.

    Σ w (F − F̄)² / Σ w ‖z − z̄‖² has the mean τ² if slopes are independent of mean zero, and misfit only adds to it.
    The larger of that with the weights of the fit and that with equal weights, which more masks decide.
    """
    sample = fit.sample
    found = [_mean_square(fit, weights) for weights in (sample.weights, np.ones(sample.n))]
    return max(found)


def _mean_square(fit: LeastSquares, weights: PerMask) -> tuple[float, float]:
    masks, total = fit.sample.masks.astype(float), weights.sum()
    rows, targets = fit.centre(masks, fit.sample.values)
    rows, targets = rows - weights @ rows / total, targets - weights @ targets / total
    lengths = weights * (rows**2).sum(axis=1)
    if not lengths.any():
        return np.inf, 1.0
    return float(weights @ targets**2 / lengths.sum()), max(float(lengths.sum() ** 2 / (lengths @ lengths)) - 1, 1.0)
