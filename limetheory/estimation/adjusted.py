"""prop:unbiased with cross-fitted surrogates: estimate only what a surrogate with a known limit leaves over."""

from __future__ import annotations

import numpy as np
from threadpoolctl import threadpool_limits

from limetheory.arrays import PerMask
from limetheory.designs import Design
from limetheory.estimation.sample import Interrupted, Sample, ends_of
from limetheory.estimation.strata import StratifiedMasks, stratified_masks
from limetheory.estimation.surrogates import Recipe, learned_recipe, limit_and_noise, rise, unbiased_terms
from limetheory.evaluation import MaskFunction, evaluate
from limetheory.explanation import Explanation
from limetheory.progress import track

FOLDS = 5
_FEW = 100
"""Up to so many masks there are twice as many folds, each with a recipe of its own."""
_BLOCK = 1 << 12


def adjusted(F: MaskFunction, design: Design, n: int, rng: np.random.Generator) -> Explanation:
    """β(g) + the stratified mean of the unbiased terms of F − g, with g fitted to the other folds.

    Unbiased at every n: what a fold is compared with never saw it, neither the surrogate (linear, a Gaussian process
    with one rate a superpixel, its logistic form, or the mean of both) nor the choice among them and their
    parameters, which come from the folds of the other half. Masks are drawn without replacement within their size,
    so that the answer is exact when n reaches 2^d. Standard errors are those of the terms within their strata;
    intervals use Student's t with Satterthwaite's degrees of freedom.

    Raises:
        Interrupted: on Ctrl-C, with the finished part as a sample for weighted least squares.
    """
    draws, sums = rng.spawn(2)
    drawn = stratified_masks(design, n, draws)
    ends = ends_of(F, design)
    return adjust(drawn, _evaluated(F, design, drawn, ends), design, ends, sums)


def adjust(
    drawn: StratifiedMasks, values: PerMask, design: Design, ends: tuple[float, float] | None, rng: np.random.Generator
) -> Explanation:
    """The adjusted explanation of a stratified sample with its values."""
    with threadpool_limits(limits=1, user_api="blas"):  # matrices are small: threads would only wait for each other
        solution, covariance, freedom = _solved(drawn, values, design, ends, rng)
    beta = solution[1:]
    intercept = ends[0] if ends else float(solution[0] - beta @ design.marginals)
    covariance = covariance[1:, 1:]
    errors = np.sqrt(np.diag(covariance))
    return Explanation(beta, intercept, errors, len(values) + 2 * bool(ends), freedom, covariance=covariance)


def _solved(
    drawn: StratifiedMasks, values: PerMask, design: Design, ends: tuple[float, float] | None, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, float]:
    """(E_μ[F], β), its covariance, and degrees of freedom."""
    n, d = drawn.masks.shape
    folds = _folds(drawn)
    recipes = _recipes(drawn, values, design, folds)
    solution, noise, terms = np.zeros(d + 1), np.zeros((d + 1, d + 1)), np.zeros((n, d + 1))
    for fold in range(folds.max() + 1):
        own = folds == fold
        surrogate = recipes[fold % len(recipes)].fit(drawn.masks[~own], values[~own])
        level, error = limit_and_noise(surrogate, design, n, rng)
        if ends:
            level[1:] += (ends[1] - ends[0] - rise(surrogate, d)) / d
        found = unbiased_terms(design, drawn.masks, drawn.ratio * (values - surrogate(drawn.masks)))
        share = own.sum() / n
        solution += share * (level + _weights(drawn, own) @ found)
        noise += share**2 * error
        terms[own] = found[own]
    covariance, freedom = _spread(drawn, terms)
    return solution, covariance * _allowance(int(folds.max()) + 1) + noise, freedom


def _allowance(folds: int) -> float:
    """K / (K − 1), for the errors that folds share because each is in the surrogates of the others.

    `_spread` takes the folds' terms as independent. On networks' tables that gives 0.82 to 0.98 of the mean squared
    error; this factor is on the safe side of it.
    """
    return folds / (folds - 1) if folds > 1 else 1.0


