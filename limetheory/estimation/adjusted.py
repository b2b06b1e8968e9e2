"""prop:unbiased with cross-fitted surrogates: estimate only what a surrogate with a known limit leaves over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
from threadpoolctl import threadpool_limits

from limetheory.arrays import Gram, Masks, PerMask
from limetheory.designs import Design, ExchangeableDesign
from limetheory.estimation.cross_fitting import ALLOWANCE, assigned_folds, fold_weights
from limetheory.estimation.sample import Sample, draw
from limetheory.estimation.spread import spread
from limetheory.estimation.surrogates import Recipe, importance, learned_recipe, limit_and_noise, unbiased_terms
from limetheory.estimation.unbiased import explanation
from limetheory.evaluation import MaskFunction
from limetheory.explanation import Explanation

Learner: TypeAlias = Callable[[Masks, PerMask, PerMask], Any]
"""(masks, values, sizes of their terms) → how to fit a surrogate: `fit(masks, values)` → one with an exact limit."""
_FEW = 100
_SMALL_D = 12


def adjusted(F: MaskFunction, design: Design, n: int, rng: np.random.Generator) -> Explanation:
    """β(g) + the stratified mean of the unbiased terms of F − g, with g fitted to the other folds.

    Unbiased at every n: what a fold is compared with never saw it, neither the surrogate (linear, a Gaussian process
    with one rate a superpixel, its logistic form, or the mean of both) nor the choice among them and their
    parameters, which come from other folds. Masks are drawn without replacement within their size,
    so that the answer is exact when n reaches 2^d. Standard errors are those of the terms within their strata;
    intervals use Student's t with Satterthwaite's degrees of freedom.

    Raises:
        Interrupted: on Ctrl-C, with the finished part as a sample for weighted least squares.
    """
    draws, sums = rng.spawn(2)
    return cross_fitted(stratified(F, design, n, draws), design, sums)


def stratified(F: MaskFunction, design: Design, n: int, rng: np.random.Generator) -> Sample:
    """A sample in strata of the masks' size, or drawn one by one where the design is not exchangeable."""
    return draw(F, design, n, rng, sampling="strata" if isinstance(design, ExchangeableDesign) else "design")


def cross_fitted(
    sample: Sample, design: Design, rng: np.random.Generator, learn: Learner = learned_recipe
) -> Explanation:
    """The adjusted explanation of a sample; ``rng`` draws the masks that logistic surrogates are summed over."""
    with threadpool_limits(limits=1, user_api="blas"):  # matrices are small: threads would only wait for each other
        return explanation(sample, design, *_solved(sample, design, rng, learn))


def _solved(sample: Sample, design: Design, rng: np.random.Generator, learn: Learner) -> tuple[np.ndarray, Gram, float]:
    """(E_μ[F], β), the covariance of β, and degrees of freedom."""
    masks, values = sample.masks, sample.values
    folds = assigned_folds(sample, _folds(sample), fewest=1)
    recipes, weights = _recipes(sample, masks, design, folds, learn), fold_weights(sample, folds)
    solution, noise, moves = np.zeros(sample.d + 1), np.zeros((sample.d, sample.d)), np.zeros(masks.shape)
    for fold, share in enumerate(np.bincount(folds) / sample.n):
        own = folds == fold
        surrogate = recipes[fold % len(recipes)].fit(masks[~own], values[~own])
        limit, error = limit_and_noise(surrogate, design, sample.n, rng)
        terms = unbiased_terms(design, masks, sample.importance * (values - surrogate(masks)))
        solution += share * limit + weights[fold] @ terms
        noise += share**2 * error[1:, 1:]
        moves[own] = terms[own, 1:] / sample.n
    covariance, freedom = spread(sample, lambda: [moves], sample.stratified.number)
    return solution, covariance * (ALLOWANCE if folds.any() else 1.0) + noise, freedom


def _folds(sample: Sample) -> int:
    """How many at most: more where a surrogate costs little beside the network, and most where values are few."""
    if sample.d > _SMALL_D:
        return 5
    return 10 if sample.n > _FEW else 20


def _recipes(sample: Sample, masks: Masks, design: Design, folds: np.ndarray, learn: Learner) -> Sequence[Any]:
    """Recipes that fold k finds at k modulo their number, learned without the folds that find the same.

    The fewer the masks, the more recipes, and so the more masks each of them is learned from.
    """
    if not folds.any():
        return [Recipe(None, None)]
    sizes = importance(design, masks, sample.importance * sample.stratified.share)
    count = min(folds.max() + 1, max(2, min(600 // sample.n, 10)))
    others = [folds % count != fold for fold in range(count)]
    return [learn(masks[other], sample.values[other], sizes[other]) for other in others]
