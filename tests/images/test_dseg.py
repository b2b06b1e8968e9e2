"""Explaining a hierarchy from coarse to fine."""

import numpy as np
import pytest

import limetheory as lt
from limetheory.images.dseg import explain_hierarchy
from limetheory.images.hierarchy import containment_tree

SIDE = 40
ROW, COLUMN = np.mgrid[:SIDE, :SIDE]
MASKS = np.stack([COLUMN < 20, COLUMN >= 20, (COLUMN < 20) & (ROW < 20), (COLUMN < 20) & (ROW >= 20),
                  (COLUMN >= 20) & (ROW < 15), (COLUMN < 20) & (ROW < 8)])  # fmt: skip
IMAGE = np.random.default_rng(0).uniform(0.3, 1.0, (SIDE, SIDE, 3))
WEIGHTS = np.where(COLUMN < 20, np.where(ROW < 20, 4.0, 2.0), 1.0) / SIDE**2


def linear(images):
    return np.tensordot(images[..., 0], WEIGHTS, axes=2)


def levels(**changes):
    options = {"depth": 3, "top_k": 1, "replacement": 0.0, "n": 60, "rng": 0} | changes
    return explain_hierarchy(linear, IMAGE, containment_tree(MASKS), **options)


def test_each_level_refines_the_most_important_segment_only():
    first, second, third = levels()
    assert (first.segmentation.d, second.segmentation.d, third.segmentation.d) == (2, 3, 4)
    for coarse, fine in ((first, second), (second, third)):
        inside = fine.segmentation.inside(coarse.segmentation)
        split = np.flatnonzero(np.bincount(inside) > 1)
        assert split.tolist() == [np.abs(coarse.explanation.coefficients).argmax()]


def test_prop_linear_a_coefficient_is_the_sum_of_its_parts():
    first, second, third = levels()
    for coarse, fine in ((first, second), (second, third), (first, third)):
        assert np.abs(coarse.consistency(fine).gaps).max() < 1e-12


def test_the_last_level_is_what_explain_image_says_of_its_labels():
    last = levels()[-1]
    alone = lt.explain_image(linear, IMAGE, segments=last.segmentation.labels, replacement=0.0, n=60, rng=0)
    np.testing.assert_array_equal(last.explanation.coefficients, alone.coefficients)


def test_it_ends_where_nothing_can_be_split():
    assert len(levels(depth=9, top_k=9)) == 3 and len(levels(depth=1)) == 1


@pytest.mark.parametrize("changes, rule", [({"depth": 0}, "depth must be at least 1"), ({"top_k": 0}, "top_k must be")])
def test_no_depth_and_nothing_to_split_are_refused(changes, rule):
    with pytest.raises(ValueError, match=rule):
        levels(**changes)
