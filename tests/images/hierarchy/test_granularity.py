"""Refining, merging and coarsening keep partitions, and coefficients are compared across them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mask_sets import ellipses, rows
from scipy import ndimage

from limetheory.images.hierarchy.containment import containment_tree
from limetheory.images.hierarchy.granularity import SegmentTree


@pytest.fixture(scope="module")
def forest() -> SegmentTree:
    return containment_tree(ellipses(40, 120))


def test_refining_divides_the_chosen_and_keeps_the_rest(forest):
    coarse = forest.at(1)
    chosen = [number for number, (node,) in enumerate(coarse.groups) if forest.children[node]][:2]
    fine = coarse.refine(chosen)
    owner = fine.inside(coarse)
    assert set(np.flatnonzero(np.bincount(owner) > 1)) == set(chosen)
    for number in range(coarse.d):
        assert ((coarse.labels == number) == np.isin(fine.labels, np.flatnonzero(owner == number))).all()
    assert (fine.area == np.bincount(fine.labels.ravel())).all()


def test_refining_everything_is_the_next_depth(forest):
    fine = forest.at(1).refine(range(forest.at(1).d))
    assert fine.groups == forest.at(2).groups and (fine.labels == forest.partition(2)).all()


def test_merging_children_gives_back_the_parent(forest):
    coarse = forest.at(1)
    fine = forest.at(2)
    chosen = int(np.bincount(fine.inside(coarse)).argmax())
    children = np.flatnonzero(fine.inside(coarse) == chosen)
    for merged in (fine.merge(children), fine.merge_up(children[:1])):
        assert coarse.groups[chosen] in merged.groups and merged.d == fine.d - len(children) + 1


def test_merging_strangers_and_taking_them_apart(forest):
    coarse = forest.at(1)
    merged = coarse.merge([0, coarse.d - 1])
    (both,) = [number for number, group in enumerate(merged.groups) if len(group) == 2]
    assert ((merged.labels == both) == np.isin(coarse.labels, [0, coarse.d - 1])).all()
    assert merged.refine([both]).groups == coarse.groups


@pytest.mark.slow
@settings(max_examples=25)
@given(st.data())
def test_coarsening_gives_the_number_asked_for_in_unions(data):
    tree = containment_tree(ellipses(15, 40, seed=data.draw(st.integers(0, 20))))
    fine = tree.at(3)
    wanted = data.draw(st.integers(2, fine.d))
    coarse = fine.coarsen(wanted)
    assert coarse.d == wanted == coarse.labels.max() + 1
    assert (np.bincount(fine.inside(coarse)) > 0).all()
    assert tree.cut(wanted).d == wanted


def test_coarsening_joins_the_smallest_to_its_neighbour_in_the_same_parent(forest):
    fine = forest.at(forest.depth)
    coarser = fine.coarsen(fine.d - 1)
    smallest = int(fine.area.argmin())
    (joined,) = np.flatnonzero(np.bincount(fine.inside(coarser)) == 2)
    pair = np.flatnonzero(fine.inside(coarser) == joined)
    assert smallest in pair
    dilated = ndimage.binary_dilation(fine.labels == smallest)
    assert (dilated & (fine.labels == (set(pair) - {smallest}).pop())).any()


def test_consistency_of_an_additive_function_and_of_an_interaction(forest):
    coarse, fine = forest.at(1), forest.at(2)
    per_segment = np.random.default_rng(0).normal(size=fine.d)
    sums = np.bincount(fine.inside(coarse), weights=per_segment)
    additive = coarse.consistency(sums, fine, per_segment)
    assert np.abs(additive.gaps).max() < 1e-12 and additive.relative < 1e-12
    found = coarse.consistency(sums + 0.5, fine, per_segment)
    assert found.gaps == pytest.approx(np.full(coarse.d, 0.5)) and (found.children_sums == sums).all()
    assert found.relative == pytest.approx(0.5 * coarse.d / np.abs(sums + 0.5).sum())


def test_bad_granularity(forest):
    coarse, fine = forest.at(1), forest.at(2)
    leaves = forest.at(forest.depth)
    other = containment_tree(rows(50))
    for action, message in [
        (lambda: coarse.refine([]), r"segments must name some of 0\.\."),
        (lambda: coarse.refine([99]), r"got \[99\]"),
        (lambda: coarse.refine([0.5]), "segments must be an integer, got 0.5"),
        (lambda: leaves.refine([0]), "segments must hold one with children"),
        (lambda: coarse.merge([1]), "at least two to merge, got"),
        (lambda: coarse.merge_up([1]), "got one of depth 1: use merge"),
        (lambda: coarse.coarsen(1), "n_segments must be at least 2"),
        (lambda: coarse.coarsen(999), f"at most {coarse.d}, the present number, got 999"),
        (lambda: forest.cut(9999), "the leaves of the tree, got 9999"),
        (lambda: fine.inside(other.at(1)), "from the same tree"),
        (lambda: coarse.inside(fine), "one that divides some"),
        (lambda: coarse.consistency(np.zeros(1), fine, np.zeros(fine.d)), "one entry per segment"),
    ]:
        with pytest.raises((ValueError, TypeError), match=message):
            action()
