"""prop:unbiased: the Gram matrix is known, so estimate only the right-hand side."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from limetheory.designs import Design
from limetheory.estimation.sample import Sample
from limetheory.explanation import Explanation

_FOLDS = 5
FEWEST_SAMPLES = 4


def unbiased(sample: Sample, design: Design) -> Explanation:
    """β(g) + Σ^{-1} (1/n) Σ_i π_i z̃_i (F(z_i) − g(z_i)) with a cross-fitted linear g.

    Exactly unbiased for the limit at every n, because g is fitted on the other folds: given them, each term
    has the limit as its mean (prop:linear gives β(g) exactly). Fold k holds the masks i ≡ k (mod 5), fewer
    folds below n = 10. The covariance is that of the terms within their folds; intervals use Student's t
    with n_eff − d − 1 degrees of freedom, as for weighted least squares.
    """
    folds = min(_FOLDS, sample.n // 2)
    fits = _linear_fits(sample, folds)
    counts, sums, products = _term_sums(sample, design, fits)
    surrogates = np.column_stack([fits[:, 0] + fits[:, 1:] @ design.marginals, fits[:, 1:]])
    solution = (counts @ surrogates + sums.sum(axis=0)) / sample.n
    mean, beta = solution[0], solution[1:]
    slopes = sums[:, 1:]
    covariance = (products - (slopes.T / counts) @ slopes) / (sample.n * (sample.n - folds))
    np.fill_diagonal(covariance, np.maximum(np.diag(covariance), 0.0))  # equal terms leave rounding errors
    freedom = max(sample.effective_size - sample.d - 1, 1.0)
    intercept = mean - beta @ design.marginals
    if sample.ends:
        empty, full = sample.ends
        beta, intercept = beta - beta.mean() + (full - empty) / sample.d, empty
    errors = np.sqrt(np.diag(covariance))
    return Explanation(beta, float(intercept), errors, sample.n_evaluations, freedom, covariance=covariance)


def _folded(sample: Sample, folds: int) -> Iterator[tuple[int, np.ndarray, np.ndarray, np.ndarray]]:
    """Yield fold number, masks, weights and values, block by block; mask i belongs to fold i mod folds."""
    start = 0
    for masks, weights, values in sample.blocks():
        for k in range(folds):
            part = slice((k - start) % folds, None, folds)
            yield k, masks[part], weights[part], values[part]
        start += len(masks)


def _linear_fits(sample: Sample, folds: int) -> np.ndarray:
    """Weighted least-squares fit (intercept, slopes) without each fold, shape (folds, d + 1)."""
    width = sample.d + 1
    grams, moments = np.zeros((folds, width, width)), np.zeros((folds, width))
    for k, masks, weights, values in _folded(sample, folds):
        rows = np.column_stack([np.ones(len(masks)), masks])
        weighted = weights[:, None] * rows
        grams[k] += weighted.T @ rows
        moments[k] += weighted.T @ values
    others = zip(grams.sum(axis=0) - grams, moments.sum(axis=0) - moments, strict=True)
    return np.stack([np.linalg.lstsq(gram, moment, rcond=1e-10)[0] for gram, moment in others])


def _term_sums(sample: Sample, design: Design, fits: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The terms π_i z̃_i (F_i − g_i) / α_0 solved for (mean, β): count and sum by fold, and Σ of β's products."""
    folds, width = fits.shape
    counts, sums, products = np.zeros(folds), np.zeros((folds, width)), np.zeros((width - 1, width - 1))
    for k, masks, _, values in _folded(sample, folds):
        kept = masks > 0
        residual = values - fits[k, 0] - masks @ fits[k, 1:]
        terms = design.influence(kept, residual)
        counts[k] += len(terms)
        sums[k, 0] += design.density(kept) @ residual
        sums[k, 1:] += terms.sum(axis=0)
        products += terms.T @ terms
    return counts, sums, products
