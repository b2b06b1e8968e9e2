"""The largest moment of the residual of a bounded set function: a linear program with one constraint."""

from __future__ import annotations

import numpy as np

from limetheory.statistics.mask_classes import MaskClasses


class ResidualProgram:
    """Maximise E[price × x] over 0 ≤ x ≤ (√π + √(L ℓ))² in each class of masks, subject to E[x] ≤ budget.

    x is the mean of π r² in a class, for the residual r of an F with |F − c| ≤ 1 whose fitted line has the mean square
    L; its price is its coefficient in the objective. The solution is greedy, as in a fractional knapsack: classes
    are set to their upper bounds in order of decreasing price until the budget is used. With cumulative sums over the
    classes in this order each L takes of order log d steps.

    Args:
        classes: the classes of masks.
        log_price: log of the price of each class, shape (c,).

    >>> import limetheory as lt
    >>> from limetheory.statistics.mask_classes import mask_classes
    >>> classes = mask_classes(lt.ImageDesign(10))
    >>> score = ResidualProgram(classes, classes.log_leverage)
    >>> score.value(np.array([0.0, 0.5, 1.0]), np.array([1.0, 0.75, 0.0])).round(3).tolist()
    [12.974, 13.754, 0.0]
    """

    def __init__(self, classes: MaskClasses, log_price: np.ndarray):
        order = np.argsort(-log_price)
        self._log_price = log_price[order]
        law, density, leverage = (
            column[order] for column in (classes.log_law, classes.log_density, classes.log_leverage)
        )
        parts = np.stack([law + density, law + (density + leverage) / 2, law + leverage])
        self._filled = _sums(parts)
        self._worth = _sums(parts + self._log_price)

    def value(self, root: np.ndarray, budget: np.ndarray) -> np.ndarray:
        """The maximum for each √L and budget: (m,), (m,) → (m,)."""
        powers = np.stack([np.ones_like(root), 2 * root, root**2])
        full = self._filled_within(powers, budget)
        left = budget - (powers * self._filled[:, full]).sum(axis=0)
        with np.errstate(invalid="ignore"):  # 0 × ∞ where moments exceed float64
            worth = (powers * self._worth[:, full]).sum(axis=0)
        following = self._log_price[np.minimum(full, len(self._log_price) - 1)]
        partial = (full < len(self._log_price)) & (left > 0)
        with np.errstate(divide="ignore", over="ignore"):
            worth = worth + np.where(partial, np.exp(np.log(np.maximum(left, 0.0)) + following), 0.0)
        return np.where(np.isnan(worth), np.inf, worth)

    def _filled_within(self, powers: np.ndarray, budget: np.ndarray) -> np.ndarray:
        """The number of classes at their upper bounds within the budget at each L, by bisection."""
        low, high = np.zeros(len(budget), dtype=int), np.full(len(budget), len(self._log_price) + 1)
        while (high - low > 1).any():
            middle = (low + high) // 2
            fits = (powers * self._filled[:, middle]).sum(axis=0) <= budget
            low, high = np.where(fits, middle, low), np.where(fits, high, middle)
        return low


def _sums(logarithms: np.ndarray) -> np.ndarray:
    """Sums over the first 0, 1, … classes: (3, c) → (3, c + 1)."""
    with np.errstate(over="ignore"):
        return np.pad(np.cumsum(np.exp(logarithms), axis=1), ((0, 0), (1, 0)))
