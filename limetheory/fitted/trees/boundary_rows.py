"""Inputs at the corners of leaves, on both sides of the splits above them, where a wrong comparison has an effect."""

from __future__ import annotations

import numpy as np

from limetheory.fitted.trees.ensemble import NEAR_ZERO, Ensemble

_NUMBERS = 1 << 20  # how many numbers the compared inputs have at most; a convention for time and memory
_FEWEST, _MOST = 8, 64  # the fewest and the most leaves that are compared; conventions
_EVERYWHERE = (0.0, 1.0, 1e30, -1e30)
"""Values for features that no split as read uses; if one in the library does, they are on both sides of it."""


def boundary_rows(ensemble: Ensemble) -> np.ndarray:
    """The upper and lower corners of up to 64 leaves of all trees, and as many random inputs: (n, n_features).

    The upper corner has, in every feature that the path bounds from above, the largest number that still goes left; the
    lower corner the smallest that goes right. So each split of the path is tested at the two neighbouring float64
    numbers that it separates. All other features are drawn from both sides of the thresholds of the same feature.
    """
    leaves = np.flatnonzero(ensemble.is_leaf)
    most = int(np.clip(_NUMBERS // max(ensemble.n_features, 1), _FEWEST, _MOST))
    chosen = leaves[np.unique(np.linspace(0, len(leaves) - 1, min(most, len(leaves))).astype(int))]
    lower, upper = boxes(ensemble, chosen)
    anywhere = _anywhere(ensemble, max(len(chosen), 2 * _FEWEST))
    inside = _finite(ensemble, np.clip(anywhere[: len(chosen)], lower, upper), anywhere[: len(chosen)])
    return np.concatenate([_finite(ensemble, upper, inside), _finite(ensemble, lower, inside), anywhere])


def _finite(ensemble: Ensemble, numbers: np.ndarray, instead: np.ndarray) -> np.ndarray:
    """The numbers, or ``instead`` where the ensemble's type cannot represent them, such as infinite thresholds."""
    return np.where(np.abs(numbers) <= np.finfo(ensemble.dtype).max, numbers, instead)


def boxes(ensemble: Ensemble, leaves: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The least and the greatest float64 number of each feature with which an input reaches each leaf."""
    lower = np.full((len(leaves), ensemble.n_features), -np.inf)
    upper, row, node = -lower, np.arange(len(leaves)), leaves
    parent = ensemble.parents()
    while len(row):
        above = parent[node]
        row, node, above = (one[above >= 0] for one in (row, node, above))
        left = ensemble.children[1, above] == node
        last, where = ensemble.last_left(above), (row, ensemble.feature[above])
        upper[where] = np.where(left, np.minimum(upper[where], last), upper[where])
        lower[where] = np.where(left, lower[where], np.maximum(lower[where], _after(last)))
        node = above
    return lower, upper


def _anywhere(ensemble: Ensemble, n: int) -> np.ndarray:
    """Random inputs: each feature beside one of its own thresholds, or, one in eight, a value of `_EVERYWHERE`."""
    rng, shape = np.random.default_rng(0), (n, ensemble.n_features)
    everywhere = rng.choice([*_EVERYWHERE, NEAR_ZERO, -NEAR_ZERO], shape)
    inner = np.flatnonzero(~ensemble.is_leaf)
    if not len(inner):
        return everywhere
    inner = inner[np.argsort(ensemble.feature[inner], kind="stable")]
    count = np.bincount(ensemble.feature[inner], minlength=ensemble.n_features)
    pick = np.minimum(np.cumsum(count) - count, len(inner) - 1) + (rng.random(shape) * count).astype(int)
    last = ensemble.last_left(inner)[pick]
    beside = np.where(rng.random(shape) < 0.5, last, _after(last))
    return _finite(ensemble, np.where((count > 0) & (rng.random(shape) > 1 / 8), beside, everywhere), everywhere)


def _after(numbers: np.ndarray) -> np.ndarray:
    with np.errstate(over="ignore"):
        after: np.ndarray = np.nextafter(numbers, np.inf)
        return after
