"""Bayesian quadrature: the limit of one surrogate of all values (prop:unbiased without cross-fitting)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from threadpoolctl import threadpool_limits

from limetheory.arrays import Masks, PerMask
from limetheory.designs import Design
from limetheory.estimation.methods.adjusted import Solved, stratified
from limetheory.estimation.methods.covariance import covariance_of_estimate
from limetheory.estimation.methods.unbiased import explanation
from limetheory.estimation.samples.sample import Sample
from limetheory.estimation.surrogates.averaged import MASKS, averaged_recipe, lines_are_comparable
from limetheory.estimation.surrogates.cross_fitting import ALLOWANCE, assigned_folds
from limetheory.estimation.surrogates.families import (
    LARGEST_FIT,
    Recipe,
    importance,
    learned_recipe,
    limit_and_noise,
    unbiased_terms,
)
from limetheory.estimation.surrogates.gaussian_process import PLAIN
from limetheory.estimation.surrogates.mask_kernel import FitKernel
from limetheory.estimation.surrogates.placed_likelihood import kernels_for, stated
from limetheory.evaluation import MaskFunction
from limetheory.explanation import Explanation

_FOLDS = 5  # the usual number; experiments/efficiency/rows.jsonl has the errors and the seconds with it


def quadrature(F: MaskFunction, design: Design, n: int, rng: np.random.Generator) -> Explanation:
    """β(ĝ) for ĝ = F on the masks drawn and a surrogate g on all others, as fitted to all n values.

    O'Hagan's Bayes–Hermite quadrature (1991) for LIME's limit, or ridge regression where a line predicts best. Masks
    and surrogates are those of `adjusted`, which cross-fits them and so is unbiased. With fewer than 2 (d + 1) masks
    the surrogate is the mean of two processes, of the values and of their log odds, and no line; under an efficient
    design processes know F(0) and F(1) too. Without cross-fitting the error is smaller, most of all where masks are
    few, but no theory bounds the bias or supports the intervals. Standard errors are those of the residuals of
    five-fold cross-validation, taken as independent with variances larger by `ALLOWANCE`.

    Raises:
        ValueError: n above 3,000, the most values that a surrogate is fitted to, or more than 30 seconds for the lines
            of more than 400 superpixels.
        Interrupted: on Ctrl-C, with the finished part as a sample for weighted least squares.
    """
    if n > LARGEST_FIT:
        raise ValueError(f"quadrature takes at most n = {LARGEST_FIT} masks, got {n}; use method='adjusted'")
    draws, sums = rng.spawn(2)
    sample = stratified(F, design, n, draws)
    return of_sample(sample, design, sums, kernels_for(F, design.d))


def of_sample(
    sample: Sample, design: Design, rng: np.random.Generator, fits: Sequence[FitKernel] = PLAIN
) -> Explanation:
    """The explanation of masks that were drawn; ``rng`` draws those that logistic surrogates are summed over.

    Args:
        sample: the masks and values.
        design: what they were drawn from.
        rng: see above.
        fits: how kernels are fitted, each way a candidate; of few masks the last one alone.
    """
    with threadpool_limits(limits=1, user_api="blas"):
        recipe = _recipe(sample, design, fits)
        found = explanation(sample, design, *_solved(sample, design, rng, recipe))
    return stated(found, "quadrature", [recipe])


def _solved(sample: Sample, design: Design, rng: np.random.Generator, recipe: Recipe) -> Solved:
    """(E_μ[ĝ], β(ĝ)), its covariance and degrees of freedom, and the residuals of cross-validation."""
    masks, values, strata = sample.masks, sample.values, sample.stratified
    surrogate = recipe.fit(masks, values, sample.weights) if recipe.linear else recipe.fit(*_with_ends(sample))
    solution, noise = limit_and_noise(surrogate, design, sample.n, rng)
    solution += known_values(masks, values - surrogate(masks), design)
    residuals = np.sqrt(ALLOWANCE) * _residuals(sample, masks, recipe)
    contributions = design.influence(masks, sample.importance * residuals) / sample.n
    covariance, freedom = covariance_of_estimate(sample, lambda: [contributions], strata.number)
    return solution, covariance + noise[1:, 1:], freedom, residuals


def _recipe(sample: Sample, design: Design, fits: Sequence[FitKernel]) -> Recipe:
    """The mean of both processes where masks are few, else what predicts best."""
    masks, values = sample.masks, sample.values
    if not lines_are_comparable(masks, values):
        return averaged_recipe(*_with_ends(sample)[:2], fits[-1])
    sizes = importance(design, masks, sample.importance * sample.stratified.share)
    return learned_recipe(masks, values, sizes, sample.weights, most=MASKS, fits=fits)


def _with_ends(sample: Sample) -> tuple[Masks, PerMask, PerMask]:
    """The masks, values and weights, and F(0) and F(1) where they are known, which have no weight."""
    if sample.ends is None:
        return sample.masks, sample.values, sample.weights
    ends = np.array([[False], [True]]).repeat(sample.d, axis=1)
    weights = np.append(sample.weights, [0.0, 0.0])
    return np.concatenate([sample.masks, ends]), np.append(sample.values, sample.ends), weights


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


def known_values(masks: Masks, residuals: PerMask, design: Design) -> np.ndarray:
    """What replacing g by F on the masks drawn adds to (E_μ[g], β(g)), each distinct mask once: (d+1,)."""
    first = np.unique(np.packbits(masks, axis=1), axis=0, return_index=True)[1]
    masks, density = masks[first], design.density(masks[first])
    law = np.divide(design.probability(masks), density, out=np.zeros(len(first)), where=density > 0)
    change: np.ndarray = unbiased_terms(design, masks, law * residuals[first]).sum(axis=0)
    return change
