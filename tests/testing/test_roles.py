"""Roles of parts found on all masks are those that the battery states."""

import pytest

import limetheory as lt
from limetheory.testing.battery import battery
from limetheory.testing.roles import known_function


@pytest.mark.parametrize("d", [1, 2, 5, 8])
def test_found_roles_hold_what_the_battery_states(d):
    for known in battery(d, rng=d).values():
        found = known_function(known.F, d)
        assert found.dummies == known.dummies
        for group in known.symmetric:
            assert any(set(group) <= set(other) for other in found.symmetric)


def test_roles_of_leaves_and_of_what_is_too_large():
    assert known_function(lt.Leaf(5, on=(0, 3), off=(1,)), 5).symmetric == ((0, 3), (2, 4))
    assert known_function(lt.SetFunction([0.0, 1.0, 2.0, 3.0]), 2).symmetric == ()
    assert known_function(lt.Leaf(13, on=(0,)), 13).symmetric == ()
    known = battery(13, 0)["leaf"]
    assert known_function(known, 13) is known
