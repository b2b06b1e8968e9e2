"""Sums of leaves: the packed form against one `Leaf` after the other, and against enumeration."""

import naive
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import limetheory as lt
from limetheory.limits.leaf_sum import LeafSum


@st.composite
def sums(draw, d=9):
    """Leaves of any sets, contradictory ones and repetitions among them."""
    sets = st.sets(st.integers(0, d - 1), max_size=5)
    leaves = draw(st.lists(st.builds(lt.Leaf, st.just(d), sets, sets, st.floats(-3, 3)), max_size=6))
    return leaves, LeafSum(d, leaves, draw(st.floats(-2, 2)))


@pytest.mark.slow
@given(sums(), st.sampled_from(naive.every(9)), st.sampled_from([0.0, 0.1]))
def test_prop_leaf_the_sum_equals_enumeration_and_its_leaves_one_by_one(drawn, case, ridge):
    leaves, whole = drawn
    design = getattr(lt, case[0])(*case[1])
    masks = naive.masks(9)
    expected = whole.intercept + sum((leaf(masks) for leaf in leaves), np.zeros(len(masks)))
    np.testing.assert_allclose(whole(masks), expected, rtol=0, atol=1e-13)
    found, enumerated = lt.limit(whole, design, ridge), lt.limit(lt.SetFunction(expected), design, ridge)
    one_by_one = sum((lt.limit(leaf, design, ridge).coefficients for leaf in leaves), np.zeros(9))
    np.testing.assert_allclose(found.coefficients, enumerated.coefficients, rtol=0, atol=1e-11)
    np.testing.assert_allclose(found.coefficients, one_by_one, rtol=0, atol=1e-12)
    assert found.intercept == pytest.approx(enumerated.intercept, abs=1e-11)


@pytest.mark.parametrize("design", [lt.ImageDesign(2000), lt.ShapleyDesign(2000)], ids=repr)
def test_two_thousand_superpixels(design):
    rng = np.random.default_rng(1)
    leaves = []
    for value in rng.normal(size=40):
        chosen = rng.permutation(2000)[:9].tolist()
        leaves.append(lt.Leaf(2000, chosen[:4], chosen[4:], value))
    one_by_one = sum(lt.limit(leaf, design).coefficients for leaf in leaves)
    found = lt.limit(LeafSum(2000, leaves), design).coefficients
    np.testing.assert_allclose(found, one_by_one, rtol=0, atol=1e-12 * np.abs(one_by_one).max())


def test_alpha_is_worked_out_once_for_each_pair_and_design(monkeypatch):
    design, asked = lt.ImageDesign(8), []
    condition = lt.ImageDesign.condition
    monkeypatch.setattr(
        lt.ImageDesign, "condition", lambda self, on, off: asked.append((len(on), len(off))) or condition(self, on, off)
    )
    whole = LeafSum(8, [lt.Leaf(8, (j,), (j + 1, j + 2)) for j in range(6)] + [lt.Leaf(8, (0, 1))])
    for _ in range(3):
        lt.limit(whole, design)
    assert sorted(asked) == [(1, 2), (2, 0)]


def test_its_leaves_can_be_read_back():
    leaves = [lt.Leaf(11, (0, 10), (3,), 2.0), lt.Leaf(11, (), (8,), -1.0), lt.Leaf(11, (1,), (1,), 5.0)]
    whole = LeafSum(11, leaves)
    assert len(whole) == 2
    for index in range(2):
        found = whole.leaf(index)
        assert (found.on, found.off, found.value) == (leaves[index].on, leaves[index].off, leaves[index].value)


def test_no_masks_give_no_values():
    assert LeafSum(3, [lt.Leaf(3)])(np.zeros((0, 3), bool)).shape == (0,)


def test_bad_arguments_are_refused():
    with pytest.raises(TypeError, match=r"leaves must be limetheory\.Leaf objects, got 3"):
        LeafSum(3, [3])
    with pytest.raises(ValueError, match="each leaf must have d = 3 superpixels, got 4"):
        LeafSum(3, [lt.Leaf(4)])
    with pytest.raises(ValueError, match="intercept must be finite"):
        LeafSum(3, [], np.nan)
