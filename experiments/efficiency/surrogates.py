"""Simpler surrogates for the cross-fitted estimator: polynomials of order 2 and boosted trees (prop:unbiased)."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np

import limetheory as lt
from experiments.efficiency.methods import Function
from limetheory.arrays import Masks, PerMask, PerSuperpixel
from limetheory.estimation.methods.adjusted import cross_fitted, stratified

ALPHAS = np.logspace(-3, 4, 15)
TREES = {"n_estimators": 300, "max_depth": 4, "learning_rate": 0.05, "subsample": 0.7, "random_state": 0}


class Quadratic:
    """Ridge regression on signs and products of two signs, with the penalty of the smallest leave-one-out error."""

    @staticmethod
    def fit(masks: Masks, values: PerMask) -> lt.FactorSum:
        """Fit a sum of products of signs, whose limit is exact (prop:factor)."""
        from sklearn.linear_model import RidgeCV

        d = masks.shape[1]
        sets = [part for order in (1, 2) for part in combinations(range(d), order)]
        off = np.where([np.isin(np.arange(d), part) for part in sets], -1.0, 1.0)
        signs = np.where(masks, 1.0, -1.0)
        fitted = RidgeCV(ALPHAS).fit(np.stack([signs[:, part].prod(axis=1) for part in sets], axis=1), values)
        return lt.FactorSum(np.ones_like(off), off, fitted.coef_, intercept=float(fitted.intercept_))


class BoostedTrees:
    """scikit-learn's gradient boosting."""

    @staticmethod
    def fit(masks: Masks, values: PerMask) -> lt.TreeModel:
        """Fit an ensemble of trees, whose limit is exact (prop:trees)."""
        from sklearn.ensemble import GradientBoostingRegressor

        return lt.TreeModel(GradientBoostingRegressor(**TREES).fit(masks, values))


def adjusted_by(surrogate: Any, function: Function, d: int, n: int, seed: int) -> PerSuperpixel:
    """The estimator `adjusted` with surrogates of one kind only."""
    design, (draws, sums) = lt.ImageDesign(d), np.random.default_rng(seed).spawn(2)
    sample = stratified(function, design, n, draws)
    return cross_fitted(sample, design, sums, learn=lambda *_: surrogate).coefficients
