"""prop:unbiased: the Gram matrix is known, so estimate only the right-hand side."""

from __future__ import annotations

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
    folds below n = 10. Standard errors are those of the terms within their folds; intervals use Student's t
    with n_eff − d − 1 degrees of freedom, as for weighted least squares.
    """
    folds = min(_FOLDS, sample.n // 2)
    fits = _linear_fits(sample, folds)
    terms = np.concatenate(list(_terms(sample, design, fits)))
    fold = np.arange(sample.n) % folds
    beta = (fits[fold, 1:] + terms[:, 1:]).mean(axis=0)
    mean = (fits[fold, 0] + fits[fold, 1:] @ design.marginals + terms[:, 0]).mean()
    fold_means = np.stack([terms[fold == k, 1:].mean(axis=0) for k in range(folds)])
    scatter = ((terms[:, 1:] - fold_means[fold]) ** 2).sum(axis=0)
    errors = np.sqrt(scatter / (sample.n * (sample.n - folds)))
    freedom = max(sample.effective_size - sample.d - 1, 1.0)
    intercept = mean - beta @ design.marginals
    if sample.ends:
        empty, full = sample.ends
        beta, intercept = beta - beta.mean() + (full - empty) / sample.d, empty
    return Explanation(beta, float(intercept), errors, sample.n_evaluations, freedom)


def _linear_fits(sample: Sample, folds: int) -> np.ndarray:
    """Weighted least-squares fit (intercept, slopes) without each fold, shape (folds, d + 1)."""
    width = sample.d + 1
    grams, moments = np.zeros((folds, width, width)), np.zeros((folds, width))
    start = 0
    for masks, weights, values in sample.blocks():
        rows = np.column_stack([np.ones(len(masks)), masks])
        fold = (start + np.arange(len(masks))) % folds
        for k in range(folds):
            weighted = weights[fold == k, None] * rows[fold == k]
            grams[k] += weighted.T @ rows[fold == k]
            moments[k] += weighted.T @ values[fold == k]
        start += len(masks)
    others = zip(grams.sum(axis=0) - grams, moments.sum(axis=0) - moments, strict=True)
    return np.stack([np.linalg.lstsq(gram, moment, rcond=1e-10)[0] for gram, moment in others])


def _terms(sample: Sample, design: Design, fits: np.ndarray):  # type: ignore[no-untyped-def]
    """Σ^{-1} π_i z̃_i (F_i − g_i), its first entry replaced by that of E_μ[F − g]: blocks of shape (b, d + 1)."""
    start, folds = 0, len(fits)
    for masks, _, values in sample.blocks():
        fit = fits[(start + np.arange(len(masks))) % folds]
        residual = values - fit[:, 0] - np.einsum("ij,ij->i", masks, fit[:, 1:])
        kept = masks > 0
        weighted = design.density(kept) * residual
        slopes = design.solve(weighted[:, None] * design.centred(kept))
        yield np.column_stack([weighted, slopes])
        start += len(masks)
