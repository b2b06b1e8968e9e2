"""Arrays of a sum of trees: every library's trees become comparisons x_u ≤ θ in one floating-point type."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any

import numpy as np

NEAR_ZERO = float(np.float32(1e-35))
"""LightGBM's kZeroThreshold, a float32: smaller numbers count as zero (include/LightGBM/meta.h)."""

_INFINITE = 1e300
"""LightGBM's substitute for an infinite threshold, which separates missing values from all others (`AvoidInf`)."""

_ULPS = 8
"""Units in the last place within which the inverse of a transform is found: twice what was measured."""

_PAIRS = 1 << 15
"""Pairs of an input and a tree that are evaluated at once: some MiB, which fit into a CPU's cache."""


@dataclass(frozen=True, eq=False)
class Tree:
    """One tree; node 0 is the root, and a node goes left if x[feature] ≤ threshold.

    Attributes:
        feature, threshold: of each split, (nodes,); the entries of leaves are ignored.
        left, right: the children, (nodes,); left is negative at the leaves.
        value: the value of each leaf, (nodes,).
        zero: the side of x[feature] = 0 for any threshold, (nodes,): 1 left, −1 right, 0 as the threshold says.
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
        near_zero_is_zero: whether numbers of at most `NEAR_ZERO` count as 0 in every comparison, as in LightGBM.

    >>> stump = Tree(*map(np.array, ([1, 0, 0], [0.5, 0.0, 0.0], [1, -1, -1], [2, -1, -1], [0.0, 3.0, 4.0])))
    >>> ensemble = Ensemble([stump, stump], n_features=2, intercept=1.0)
    >>> ensemble.predict(np.array([[9.0, 0.5], [9.0, 0.6]])).tolist(), ensemble.n_leaves
    ([7.0, 9.0], 4)
    """

    def __init__(
        self,
        trees: Sequence[Tree],
        n_features: int,
        dtype: Any = np.float64,
        intercept: float = 0.0,
        near_zero_is_zero: bool = False,
    ):
        self.n_features, self.dtype, self.intercept = n_features, np.dtype(dtype), float(intercept)
        self.near_zero_is_zero, self._transform = near_zero_is_zero, _unchanged
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
        """The number of leaves of all trees."""
        return int(np.count_nonzero(self.is_leaf))

    def behind(self, transform: Callable[[np.ndarray], np.ndarray]) -> Ensemble:
        """The same trees for inputs that first go through a transform of each feature by itself.

        ``transform`` maps (n, n_features) to the same shape and may overwrite what it gets.
        """
        other = copy(self)
        other._transform = lambda inputs: self._transform(transform(np.array(inputs, float)))
        return other

    def compared(self, inputs: np.ndarray) -> np.ndarray:
        """The numbers that the splits compare: transformed, rounded to `dtype`, (n, n_features) → the same shape."""
        numbers = np.ascontiguousarray(self._transform(inputs), self.dtype)
        return np.where(np.abs(numbers) <= NEAR_ZERO, 0, numbers) if self.near_zero_is_zero else numbers

    def input_thresholds(self) -> np.ndarray:
        """The finite thresholds of all splits in units of the input; each feature's transform is a line on [0, 1]."""
        inner = ~self.is_leaf
        feature, threshold = self.feature[inner], self._threshold[inner].astype(float)
        zero, one = self._transform(np.array([[0.0], [1.0]]).repeat(self.n_features, axis=1))[:, feature]
        with np.errstate(divide="ignore", invalid="ignore"):
            found = (threshold - zero) / (one - zero)
        finite: np.ndarray = found[np.abs(found) < _INFINITE]
        return finite

    @property
    def zero_matters(self) -> bool:
        """Whether some split sends 0 to another side than its threshold says."""
        return self._zero_matters

    def parents(self) -> np.ndarray:
        """The node above each node, −1 of roots, (nodes,)."""
        parent, inner = np.full(len(self.is_leaf), -1), np.flatnonzero(~self.is_leaf)
        parent[self.children[:, inner]] = inner
        return parent

    def in_input_units(self, bounds: np.ndarray, least: bool) -> np.ndarray:
        """The outermost float64 inputs that are transformed to no less (or no more) than bounds, (n, n_features).

        Args:
            bounds: of transformed numbers; infinite ones stay.
            least: whether they are lower bounds, of which the least input is meant; else upper ones and the greatest.
        """
        if self._transform is _unchanged:
            return bounds
        finite = np.isfinite(bounds)
        zero, one = self._transform(np.array([[0.0], [1.0]]).repeat(self.n_features, axis=1))
        outward = -np.inf if least else np.inf
        found = np.where(finite, (bounds - zero) / (one - zero), 0.0)
        for _ in range(_ULPS):
            found = np.nextafter(found, outward)
        for _ in range(2 * _ULPS):
            inside = self._transform(found) >= bounds if least else self._transform(found) <= bounds
            found = np.where(inside, found, np.nextafter(found, -outward))
        return np.where(finite, found, bounds)

    def goes_left(self, nodes: np.ndarray, x: np.ndarray) -> np.ndarray:
        """Whether each split sends its feature's value left: (n,) nodes, (n,) as `compared` → (n,) bool."""
        left: np.ndarray = x <= self._threshold[nodes]
        if self._zero_matters:
            zero = self._zero[nodes]
            left = np.where((zero != 0) & (np.abs(x) <= NEAR_ZERO), zero > 0, left)
        return left

    def last_left(self, nodes: np.ndarray) -> np.ndarray:
        """The greatest float64 number that each split sends left, once it is transformed: (n,) → (n,)."""
        threshold: np.ndarray = self._threshold[nodes]
        if self.dtype == np.float64:
            return threshold
        with np.errstate(over="ignore"):
            halfway = (threshold.astype(float) + np.nextafter(threshold, self.dtype.type(np.inf))) / 2
            # rounding to the shorter type: halfway to its next number a tie goes to the even one
            goes_right = halfway.astype(self.dtype) > threshold
        last: np.ndarray = np.where(goes_right, np.nextafter(halfway, -np.inf), halfway)
        return last

    def predict(self, inputs: np.ndarray) -> np.ndarray:
        """f by following the splits from the roots: (n, n_features) → (n,)."""
        numbers = self.compared(inputs)
        total = np.full(len(numbers), self.intercept)
        size = max(1, _PAIRS // max(1, len(numbers)))
        for start in range(0, len(self.roots), size):
            for leaves in self._reached(numbers, self.roots[start : start + size]):
                total += self.value[leaves]
        return total

    def _reached(self, numbers: np.ndarray, roots: np.ndarray) -> np.ndarray:
        """The leaf of each of some trees that each input reaches: (trees, n)."""
        node, row = np.repeat(roots, len(numbers)), np.tile(np.arange(len(numbers)), len(roots))
        moving = np.flatnonzero(~self.is_leaf[node])
        while len(moving):
            at = node[moving]
            left = self.goes_left(at, numbers[row[moving], self.feature[at]])
            node[moving] = np.where(left, self.children[1, at], self.children[0, at])
            moving = moving[~self.is_leaf[node[moving]]]
        return node.reshape(len(roots), len(numbers))

    @property
    def largest(self) -> float:
        """A bound of |f| and of all its partial sums: |intercept| + Σ_trees max |leaf|."""
        return abs(self.intercept) + float(np.maximum.reduceat(np.abs(self.value), self.roots).sum(initial=0.0))


def _unchanged(inputs: np.ndarray) -> np.ndarray:
    return inputs


def rounded_down(thresholds: np.ndarray, dtype: np.dtype) -> np.ndarray:
    """The largest numbers of the type that are at most θ: then x ≤ θ is the same for every x of the type.

    >>> float(rounded_down(np.array([0.1]), np.dtype("float32"))[0])
    0.09999999403953552
    """
    with np.errstate(over="ignore"):
        nearest = thresholds.astype(dtype)
        before = np.nextafter(nearest, dtype.type(-np.inf))
    return np.where(nearest > thresholds, before, nearest)


def _joined(arrays: Sequence[np.ndarray], dtype: Any) -> np.ndarray:
    return np.concatenate([np.zeros(0, dtype), *arrays]).astype(dtype)
