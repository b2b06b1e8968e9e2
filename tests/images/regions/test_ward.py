"""Ward's merging against the increase of the sum of squares, computed anew at each step."""

from itertools import combinations

import numpy as np
import pytest

from limetheory.images.regions.ward import merged


def spread(means, areas, group):
    """The sum of squares around the mean of a group of pieces, each of which is that many equal pixels."""
    weights = areas[group][:, None]
    centre = (weights * means[group]).sum(axis=0) / weights.sum()
    return float((weights * (means[group] - centre) ** 2).sum())


def naive(means, areas, borders, number, smallest=0.0):
    groups = [[piece] for piece in range(len(areas))]
    touching = {frozenset(pair) for pair in borders.tolist()}
    while True:
        costs = []
        for one, other in combinations(range(len(groups)), 2):
            if not any(frozenset((a, b)) in touching for a in groups[one] for b in groups[other]):
                continue
            large = min(areas[groups[one]].sum(), areas[groups[other]].sum()) >= smallest
            union = spread(means, areas, groups[one] + groups[other])
            increase = union - spread(means, areas, groups[one]) - spread(means, areas, groups[other])
            if not large or len(groups) > number:
                costs.append((large, increase, one, other))
        if not costs:
            return groups
        *_, one, other = min(costs)
        groups[one] += groups.pop(other)


def case(seed, pieces=14):
    rng = np.random.default_rng(seed)
    pairs = np.array(list(combinations(range(pieces), 2)))
    return rng.normal(size=(pieces, 3)), rng.integers(1, 30, pieces), pairs[rng.random(len(pairs)) < 0.15]


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("smallest", [0.0, 20.0])
def test_groups_are_those_of_the_least_increase_of_squares(seed, smallest):
    means, areas, borders = case(seed)
    found = merged(means, areas, borders, 4, smallest)
    groups = [np.flatnonzero(found == group).tolist() for group in range(found.max() + 1)]
    assert sorted(groups) == sorted(map(sorted, naive(means, areas, borders, 4, smallest)))
    assert [group[0] for group in groups] == sorted(group[0] for group in groups)


def test_mutant_a_cost_without_areas_gives_other_groups():
    means, areas = np.array([[0.0], [1.0], [1.9]]), np.array([100, 100, 1])
    row = np.array([[0, 1], [1, 2]])
    assert merged(means, areas, row, 2).tolist() == [0, 1, 1]
    assert merged(np.array([[0.0], [0.8], [1.9]]), areas, row, 2).tolist() == [0, 1, 1]
    assert merged(np.array([[0.0], [0.8], [1.9]]), np.ones(3), row, 2).tolist() == [0, 0, 1]


def test_pieces_that_do_not_touch_stay_apart():
    assert merged(np.zeros((3, 1)), np.ones(3), np.zeros((0, 2), int), 1).tolist() == [0, 1, 2]