def _folds(drawn: StratifiedMasks) -> np.ndarray:
    """The fold of each mask, (n,): in turn within its stratum, the strata beginning at different folds."""
    sampled = [stratum.n for stratum in drawn.strata if not stratum.exhausted]
    count = min(FOLDS if len(drawn.stratum) > _FEW else 2 * FOLDS, *sampled) if sampled else 1
    folds = np.zeros(len(drawn.stratum), int)
    for number in range(len(drawn.strata)):
        members = np.flatnonzero(drawn.stratum == number)
        folds[members] = (np.arange(len(members)) + number) % count
    return folds


def _recipes(drawn: StratifiedMasks, values: PerMask, design: Design, folds: np.ndarray) -> list[Recipe]:
    """Recipes that fold k finds at k modulo their number, learned without it.

    Few masks make one for each fold from all others; many make two, of the even and of the odd folds.
    """
    if not folds.any():
        return [Recipe(None, None)]
    importance = np.sqrt((unbiased_terms(design, drawn.masks, drawn.ratio)[:, 1:] ** 2).sum(axis=1))
    count = folds.max() + 1 if len(folds) <= _FEW else 2
    others = [folds % count != fold for fold in range(count)]
    return [learned_recipe(drawn.masks[other], values[other], importance[other]) for other in others]


def _weights(drawn: StratifiedMasks, own: np.ndarray) -> PerMask:
    """How much each mask's term counts when a fold is compared with the rest, (n,).

    In a stratum of M masks the others' residuals are known and count 1/M each; the fold's own stand for what remains.
    """
    weights = np.zeros(len(own))
    for number, stratum in enumerate(drawn.strata):
        members = drawn.stratum == number
        known = 1 / stratum.population
        weights[members & ~own] = known
        new = members & own
        if new.any():
            weights[new] = (1 - known * (members & ~own).sum()) / new.sum()
    return weights


def _spread(drawn: StratifiedMasks, terms: np.ndarray) -> tuple[np.ndarray, float]:
    """The covariance of the mean of the terms, and Satterthwaite's degrees of freedom for its trace."""
    total, weight = np.zeros((terms.shape[1],) * 2), 0.0
    for number, stratum in enumerate(drawn.strata):
        if stratum.exhausted:
            continue
        part = terms[drawn.stratum == number]
        covariance = np.cov(part.T) * (1 - stratum.n / stratum.population) / stratum.n
        total += covariance
        weight += float(np.trace(covariance[1:, 1:])) ** 2 / (stratum.n - 1)
    trace = float(np.trace(total[1:, 1:]))
    return total, trace**2 / weight if weight else np.inf


def _evaluated(F: MaskFunction, design: Design, drawn: StratifiedMasks, ends: tuple[float, float] | None) -> PerMask:
    """F on the drawn masks, batch after batch."""
    masks, size = drawn.masks, getattr(F, "block_size", _BLOCK)
    blocks = ((min(size, len(masks) - start), masks[start : start + size]) for start in range(0, len(masks), size))
    finished = [np.zeros(0)]
    try:
        for block in track(blocks, len(masks), "masks"):
            finished.append(evaluate(F, block))
    except KeyboardInterrupt:
        raise Interrupted(_finished(design, drawn, np.concatenate(finished), ends)) from None
    return np.concatenate(finished)


def _finished(design: Design, drawn: StratifiedMasks, values: PerMask, ends: tuple[float, float] | None) -> Sample:
    """The finished part, with weights that make weighted least squares consistent."""
    part = slice(len(values))
    draws = np.array([stratum.n for stratum in drawn.strata])[drawn.stratum[part]]
    weights = design.weight(drawn.masks[part]) * drawn.ratio[part] / draws
    return Sample.of(drawn.masks[part], weights, values, ends)
