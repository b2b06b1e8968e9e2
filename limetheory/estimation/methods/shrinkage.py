"""What a penalty adds (prop:ridge) to the error of a sampled fit, through the sample's own Gram matrix."""

from __future__ import annotations

import numpy as np

from limetheory.arrays import PerMask, PerSuperpixel
from limetheory.designs import Design
from limetheory.estimation.methods.copies import population_shrinkage
from limetheory.estimation.methods.determined import LeftOutUnits
from limetheory.estimation.methods.least_squares import LeastSquares
from limetheory.estimation.methods.small_samples import UNSEEN_MISFITS, VISIBLE, Errors

_KEPT, _UNITS_A_PARAMETER = 0.5, 2


def with_shrinkage(found: Errors, fit: LeastSquares, design: Design, ridge: float) -> Errors:
    r"""Errors of a penalised fit, the larger of the sandwich's and of those that its penalty makes.

    β̂_λ − β^λ = A β + Ĝ_λ^{-1} ŝ with A = Ĝ_λ^{-1} Ĝ − G_λ^{-1} G, β the limit without penalty and ŝ the score: the
    sample shrinks β by its own Gram matrix Ĝ, the limit by the population's G. A is known, since G is; β counts as
    independent slopes of mean squares τ², so that A adds A diag(τ²) Aᵀ. The sandwich knows the score alone, and in part
    the shrinkage that is left in the residuals, so the two are not added.
    """
    excess = fit.inverse @ fit.gram - population_shrinkage(design, ridge / fit.sample.n)
    if design.efficient:
        excess = excess - excess.mean(axis=1, keepdims=True)
    squares, degrees = squared_slopes(fit)
    known = np.where(np.isfinite(squares), squares, 0.0)
    added = np.where((excess != 0) & np.isinf(squares), np.inf, excess**2 * known).sum(axis=1)
    larger = added > np.diag(found.covariance)
    covariance = np.where(np.outer(larger, larger), (excess * known) @ excess.T, found.covariance)
    covariance[np.ix_(larger, ~larger)] = covariance[np.ix_(~larger, larger)] = 0.0
    np.fill_diagonal(covariance, np.where(larger, added, np.diag(found.covariance)))
    return Errors(covariance, np.where(larger, degrees, found.freedom), np.where(larger, np.inf, found.masks))


def hanging(plain: LeftOutUnits, design: Design, penalty: float, parameters: int) -> np.ndarray:
    """Slopes of a penalised fit whose value rests on a single unit, a mask or a pair of complements: (d,) bool.

    They are those that the fit without penalty would not determine if that unit were left out, and of which the
    penalised limit keeps more than half; of others the penalty decides the value. With at most two units a parameter
    that test says nothing, since then nearly every unit determines some slope, and no slope is reported.
    """
    if plain.fit.sample.n_units <= _UNITS_A_PARAMETER * parameters:
        return np.zeros(design.d, bool)
    return plain.undetermined(parameters) & (np.diag(population_shrinkage(design, penalty)) > _KEPT)


def squared_slopes(fit: LeastSquares) -> tuple[PerSuperpixel, float]:
    """τ̂², estimates of the mean squares of the slopes without penalty, and their degrees of freedom; ∞ of equal masks.

    The larger of the mean square of all slopes (`mean_square_slope`) and of the square of each slope alone, from the
    regression on one superpixel with equal weights: a slope far above the others is known by itself.
    """
    square, degrees = mean_square_slope(fit)
    rows, targets = _centred(fit, np.ones(fit.sample.n))
    lengths = (rows**2).sum(axis=0)
    alone = np.divide(targets @ rows, lengths, out=np.zeros(len(lengths)), where=lengths > 0)
    return np.maximum(square, alone**2), degrees


def mean_square_slope(fit: LeastSquares) -> tuple[float, float]:
    """An estimate of the mean square of all slopes, and its degrees of freedom; ∞ where all masks are equal.

    Σ w (F − F̄)² / Σ w ‖z − z̄‖² has the mean τ² if slopes are independent of mean zero, and misfit only adds to it.
    The larger of that with the weights of the fit and that with equal weights, which more masks decide. Where fewer
    than `UNSEEN_MISFITS` values differ from the others, the missing ones may be unseen, on masks that differ in one
    superpixel, by the range of F (`Sample.scale`).
    """
    sample = fit.sample
    found = [_mean_square(fit, weights) for weights in (sample.weights, np.ones(sample.n))]
    return max(found)


def _mean_square(fit: LeastSquares, weights: PerMask) -> tuple[float, float]:
    sample, (rows, targets) = fit.sample, _centred(fit, weights)
    lengths = weights * (rows**2).sum(axis=1)
    if not lengths.any():
        return np.inf, 1.0
    shown = np.count_nonzero(np.abs(sample.values - np.median(sample.values)) > VISIBLE * sample.scale)
    unseen = max(UNSEEN_MISFITS - shown, 0.0) * weights.mean()
    square = (weights @ targets**2 + unseen * sample.scale**2) / (lengths.sum() + unseen)
    return float(square), max(float(lengths.sum() ** 2 / (lengths @ lengths)) - 1, 1.0)


def _centred(fit: LeastSquares, weights: PerMask) -> tuple[np.ndarray, PerMask]:
    """The rows and targets of the fit, with weighted means of zero, (n, d) and (n,)."""
    rows, targets = fit.centre(fit.sample.masks.astype(float), fit.sample.values)
    total = weights.sum()
    return rows - weights @ rows / total, targets - weights @ targets / total
