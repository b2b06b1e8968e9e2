"""Pieces, their borders and the nearest of the largest, against loops over pixels."""

import numpy as np
import pytest

from limetheory.images.regions.pieces import borders, components, largest, pieces

STEPS = [(0, 1), (1, -1), (1, 0), (1, 1)]


def neighbours(shape):
    for y, x in np.ndindex(shape):
        for down, across in STEPS:
            if y + down < shape[0] and 0 <= x + across < shape[1]:
                yield (y, x), (y + down, x + across)


def random_labels(seed, labels=3, shape=(7, 9)):
    return np.random.default_rng(seed).integers(0, labels, shape)


def naive_pieces(labels, inside):
    """Each pixel's smallest reachable pixel, by passing it on until nothing changes."""
    first = np.where(inside, np.arange(inside.size).reshape(inside.shape), -1)
    while True:
        before = first.copy()
        for one, other in neighbours(inside.shape):
            if inside[one] and inside[other] and labels[one] == labels[other]:
                first[one] = first[other] = min(first[one], first[other])
        if np.array_equal(before, first):
            return first


@pytest.mark.parametrize("seed", range(10))
def test_pieces_are_the_pixels_that_reach_each_other(seed):
    labels, inside = random_labels(seed), random_labels(100 + seed) > 0
    expected = naive_pieces(labels, inside)
    found = pieces(labels, inside)
    assert np.array_equal(np.unique(expected, return_inverse=True)[1].reshape(found.shape), found)
    mask, count = components(inside)
    assert np.array_equal(mask, pieces(np.zeros_like(labels), inside)) and count == mask.max()


@pytest.mark.parametrize("seed", range(10))
def test_borders_are_the_pairs_that_touch(seed):
    found = random_labels(seed, 6)
    touching = {tuple(sorted((found[one] - 1, found[other] - 1))) for one, other in neighbours(found.shape)}
    expected = sorted(pair for pair in touching if pair[0] >= 0 and pair[0] != pair[1])
    assert borders(found).tolist() == [list(pair) for pair in expected]


@pytest.mark.parametrize("seed", range(10))
def test_pixels_of_small_pieces_go_to_the_nearest_large_one(seed):
    found = components(random_labels(seed, 3, (12, 14)) == 0)[0]
    areas = np.bincount(found.ravel())[1:]
    labels = largest(found, 3)
    kept = [found == 1 + piece for piece in np.argsort(-areas, kind="stable")[:3]]
    assert sorted({int(labels[one][0]) for one in kept}) == [0, 1, 2]
    for y, x in np.argwhere(found):
        distances = [((np.argwhere(one) - (y, x)) ** 2).sum(axis=1).min() for one in kept]
        own = [distance for one, distance in zip(kept, distances, strict=True) if labels[one][0] == labels[y, x]]
        assert own == [min(distances)]
