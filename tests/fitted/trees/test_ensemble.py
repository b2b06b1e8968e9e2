"""Arrays of trees with shapes that forests on digits do not have."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import limetheory as lt
from limetheory.fitted.trees.ensemble import Ensemble, Tree, rounded_down
from limetheory.fitted.trees.paths import leaf_terms


def chain(depth, threshold=0.5):
    """A tree as deep as it has leaves but one: split k asks feature k and goes right to split k + 1."""
    inner = np.arange(depth)
    left = np.append(depth + 1 + inner, np.full(depth + 1, -1))
    right = np.append(inner + 1, np.full(depth + 1, -1))
    feature = np.append(inner, np.zeros(depth + 1, int))
    value = np.append(np.zeros(depth), [1.0, *np.zeros(depth)])
    return Tree(feature, np.full(2 * depth + 1, threshold), left, right, value)


def test_a_tree_deeper_than_pythons_stack_is_a_product():
    d = 1500
    ensemble = Ensemble([chain(d)], d)
    masks = np.ones((3, d), bool)
    masks[1, 7] = masks[2, 1499] = False
    assert ensemble.predict(masks).tolist() == [1.0, 0.0, 0.0]
    terms = leaf_terms(ensemble, np.ones((1, d)), np.zeros((1, d)), np.arange(d)[None], d)
    assert len(terms.values) == d + 1 and terms.n_on.max() == d and terms.n_off.max() == 1
    assert terms.n_on[terms.values == 1.0].tolist() == [d]


def test_a_tree_of_one_leaf_and_no_tree_at_all_are_constants():
    stump = Tree(np.array([-2]), np.array([-2.0]), np.array([-1]), np.array([-1]), np.array([3.0]))
    for trees, value in (([stump, stump], 7.0), ([], 1.0)):
        ensemble = Ensemble(trees, 2, intercept=1.0)
        assert ensemble.predict(np.zeros((2, 2))).tolist() == [value, value]
        terms = leaf_terms(ensemble, np.ones((4, 2)), np.zeros((4, 2)), np.array([[0, 1]]), 2)
        assert (1.0 + terms.total(terms.values)).tolist() == [value] * 4


@given(st.floats(-(2.0**99), 2.0**99), st.floats(-(2.0**99), 2.0**99, width=32))
def test_rounding_down_keeps_every_comparison(threshold, x):
    single = rounded_down(np.array([threshold]), np.dtype(np.float32))[0]
    near = np.float32(threshold)
    for value in (np.float32(x), near, np.nextafter(near, np.float32(np.inf)), np.nextafter(near, np.float32(-np.inf))):
        assert (value <= single) == (float(value) <= threshold)


@pytest.mark.parametrize("threshold", [np.inf, -np.inf, 1e300, -1e300])
def test_thresholds_beyond_float32_send_every_finite_number_one_way(threshold):
    single = rounded_down(np.array([threshold]), np.dtype(np.float32))[0]
    for value in np.array([0, 3e38, -3e38], np.float32):
        assert (value <= single) == (float(value) <= threshold)


def test_contradictory_paths_are_never_walked():
    # x_0 ≤ 0.5, then x_0 ≤ 0.7 the other way: no z passes
    tree = Tree(
        np.array([0, 0, 0, 0, 0]), np.array([0.5, 0.7, 0, 0, 0]), np.array([1, 3, -1, -1, -1]),
        np.array([2, 4, -1, -1, -1]), np.array([0, 0, 5.0, 2.0, 100.0]),
    )  # fmt: skip
    terms = leaf_terms(Ensemble([tree], 1), np.array([[0.9]]), np.array([[0.1]]), np.array([[0]]), 1)
    assert sorted(terms.values) == [2.0, 5.0]


@pytest.mark.slow
def test_more_superpixels_than_bits_in_a_word():
    rng, d = np.random.default_rng(2), 200
    x = rng.random((400, d))
    from sklearn.ensemble import ExtraTreesRegressor

    from limetheory.fitted.trees import TreeModel

    forest = ExtraTreesRegressor(5, random_state=0).fit(x, x[:, 3] * x[:, 70] - x[:, 130] + x[:, 199])
    leaves = TreeModel(forest).on_superpixels(x[0], x[1], rng.permutation(d))
    masks = rng.random((300, d)) < 0.5
    owner = np.random.default_rng(2)
    owner.random((400, d))
    composed = np.where(masks[:, owner.permutation(d)], x[0], x[1])
    np.testing.assert_allclose(leaves(masks), forest.predict(composed), rtol=0, atol=1e-13)
    for design in (lt.ImageDesign(d), lt.ProductDesign(np.linspace(0.3, 0.7, d)), lt.ShapleyDesign(d)):
        one_by_one = sum(lt.limit(leaves.leaf(i), design).coefficients for i in range(len(leaves)))
        np.testing.assert_allclose(lt.limit(leaves, design).coefficients, one_by_one, rtol=0, atol=1e-12)
