"""The corners of leaves test each split of a path at the two neighbouring numbers that it separates."""

import forests
import numpy as np
import pytest
from sklearn.tree import DecisionTreeRegressor

from limetheory.fitted.trees import TreeModel
from limetheory.fitted.trees.boundary_rows import boundary_rows
from limetheory.fitted.trees.ensemble import NEAR_ZERO, Ensemble, Tree

RNG = np.random.default_rng(1)


@pytest.mark.parametrize("name", ["decision tree", "histogram of numbers", "LightGBM, zero is missing", "XGBoost dart"])
def test_the_last_number_goes_left_and_the_next_one_right(name):
    case = forests.case(name)
    ensemble = TreeModel(case.estimator, **case.options).ensemble
    nodes = np.flatnonzero(~ensemble.is_leaf)
    last = ensemble.last_left(nodes)
    if "zero" in name:  # where zero is missing, it goes its own way at any threshold
        nodes, last = nodes[last != 0], last[last != 0]
    for numbers, left in ((last, True), (np.nextafter(last, np.inf), False)):
        rows = np.tile(numbers[:, None], (1, ensemble.n_features))
        went_left = ensemble.goes_left(nodes, ensemble.compared(rows)[:, 0])
        assert (went_left == left)[np.abs(numbers) > NEAR_ZERO].all() and len(nodes) > 20


def test_single_precision_at_random_thresholds_and_at_its_ends():
    largest = float(np.finfo(np.float32).max)
    thresholds = np.concatenate([RNG.normal(size=500) * 10.0 ** RNG.integers(-40, 38, 500), [0, 1, -1, 1 + 2**-24]])
    n = len(thresholds)
    trees = [Tree(*map(np.array, ([0, 0, 0], [t, 0, 0], [1, -1, -1], [2, -1, -1], [0, 0, 1]))) for t in thresholds]
    ensemble = Ensemble(trees, 1, np.float32)
    last = ensemble.last_left(ensemble.roots)
    assert (last.astype(np.float32) <= thresholds).all() and len(last) == n
    assert (np.nextafter(last, np.inf).astype(np.float32) > thresholds).all()
    for threshold in (np.inf, largest, -np.inf, -largest):
        one = Tree(*map(np.array, ([0, 0, 0], [threshold, 0, 0], [1, -1, -1], [2, -1, -1], [0, 0, 1])))
        assert (np.abs(boundary_rows(Ensemble([one], 1, np.float32))) <= largest).all()


def test_every_leaf_of_a_small_tree_is_reached_at_both_corners():
    x = RNG.normal(size=(200, 3))
    ensemble = TreeModel(DecisionTreeRegressor(max_leaf_nodes=30, random_state=0).fit(x, x[:, 0] * x[:, 1])).ensemble
    rows = boundary_rows(ensemble)
    reached = ensemble._reached(ensemble.compared(rows), ensemble.roots)[0]
    leaves = np.flatnonzero(ensemble.is_leaf)
    assert len(leaves) == 30
    assert (reached[:30] == leaves).all() and (reached[30:60] == leaves).all()


@pytest.mark.slow
def test_many_features_make_few_rows_and_no_tree_makes_some():
    stump = Tree(*map(np.array, ([0, 0, 0], [0.5, 0, 0], [1, -1, -1], [2, -1, -1], [0, 0, 1])))
    assert boundary_rows(Ensemble([stump] * 9, 200_000)).shape == (8 + 8 + 16, 200_000)
    assert boundary_rows(Ensemble([], 3)).shape == (16, 3)
