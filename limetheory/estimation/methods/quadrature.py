"""Bayesian quadrature: the limit of one surrogate of all values (prop:unbiased without cross-fitting)."""

from __future__ import annotations

import numpy as np
from threadpoolctl import threadpool_limits

from limetheory.arrays import Masks, PerMask
from limetheory.designs import Design
from limetheory.estimation.methods.adjusted import Solved, stratified
from limetheory.estimation.methods.covariance import covariance_of_estimate
from limetheory.estimation.methods.unbiased import explanation
from limetheory.estimation.samples.sample import Sample
from limetheory.estimation.surrogates.cross_fitting import ALLOWANCE, assigned_folds
from limetheory.estimation.surrogates.families import (
    LARGEST_FIT,
    Recipe,
    importance,
    learned_recipe,
    limit_and_noise,
    unbiased_terms,
)
from limetheory.evaluation import MaskFunction
from limetheory.explanation import Explanation

# Five-fold cross-validation, the usual number. 600 masks for the hyperparameters, a round number: more than `adjusted`
# has for each of its several recipes. experiments/efficiency/rows.jsonl has the errors and the seconds with them.
_FOLDS = 5
_KERNEL_MASKS = 600


def quadrature(F: MaskFunction, design: Design, n: int, rng: np.random.Generator) -> Explanation:
    """β(ĝ) for ĝ = F on the masks drawn and a surrogate g on all others, as fitted to all n values.

    O'Hagan's Bayes–Hermite quadrature (1991) for LIME's limit, or ridge regression where a line predicts best. Masks
    and surrogates are those of `adjusted`, which cross-fits them and so is unbiased. Without cross-fitting the error is
    smaller, most of all where masks are few, but no theory bounds the bias or supports the intervals. Standard errors
    are those of the residuals of five-fold cross-validation, taken as independent with variances larger by `ALLOWANCE`.

    Raises:
        ValueError: n above 3,000, the most values that a surrogate is fitted to.
        Interrupted: on Ctrl-C, with the finished part as a sample for weighted least squares.
    """
    if n > LARGEST_FIT:
        raise ValueError(f"quadrature takes at most n = {LARGEST_FIT} masks, got {n}; use method='adjusted'")
    draws, sums = rng.spawn(2)
    sample = stratified(F, design, n, draws)
    with threadpool_limits(limits=1, user_api="blas"):
        return explanation(sample, design, *_solved(sample, design, sums))


def _solved(sample: Sample, design: Design, rng: np.random.Generator) -> Solved:
    """(E_μ[ĝ], β(ĝ)), its covariance and degrees of freedom, and the residuals of cross-validation."""
    masks, values, strata = sample.masks, sample.values, sample.stratified
    sizes = importance(design, masks, sample.importance * strata.share)
    recipe = learned_recipe(masks, values, sizes, sample.weights, most=_KERNEL_MASKS)
    surrogate = recipe.fit(masks, values, sample.weights)
    solution, noise = limit_and_noise(surrogate, design, sample.n, rng)
    solution += _known(masks, values - surrogate(masks), design)
    residuals = np.sqrt(ALLOWANCE) * _residuals(sample, masks, recipe)
    contributions = design.influence(masks, sample.importance * residuals) / sample.n
    covariance, freedom = covariance_of_estimate(sample, lambda: [contributions], strata.number)
    return solution, covariance + noise[1:, 1:], freedom, residuals


def _residuals(sample: Sample, masks: Masks, recipe: Recipe) -> PerMask:
    """F minus the prediction of the surrogate that is fitted to the other folds, (n,)."""
    folds, residuals = assigned_folds(sample, _FOLDS, fewest=1), np.zeros(sample.n)
    if not folds.any():  # every mask is drawn
        return residuals
    for fold in range(folds.max() + 1):
        own = folds == fold
        surrogate = recipe.formula(masks[~own], sample.values[~own], sample.weights[~own])
        residuals[own] = sample.values[own] - surrogate(masks[own])
    return residuals


def _known(masks: Masks, residuals: PerMask, design: Design) -> np.ndarray:
    """What replacing g by F on the masks drawn adds to (E_μ[g], β(g)), each distinct mask once: (d+1,)."""
    first = np.unique(np.packbits(masks, axis=1), axis=0, return_index=True)[1]
    masks, density = masks[first], design.density(masks[first])
    law = np.divide(design.probability(masks), density, out=np.zeros(len(first)), where=density > 0)
    change: np.ndarray = unbiased_terms(design, masks, law * residuals[first]).sum(axis=0)
    return change
