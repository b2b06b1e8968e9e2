"""Arrays of a sum of trees: every library's trees become comparisons x_u ≤ θ in one floating-point type."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

NEAR_ZERO = float(np.float32(1e-35))
"""LightGBM's kZeroThreshold, a float32: what counts as zero where zero is missing (include/LightGBM/meta.h)."""


@dataclass(frozen=True, eq=False)
class Tree:
    """One tree; node 0 is the root, and a node goes left if x[feature] ≤ threshold.

    Attributes:
        feature, threshold: of each split, (nodes,); whatever the leaves hold is not read.
        left, right: the children, (nodes,); left is negative at the leaves.
        value: what each leaf adds, (nodes,).
        zero: where x[feature] = 0 goes whatever the threshold, (nodes,): 1 left, −1 right, 0 as any other number.
    """

    feature: np.ndarray
    threshold: np.ndarray
    left: np.ndarray
    right: np.ndarray
    value: np.ndarray
    zero: np.ndarray | None = None


class Ensemble:
    """f(x) = intercept + Σ_trees the value of the leaf that x reaches, prepared once for any number of images.

    Args:
        trees: with finite values, of the split x ≤ threshold.
        n_features: length of x.
        dtype: what x is rounded to before it is compared: float32 for scikit-learn's trees and XGBoost.
        intercept: f without trees.

    >>> stump = Tree(*map(np.array, ([1, 0, 0], [0.5, 0.0, 0.0], [1, -1, -1], [2, -1, -1], [0.0, 3.0, 4.0])))
    >>> ensemble = Ensemble([stump, stump], n_features=2, intercept=1.0)
    >>> ensemble.predict(np.array([[9.0, 0.5], [9.0, 0.6]])).tolist(), ensemble.n_leaves
    ([7.0, 9.0], 4)
    """

    def __init__(self, trees: Sequence[Tree], n_features: int, dtype: Any = np.float64, intercept: float = 0.0):
        self.n_features, self.dtype, self.intercept = n_features, np.dtype(dtype), float(intercept)
        sizes = np.array([len(tree.left) for tree in trees], int)
        self.roots = np.cumsum(sizes) - sizes
        offsets = np.repeat(self.roots, sizes)
        inner = _joined([tree.left for tree in trees], int) >= 0
        self.is_leaf = ~inner
        self.children = np.stack([_joined([getattr(tree, side) for tree in trees], int) for side in ("right", "left")])
        self.children = np.where(inner, self.children + offsets, -1)
        self.feature = np.where(inner, _joined([tree.feature for tree in trees], int), 0)
        self._threshold = rounded_down(_joined([tree.threshold for tree in trees], float), self.dtype)
        self.value = np.where(inner, 0.0, _joined([tree.value for tree in trees], float))
        zeros = [np.zeros(len(tree.left), np.int8) if tree.zero is None else tree.zero for tree in trees]
        self._zero = np.where(inner, _joined(zeros, np.int8), 0)
        self._zero_matters = bool(self._zero.any())

    @property
    def n_leaves(self) -> int:
        """Number of leaves of all trees."""
        return int(np.count_nonzero(self.is_leaf))

    def goes_left(self, nodes: np.ndarray, x: np.ndarray) -> np.ndarray:
        """Whether each split sends its feature's value left: (n,) nodes, (n,) of `dtype` → (n,) bool."""
        left = x <= self._threshold[nodes]
        if self._zero_matters:
            zero = self._zero[nodes]
            left = np.where((zero != 0) & (np.abs(x) <= NEAR_ZERO), zero > 0, left)
        return left

    def predict(self, inputs: np.ndarray) -> np.ndarray:
        """f by walking down from the roots: (n, n_features) → (n,)."""
        inputs = np.asarray(inputs, self.dtype)
        total = np.full(len(inputs), self.intercept)
        for root in self.roots:
            total += self.value[self._reached(inputs, root)]
        return total

    def _reached(self, inputs: np.ndarray, root: int) -> np.ndarray:
        """The leaf of one tree that each input reaches."""
        node = np.full(len(inputs), root)
        moving = np.flatnonzero(~self.is_leaf[node])
        while len(moving):
            at = node[moving]
            left = self.goes_left(at, inputs[moving, self.feature[at]])
            node[moving] = np.where(left, self.children[1, at], self.children[0, at])
            moving = moving[~self.is_leaf[node[moving]]]
        return node


def rounded_down(thresholds: np.ndarray, dtype: np.dtype) -> np.ndarray:
    """The largest numbers of the type that are at most θ: then x ≤ θ is the same for every x of the type.

    >>> float(rounded_down(np.array([0.1]), np.dtype("float32"))[0])
    0.09999999403953552
    """
    with np.errstate(over="ignore"):
        nearest = thresholds.astype(dtype)
    return np.where(nearest > thresholds, np.nextafter(nearest, dtype.type(-np.inf)), nearest)


def _joined(arrays: Sequence[np.ndarray], dtype: Any) -> np.ndarray:
    return np.concatenate([np.zeros(0, dtype), *arrays]).astype(dtype)
