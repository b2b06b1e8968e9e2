"""prop:unbiased: the Gram matrix is known, so estimate only the right-hand side."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from limetheory.arrays import Gram
from limetheory.designs import Design
from limetheory.estimation.cross_fitting import assigned_folds, fold_weights
from limetheory.estimation.sample import Sample
from limetheory.estimation.spread import spread, unknown
from limetheory.estimation.wls import wls
from limetheory.explanation import Explanation

_FOLDS = 5
_LEAST_VARIATION = 0.25
_MASKS_A_PARAMETER = 4
FEWEST_SAMPLES = 4


def unbiased(sample: Sample, design: Design) -> Explanation:
    """β(g) + Σ^{-1} (1/n) Σ_i π_i z̃_i (F(z_i) − g(z_i)) with a cross-fitted linear g.

    Exactly unbiased for the limit at every n, because g is fitted on the other folds: given them, each term
    has the limit as its mean (prop:linear gives β(g) exactly). Fold k holds the masks i ≡ k (mod 5), fewer
    folds below n = 10; the two masks of a pair share a fold, and each stratum is dealt out to all folds. The
    covariance is that of the terms within their folds (and strata, with the finite-population correction; pairs are
    added first: prop:parity). Intervals use Student's t with n_eff − d − 1 degrees of freedom, as for weighted least
    squares. Where the masks hold less than a quarter of the variance of a superpixel that they have on average, rare
    masks are missing that its coefficient hangs on: its standard error is infinite, as where that of least squares is
    on at least four masks a parameter.
    """
    folds = assigned_folds(sample, _FOLDS, fewest=2)
    fits = _linear_fits(sample, folds)
    surrogates = np.column_stack([fits[:, 0] + fits[:, 1:] @ design.marginals, fits[:, 1:]])
    solution = np.bincount(folds) @ surrogates / sample.n + _misfit(sample, design, fits, fold_weights(sample, folds))
    cells = sample.stratified.number * len(fits) + folds
    covariance, freedom = spread(sample, lambda: _moves(sample, design, fits, folds), cells)
    covariance = unknown(covariance, _undetermined(sample))
    most = max(sample.effective_size - sample.d - 1, 1.0)
    return explanation(sample, design, solution, covariance, min(freedom, most) if sample.strata else most)


def _undetermined(sample: Sample) -> np.ndarray:
    """Which coefficients the masks do not determine, or only one of them, though they are many, (d,) bool."""
    if sample.n_units < _MASKS_A_PARAMETER * (sample.d + 1) or not sample.weights.any():
        return np.zeros(sample.d, bool)
    return np.isinf(wls(sample).standard_errors)


def explanation(sample: Sample, design: Design, solution: np.ndarray, covariance: Gram, freedom: float) -> Explanation:
    """The explanation with (E_μ[F], β) estimated from a sample, (d + 1,), corrected to the sum F(1) − F(0) if known.

    Coefficients of superpixels that the masks hardly vary have infinite standard errors, see `unbiased`.

    Args:
        sample: the masks and values.
        design: what they were drawn from.
        solution: the estimate.
        covariance: that of β, (d, d).
        freedom: degrees of freedom of the intervals.
    """
    beta, intercept = solution[1:], solution[0] - solution[1:] @ design.marginals
    if sample.ends:
        empty, full = sample.ends
        beta, intercept = beta - beta.mean() + (full - empty) / sample.d, empty
    covariance = unknown(covariance, _variation(sample, design) < _LEAST_VARIATION)
    errors = np.sqrt(np.diag(covariance))
    return Explanation(beta, float(intercept), errors, sample.n_evaluations, freedom, covariance=covariance)


def _variation(sample: Sample, design: Design) -> np.ndarray:
    """How much the masks vary each superpixel, by the weights of its coefficient, (d,); 1 on average over samples.

    Masks that hold almost all of μ but are hardly ever drawn, as with a narrow bandwidth, show up here alone: where
    all of them are missing, the other masks' terms are as good as 0.
    """
    total, start = np.zeros(sample.d), 0
    for masks, _, _ in sample.blocks():
        kept, importance = masks > 0, sample.importance[start : start + len(masks)]
        total += np.einsum("ij,ij->j", design.influence(kept, importance), design.centred(kept))
        start += len(masks)
    return total / sample.n


def _linear_fits(sample: Sample, folds: np.ndarray) -> np.ndarray:
    """Weighted least-squares fit (intercept, slopes) without each fold, shape (folds, d + 1)."""
    width, number = sample.d + 1, folds.max() + 1
    grams, moments = np.zeros((number, width, width)), np.zeros((number, width))
    for part, masks, weights, values in _blocks(sample):
        rows = np.column_stack([np.ones(len(masks)), masks])
        for k in range(number):
            own = folds[part] == k
            weighted = weights[own, None] * rows[own]
            grams[k] += weighted.T @ rows[own]
            moments[k] += weighted.T @ values[own]
    others = zip(grams.sum(axis=0) - grams, moments.sum(axis=0) - moments, strict=True)
    return np.stack([np.linalg.lstsq(gram, moment, rcond=1e-10)[0] for gram, moment in others])


def _misfit(sample: Sample, design: Design, fits: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Σ shares × the terms π z̃ (F − g) / α_0 solved for (mean, β), shape (d + 1,)."""
    total, shares = np.zeros(sample.d + 1), shares * sample.importance
    for part, masks, _, values in _blocks(sample):
        for fit, share in zip(fits, shares[:, part], strict=True):
            used = share != 0
            residuals = share[used] * (values[used] - fit[0] - masks[used] @ fit[1:])
            kept = masks[used] > 0
            total[0] += design.density(kept) @ residuals
            total[1:] += design.influence(kept, residuals).sum(axis=0)
    return total


def _moves(sample: Sample, design: Design, fits: np.ndarray, folds: np.ndarray) -> Iterator[np.ndarray]:
    """The terms of β over n, (b, d), each with the fit without its fold."""
    scale = sample.importance / sample.n
    for part, masks, _, values in _blocks(sample):
        fit = fits[folds[part]]
        residuals = values - fit[:, 0] - np.einsum("ij,ij->i", masks, fit[:, 1:])
        yield design.influence(masks > 0, scale[part] * residuals)


def _blocks(sample: Sample) -> Iterator[tuple[slice, np.ndarray, np.ndarray, np.ndarray]]:
    """The sample's blocks, each with its place."""
    start = 0
    for masks, weights, values in sample.blocks():
        yield slice(start, start + len(values)), masks, weights, values
        start += len(values)
