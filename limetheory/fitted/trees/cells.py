"""prop:trees on random cells: a leaf is reached with a product of probabilities, one for each column."""

from __future__ import annotations

import numpy as np

from limetheory.explaining.random_cells import CellLaws
from limetheory.fitted.trees.boundary_rows import boxes
from limetheory.fitted.trees.ensemble import NEAR_ZERO, Ensemble
from limetheory.limits.factor import FactorSum


def mean_over_cells(ensemble: Ensemble, laws: CellLaws) -> FactorSum:
    """F(z) = E[f(x) | z] for independent cells x_j: Σ over leaves value × Π_j P(x_j in the leaf's interval | z_j).

    Leaves bound every column by the greatest number that still goes left and the least that goes right, so that
    probabilities are those of the library's own comparisons.

    Raises:
        ValueError: laws of another number of columns.
    """
    if laws.d != ensemble.n_features:
        raise ValueError(
            f"a row must have the {ensemble.n_features} columns of the fit, got {laws.d}; give the columns in the "
            "order of the fit"
        )
    leaves = np.flatnonzero(ensemble.is_leaf)
    low, high = boxes(ensemble, leaves)
    low, high = ensemble.in_input_units(low, least=True), ensemble.in_input_units(high, least=False)
    factors = np.ones((2, len(leaves), laws.d))
    for j in range(laws.d):
        bounded = np.flatnonzero((low[:, j] > -np.inf) | (high[:, j] < np.inf))
        if len(bounded):
            factors[:, bounded, j] = laws.interval(j, low[bounded, j], high[bounded, j])
    if ensemble.zero_matters:
        _move_zeros(factors, ensemble, laws, leaves, low, high)
    off, on = factors
    return FactorSum(on, off, ensemble.value[leaves], intercept=ensemble.intercept)


def _move_zeros(
    factors: np.ndarray, ensemble: Ensemble, laws: CellLaws, leaves: np.ndarray, low: np.ndarray, high: np.ndarray
) -> None:
    """Where zeros go to a side of their own, take them from the intervals that have them to the leaves they reach."""
    reached = _reached_by_zero(ensemble, leaves)
    for j in range(laws.d):
        zeros = laws.interval(j, np.array([-NEAR_ZERO]), np.array([NEAR_ZERO]))
        inside = (low[:, j] <= 0) & (high[:, j] >= 0)
        factors[:, :, j] += zeros * (reached[:, j].astype(float) - inside)


def _reached_by_zero(ensemble: Ensemble, leaves: np.ndarray) -> np.ndarray:
    """Whether x_j = 0 passes every split on column j above each leaf, (leaves, p)."""
    found, node, row = np.ones((len(leaves), ensemble.n_features), bool), leaves, np.arange(len(leaves))
    parent = ensemble.parents()
    while len(row):
        above = parent[node]
        row, node, above = (one[above >= 0] for one in (row, node, above))
        went_left = ensemble.children[1, above] == node
        passes = ensemble.goes_left(above, np.zeros(len(above), ensemble.dtype)) == went_left
        found[row, ensemble.feature[above]] &= passes
        node = above
    return found
