"""The mean of cross-fitted answers over every sample of a design of four superpixels."""

from dataclasses import replace
from itertools import permutations, product

import naive
import numpy as np

from limetheory.estimation.methods.adjusted import cross_fitted
from limetheory.estimation.samples.sample import Sample
from limetheory.estimation.samples.strata import Strata
from limetheory.estimation.surrogates.families import learned_recipe

MASKS = naive.masks(4)
SIZES = MASKS.sum(axis=1)
VALUES = {
    "probabilities": np.random.default_rng(0).uniform(0.1, 0.9, 16),
    "numbers": 3 * np.random.default_rng(1).normal(size=16),
    "sigmoid": 1 / (1 + np.exp(-(MASKS @ [3.0, -2.0, 1.0, 0.5] - 1))),
}


def every_sample(design, values):
    """All equally likely samples of d = 4: every mask of sizes 1 and 3, two or three of the six masks of size 2 without
    replacement, and where sizes 0 and 4 have mass two draws from them, with replacement and equal probabilities."""
    ends = not design.efficient
    draws, population = np.array([4, 4, 2, 2] if ends else [4, 4, 3]), np.array([4.0, 4.0, 6.0, np.inf][: 3 + ends])
    number = np.repeat(np.arange(3 + ends), draws)
    of_size = np.array([3, 0, 2, 1, 3] if ends else [-1, 0, 2, 1, -1])
    fixed = [np.flatnonzero(SIZES == 1), np.flatnonzero(SIZES == 3)]
    for pairs in permutations(np.flatnonzero(SIZES == 2), 2 if ends else 3):
        for pair in product([0, 15], repeat=2) if ends else [()]:
            index = np.concatenate([*fixed, pairs, np.array(pair, int)])
            law = np.exp(design.log_law)[SIZES[index]]
            ratio = np.where(number == 3, 2.0, 1.0) * law / (draws / draws.sum())[number]
            sample = Sample.of(MASKS[index], np.ones(len(index)), values[index])
            known = None if ends else (values[0], values[-1])
            yield replace(sample, ratio=ratio, strata=Strata(number, population, of_size), ends=known)


def mean_error(design, values, learn=learned_recipe) -> tuple[float, float]:
    """The largest error of the mean over all samples, and of a single sample, relative to exact fractions."""
    law, weight = naive.ShapleyDesign(4) if design.efficient else naive.ImageDesign(4, 0.8)
    beta, intercept = naive.regression(values, law * weight, efficient=design.efficient)
    rng = np.random.default_rng(0)
    answers = [cross_fitted(sample, design, rng, learn) for sample in every_sample(design, values)]
    errors = np.array([[*a.coefficients, a.intercept] for a in answers]) - [*beta, intercept]
    return float(np.abs(errors.mean(axis=0)).max()), float(np.abs(errors).max())
