"""prop:unbiased with cross-fitted surrogates: only the residual of a surrogate with a known limit is sampled."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeAlias

import numpy as np
from threadpoolctl import threadpool_limits

from limetheory.arrays import Gram, Masks, PerMask
from limetheory.designs import Design
from limetheory.estimation.methods.covariance import covariance_of_estimate
from limetheory.estimation.methods.own_time import recipes_of
from limetheory.estimation.methods.unbiased import explanation
from limetheory.estimation.samples.resolved import resolved
from limetheory.estimation.samples.sample import Sample, draw
from limetheory.estimation.surrogates.along_lines import along_lines
from limetheory.estimation.surrogates.cross_fitting import ALLOWANCE, assigned_folds, fold_weights
from limetheory.estimation.surrogates.families import (
    LARGEST_TABLE_D,
    LINEAR,
    importance,
    learned_recipe,
    limit_and_noise,
    unbiased_terms,
)
from limetheory.estimation.surrogates.placed_likelihood import kernels_for, stated
from limetheory.evaluation import MaskFunction
from limetheory.explanation import Explanation

Learner: TypeAlias = Callable[[Masks, PerMask, PerMask, PerMask, int], Any]
"""(masks, values, importance of each mask, weights, number of masks in all) → how to fit a surrogate.

It has `fit(masks, values)` → one with an exact limit, or is a `Recipe`.
"""
Solved: TypeAlias = tuple[np.ndarray, Gram, float, PerMask]
"""(E_μ[F], β), the covariance of β, degrees of freedom, and the out-of-fold residuals, (n,)."""
# Round numbers: the more folds, the more masks each surrogate is fitted to, but the more surrogates have to be fitted.
# experiments/efficiency/rows.jsonl has the errors and the seconds with them.
_FEW, _ENOUGH = 100, 400
_SMALL_D = 12  # up to this d, surrogates are quick to fit on all 2^d masks


def adjusted(F: MaskFunction, design: Design, n: int, rng: np.random.Generator) -> Explanation:
    """β(g) + the stratified mean of the unbiased terms of F − g, with g fitted to the other folds.

    Unbiased at every n: the surrogate for a fold (a Gaussian process with one rate a superpixel, its logistic form,
    or the mean of both), its parameters and the choice among the three come from the other folds. Where a line
    predicts better, each mask has its leave-one-out residual of the line instead, which is about as accurate as
    least squares on the same masks. It takes O(n³) operations of its own for n ≤ 3000, and above 400 superpixels
    compares with lines alone, where these take at most 30 seconds. Under exchangeable designs masks are drawn without
    replacement within their size, so that the answer is exact when n reaches 2^d; under others, such as `ProductDesign`
    and `AreaDesign`, they are drawn one by one. Standard errors are those of a stratified mean; intervals use Student's
    t with Satterthwaite's degrees of freedom, at most n − d − 1 with lines.

    Raises:
        Interrupted: on Ctrl-C, with the finished part as a sample for weighted least squares.
    """
    draws, sums = rng.spawn(2)
    learn = partial(learned_recipe, fits=kernels_for(F, design.d))
    return cross_fitted(stratified(F, design, n, draws), design, sums, learn)


def stratified(F: MaskFunction, design: Design, n: int, rng: np.random.Generator) -> Sample:
    """A sample in strata of the masks' size, or drawn one by one where the design is not exchangeable."""
    return resolved(draw(F, design, n, rng, sampling="strata" if design.exchangeable else "design"), F)


def cross_fitted(
    sample: Sample, design: Design, rng: np.random.Generator, learn: Learner = learned_recipe
) -> Explanation:
    """The adjusted explanation of a sample; ``rng`` draws the masks that logistic surrogates are summed over."""
    with threadpool_limits(limits=1, user_api="blas"):  # matrices are small: threads would only wait for each other
        recipes: list[Any] = []
        found = explanation(sample, design, *_solved(sample, design, rng, learn, recipes))
    return stated(found, "adjusted", recipes)


def _solved(sample: Sample, design: Design, rng: np.random.Generator, learn: Learner, told: list[Any]) -> Solved:
    """The estimate from the surrogates of all folds, whose recipes are told."""
    masks, values = sample.masks, sample.values
    folds = assigned_folds(sample, _folds(sample), fewest=1)
    recipes, weights = _recipes(sample, masks, design, folds, learn), fold_weights(sample, folds)
    told.extend(recipes)
    lines = [one.lines(masks, values, sample.weights) if getattr(one, "linear", False) else None for one in recipes]
    solution, noise = np.zeros(sample.d + 1), np.zeros((sample.d, sample.d))
    residuals, allowance = np.zeros(sample.n), np.ones(sample.n)
    for fold, share in enumerate(np.bincount(folds) / sample.n):
        own, found = folds == fold, fold % len(recipes)
        if line := lines[found]:
            solution += share * along_lines(sample, design, line, own)
            residuals[own] = line.left_out[own]
            continue
        surrogate = recipes[found].fit(masks[~own], values[~own])
        limit, error = limit_and_noise(surrogate, design, sample.n, rng)
        left = values - surrogate(masks)
        solution += share * limit + weights[fold] @ unbiased_terms(design, masks, sample.importance * left)
        noise += share**2 * error[1:, 1:]
        residuals[own], allowance[own] = left[own], ALLOWANCE
    contributions = design.influence(masks, sample.importance * residuals * np.sqrt(allowance)) / sample.n
    covariance, freedom = covariance_of_estimate(sample, lambda: [contributions], sample.stratified.number)
    most = np.inf if not any(lines) else max(sample.n - sample.d - 1, 1)
    return solution, covariance + noise, min(freedom, most), residuals * np.sqrt(allowance)


def _folds(sample: Sample) -> int:
    """The largest number of folds: larger where surrogates are quick to fit, and largest where values are few."""
    if sample.d > LARGEST_TABLE_D or (sample.d > _SMALL_D and sample.n < _ENOUGH):
        return 5
    return 10 if sample.n > _FEW else 20


def _recipes(sample: Sample, masks: Masks, design: Design, folds: np.ndarray, learn: Learner) -> Sequence[Any]:
    """Recipes, of which fold k uses number k modulo their count; each is learned without the folds that use it.

    The fewer the masks, the more recipes there are, so that each is learned from a larger share of the masks.
    """
    if not folds.any():
        return [LINEAR]
    sizes = importance(design, masks, sample.importance * sample.stratified.share)
    count = min(folds.max() + 1, recipes_of(sample.n))
    others = [folds % count != fold for fold in range(count)]
    weights, values = sample.weights, sample.values
    return [learn(masks[other], values[other], sizes[other], weights[other], sample.n) for other in others]
