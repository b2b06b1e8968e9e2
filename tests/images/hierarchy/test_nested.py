"""Partitions as label maps become partitions of one tree with the same numbers."""

import numpy as np
import pytest

from limetheory.images.hierarchy.nested import nested

RNG = np.random.default_rng(0)


def random_maps(depth):
    """Label maps of which each divides some segments of the one before, with shuffled numbers."""
    labels, maps = RNG.integers(0, 3, (5, 6)), []
    for _ in range(depth):
        labels = labels * 2 + (RNG.random(labels.shape) < 0.5) * (labels % 2)
        numbers = np.unique(labels, return_inverse=True)[1].reshape(labels.shape)
        labels = RNG.permutation(numbers.max() + 1)[numbers]
        maps.append(labels)
    return maps


@pytest.mark.parametrize("depth", [1, 2, 4])
def test_the_partitions_are_those_of_the_maps(depth):
    for _ in range(20):
        maps = random_maps(depth)
        found = nested(maps)
        assert all(np.array_equal(one.labels, labels) for one, labels in zip(found, maps, strict=True))
        for coarse, fine, labels, finer in zip(found, found[1:], maps, maps[1:], strict=False):
            inside = [labels[finer == j][0] for j in range(finer.max() + 1)]
            assert fine.inside(coarse).tolist() == inside


def test_segments_that_stay_are_one_node():
    coarse, fine = nested([np.array([[0, 1, 1]]), np.array([[2, 0, 1]])])
    assert fine.groups[2] == coarse.groups[0] and fine.d == 3


def test_maps_that_are_not_nested_are_refused():
    with pytest.raises(ValueError, match="each label map must divide the segments of the one before"):
        nested([np.array([[0, 1, 1]]), np.array([[0, 0, 1]])])
