"""Random instances include degenerate and extreme ones, and satisfy their definitions."""

from random import Random

import pytest

from proofs_check import drawn
from proofs_check.world import REGULAR, World, regular

WORLDS = [World.drawn(Random(seed), 1 + seed % 5) for seed in range(300)]


@pytest.mark.parametrize("name", REGULAR)
def test_each_assumption_holds_of_some_instances_and_fails_on_others(name):
    """Every assumption is tested on the instances for which the assumptions before it hold."""
    earlier = list(REGULAR)[: list(REGULAR).index(name)]
    judged = [REGULAR[name](world) for world in WORLDS if all(REGULAR[other](world) for other in earlier)]
    assert any(judged) and not all(judged)


def test_most_instances_are_regular():
    assert sum(map(regular, WORLDS)) > 100


def test_masses_and_values_reach_the_extremes():
    masses = {w for world in WORLDS for w in world.masses}
    assert 0 in masses and min(masses) == 0 and max(masses) >= 1 / drawn.SMALLEST
    assert any(0 < w <= drawn.SMALLEST for w in masses)
    assert {0, 1} <= {x for world in WORLDS for x in world.table}


@pytest.mark.parametrize("d", [1, 2, 5])
def test_laws_are_probabilities(d):
    law = drawn.law(Random(d), d)
    assert sum(law[mask.bit_count()] for mask in range(2**d)) == 1 and min(law) > 0


def test_shares_are_strictly_between_0_and_1():
    shares = [drawn.share(Random(seed)) for seed in range(200)]
    assert 0 < min(shares) == drawn.SMALLEST and max(shares) == 1 - drawn.SMALLEST


def test_sets_are_disjoint_and_partitions_leave_no_superpixel_empty():
    for seed in range(50):
        on, off = drawn.disjoint(Random(seed), 4)
        assert not on & off and on | off <= set(range(4))
        assert set(drawn.partition(Random(seed), 4, 6)) == set(range(4))


def test_variance_and_delta_are_those_of_the_definition():
    world = next(world for world in WORLDS if world.d == 3 and any(world.masses))
    masks = [(mask, world.masses[mask.bit_count()]) for mask in range(8)]
    mass = sum(w for _, w in masks)
    mean = sum(w * mask.bit_count() for mask, w in masks) / mass
    assert world.variance == sum(w * (mask.bit_count() - mean) ** 2 for mask, w in masks) / mass
    assert world.delta == sum(w for mask, w in masks if mask & 3 == 1)
