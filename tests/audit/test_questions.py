"""What is asked: the functions go to a worker as they are, and the plans ask about what they say."""

import numpy as np
import pytest

from limetheory.audit import LIBRARIES
from limetheory.audit.questions import PLANS, functions, questions, stored
from limetheory.audit.worker import Recorded
from limetheory.testing.battery import BATTERY

FUNCTIONS = functions(PLANS["full"], 0)


@pytest.mark.parametrize("d", [1, 6, 12, 50])
def test_a_worker_evaluates_the_same_function(d):
    masks = np.random.default_rng(0).random((200, d)) < 0.5
    for name in (name for name in FUNCTIONS if name.endswith(f" {d}")):
        table, leaves = stored(FUNCTIONS[name])
        recorded = Recorded(d, table, leaves)
        assert np.abs(recorded(masks) - FUNCTIONS[name](masks)).max() < 1e-12
        assert (recorded.asked() == masks).all()


def test_the_standard_plan_asks_about_every_function_and_every_d():
    (subject,) = (one for one in LIBRARIES["limetheory"].subjects if one.name == "estimate")
    asked = [one.function.split() for one in questions(subject, PLANS["standard"]) if one.check == "limit"]
    sizes = {name: {int(d) for other, d in asked if other == name} for name in BATTERY}
    assert {d for found in sizes.values() for d in found} == {*range(1, 13), 50}
    assert all(found for found in sizes.values()) and sizes["random"] == {*range(1, 13), 50}
    assert sum(50 in found for found in sizes.values()) == 5


def test_the_full_plan_asks_about_every_function_at_every_d():
    (subject,) = (one for one in LIBRARIES["limetheory"].subjects if one.name == "estimate")
    asked = {one.function for one in questions(subject, PLANS["full"]) if one.check == "limit"}
    assert asked == {name for name in FUNCTIONS if int(name.split()[1]) in PLANS["full"].sizes}


@pytest.mark.slow
@pytest.mark.parametrize("library", LIBRARIES, ids=str)
def test_every_function_that_is_asked_about_is_drawn(library):
    for subject in LIBRARIES[library].subjects:
        for name, plan in PLANS.items():
            drawn = functions(plan, 0)
            found = questions(subject, plan)
            assert all(one.function in drawn for one in found), name
            assert len({(one.check, one.function, one.n, *one.options.values()) for one in found}) == len(found)
