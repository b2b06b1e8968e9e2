"""Histories against a list and a place in it."""

from hypothesis import given, settings
from hypothesis import strategies as st

from limetheory.images.regions import History
from limetheory.images.regions.history import MOST_STEPS


@settings(max_examples=40)
@given(st.lists(st.one_of(st.integers(0, 5), st.sampled_from(["undo", "redo"]))))
def test_a_history_is_a_list_with_a_place_in_it(steps):
    values, place, history = [0], 0, History(0)
    for step in steps:
        if step == "undo":
            place, history = max(0, place - 1), history.undone()
        elif step == "redo":
            place, history = min(len(values) - 1, place + 1), history.redone()
        else:
            history = history.done(step)
            if step != values[place]:
                values, place = [*values[: place + 1], step], place + 1
        assert history.present == values[place]
        assert (history.can_undo, history.can_redo) == (place > 0, place < len(values) - 1)


def test_a_long_history_forgets_its_beginning():
    history = History(0)
    for value in range(1, MOST_STEPS + 50):
        history = history.done(value)
    assert len(history.past) == MOST_STEPS and history.past[0] == 49
