"""Proxies of a set function whose limits are exact: boosted trees and ridge regression on products, both tuned."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from typing import Any, TypeAlias

import numpy as np

import limetheory as lt
from experiments.efficiency.surrogates import ALPHAS
from limetheory.arrays import Masks, PerMask

Learn: TypeAlias = Callable[[Masks, PerMask, int], Any]
"""(masks, values, seed) → a function of masks with an exact limit."""

DEPTHS, STEPS, RATE, FOLDS = (1, 2, 4), (50, 100, 200, 400), 0.1, 3
"""Depths and numbers of trees among which cross-validation chooses, and the rate of boosting; conventions."""


@dataclass(frozen=True)
class Additive:
    """Ridge regression on products of signs, whose penalty has the smallest generalised leave-one-out error.

    Attributes:
        order: the most superpixels of a product.
    """

    order: int

    def fit(self, masks: Masks, values: PerMask, seed: int) -> lt.FactorSum:
        """A sum of products, whose limit is exact (prop:factor)."""
        from sklearn.linear_model import RidgeCV

        d = masks.shape[1]
        sets = [part for size in range(1, self.order + 1) for part in combinations(range(d), size)]
        off = np.where([np.isin(np.arange(d), part) for part in sets], -1.0, 1.0)
        signs = np.where(masks, 1.0, -1.0)
        fitted = RidgeCV(ALPHAS).fit(np.stack([signs[:, part].prod(axis=1) for part in sets], axis=1), values)
        return lt.FactorSum(np.ones_like(off), off, fitted.coef_, intercept=float(fitted.intercept_))


class Boosted:
    """LightGBM's boosting, whose depth and number of trees three-fold cross-validation chooses."""

    @staticmethod
    def fit(masks: Masks, values: PerMask, seed: int) -> lt.TreeModel:
        """An ensemble of trees, whose limit is exact (prop:trees)."""
        depth, steps = Boosted.chosen(masks, values, seed)
        return lt.TreeModel(_boosting(depth, steps, seed).fit(masks.astype(float), values))

    @staticmethod
    def chosen(masks: Masks, values: PerMask, seed: int) -> tuple[int, int]:
        """The depth and the number of trees with the smallest squared error on the folds left out."""
        folds = np.random.default_rng(seed).permutation(len(masks)) % FOLDS
        losses = {}
        for depth in DEPTHS:
            gaps = [_gaps(depth, masks, values, folds == fold, seed) for fold in range(FOLDS)]
            losses.update({(depth, steps): loss for steps, loss in zip(STEPS, np.sum(gaps, axis=0), strict=True)})
        return min(losses, key=lambda one: losses[one])


def _gaps(depth: int, masks: Masks, values: PerMask, out: np.ndarray, seed: int) -> list[float]:
    rows = masks.astype(float)
    fitted = _boosting(depth, max(STEPS), seed).fit(rows[~out], values[~out])
    return [float(((fitted.predict(rows[out], num_iteration=steps) - values[out]) ** 2).sum()) for steps in STEPS]


def _boosting(depth: int, steps: int, seed: int) -> Any:
    from lightgbm import LGBMRegressor

    return LGBMRegressor(
        n_estimators=steps, max_depth=depth, num_leaves=2**depth, learning_rate=RATE, min_child_samples=2,
        subsample=0.8, subsample_freq=1, random_state=seed, n_jobs=1, verbose=-1, min_split_gain=0.0,
    )  # fmt: skip
