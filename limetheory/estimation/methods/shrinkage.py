"""What a ridge penalty adds to the error of a sampled fit: it shrinks by the sample's Gram matrix (prop:ridge)."""

from __future__ import annotations

import numpy as np

from limetheory.arrays import PerMask, PerSuperpixel
from limetheory.designs import Design
from limetheory.estimation.methods.copies import population_shrinkage
from limetheory.estimation.methods.determined import LeftOutUnits
from limetheory.estimation.methods.least_squares import LeastSquares
from limetheory.estimation.methods.small_samples import RULE_OF_THREE, VISIBLE, CovarianceEstimate

# Half: data and penalty weigh alike. With two units a parameter or fewer nearly every unit has full leverage.
# experiments/coverage/rows.jsonl has the coverage with both.
_KEPT, _UNITS_A_PARAMETER = 0.5, 2


def with_shrinkage(found: CovarianceEstimate, fit: LeastSquares, design: Design, ridge: float) -> CovarianceEstimate:
    r"""The covariance of a penalised fit: for each variance the larger of the sandwich's and the shrinkage's.

    β̂_λ − β^λ = A β + Ĝ_λ^{-1} ŝ with A = Ĝ_λ^{-1} Ĝ − G_λ^{-1} G, β the limit without penalty and ŝ the score: the
    sample shrinks β by its own Gram matrix Ĝ, the limit by the population's G. A is known, since G is. With independent
    slopes of mean squares τ² in place of β, the first term has the covariance A diag(τ²) Aᵀ. The sandwich is that of
    the second, but its residuals have some of the shrinkage too, so the two are not added.
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
    masks = np.where(larger, np.inf, found.effective_masks)
    return CovarianceEstimate(covariance, np.where(larger, degrees, found.freedom), masks)


def resting_on_one_unit(plain: LeftOutUnits, design: Design, penalty: float, parameters: int) -> np.ndarray:
    """Slopes of a penalised fit that a single unit, a mask or a pair of complements, identifies: (d,) bool.

    Without that unit the fit without penalty could not identify them, and the penalised limit keeps more than half of
    them; the value of a slope that is shrunk more is due to the penalty rather than the unit. With at most two units a
    parameter nearly every unit identifies some slope, so that no slope is reported.
    """
    if plain.fit.sample.n_units <= _UNITS_A_PARAMETER * parameters:
        return np.zeros(design.d, bool)
    return plain.undetermined(parameters) & (np.diag(population_shrinkage(design, penalty)) > _KEPT)


def squared_slopes(fit: LeastSquares) -> tuple[PerSuperpixel, float]:
    """τ̂², estimates of the mean squares of the slopes without penalty, and their degrees of freedom.

    Each is the larger of the mean square of all slopes (`mean_square_slope`) and the square of this slope in the simple
    regression on its superpixel with equal weights, since one slope may be far larger than the others.
    """
    square, degrees = mean_square_slope(fit)
    rows, targets = _centred(fit, np.ones(fit.sample.n))
    lengths = (rows**2).sum(axis=0)
    alone = np.divide(targets @ rows, lengths, out=np.zeros(len(lengths)), where=lengths > 0)
    return np.maximum(square, alone**2), degrees


def mean_square_slope(fit: LeastSquares) -> tuple[float, float]:
    """An estimate of the mean square of all slopes, and its degrees of freedom; ∞ where all masks are equal.

    Σ w (F − F̄)² / Σ w ‖z − z̄‖² has the mean τ² if slopes are independent of mean zero, and lack of fit only adds to
    it. The larger of two, with the weights of the fit and with equal weights, whose effective sample size is larger.
    Where fewer than `RULE_OF_THREE` values differ from the others, as many as are missing are added: values that
    differ by the range of F (`Sample.scale`) on masks that differ in one superpixel.
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
    unseen = max(RULE_OF_THREE - shown, 0.0) * weights.mean()
    square = (weights @ targets**2 + unseen * sample.scale**2) / (lengths.sum() + unseen)
    return float(square), max(float(lengths.sum() ** 2 / (lengths @ lengths)) - 1, 1.0)


def _centred(fit: LeastSquares, weights: PerMask) -> tuple[np.ndarray, PerMask]:
    """The rows and targets of the fit, with weighted means of zero, (n, d) and (n,)."""
    rows, targets = fit.centre(fit.sample.masks.astype(float), fit.sample.values)
    total = weights.sum()
    return rows - weights @ rows / total, targets - weights @ targets / total
