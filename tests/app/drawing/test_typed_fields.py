"""What is typed in the list of regions just before Explain is pressed is what is explained."""

import numpy as np
import pytest
from edit_scene import session_in

from limetheory.app.drawing.cuts import key_of
from limetheory.app.drawing.typed import take_typed
from limetheory.app.regions import change_regions, drawn_of, undo
from limetheory.images.regions import Region

LEFT = np.arange(60)[None].repeat(40, axis=0) < 20


@pytest.fixture
def session(tmp_path):
    found = session_in(tmp_path)
    change_regions(found, lambda now: now.add(Region("left", LEFT)).add(Region("right", LEFT[:, ::-1])))
    return found


def fields(regions, **more):
    """What a page shows whose list is of these regions."""
    told = {"names": [*regions.names], "numbers": [one.superpixels for one in regions.regions]}
    below = {"outside": regions.outside, "segmenter": regions.segmenter}
    return {"shown": key_of(regions), **told, **below, **more}


def test_fields_that_were_typed_are_taken_and_undone_in_one_step(session):
    before = drawn_of(session)
    take_typed(session, fields(before, numbers=[9, 3], names=["left", "tree"], outside=7, segmenter="grid"))
    after = drawn_of(session)
    assert after.names == ("left", "tree") and [one.superpixels for one in after.regions] == [9, 3]
    assert (after.outside, after.segmenter) == (7, "grid")
    undo(session)
    assert drawn_of(session) == before


def test_what_a_page_shows_unchanged_changes_nothing_and_is_no_step(session):
    before = drawn_of(session)
    change_regions(session, lambda now: now.with_superpixels("left", 30))
    after = drawn_of(session)
    for shown in (before, after):
        take_typed(session, fields(shown))
        assert drawn_of(session) == after
    undo(session)
    assert drawn_of(session) == before


@pytest.mark.parametrize("first", [{"numbers": [9, 2]}, {"names": ["tree", "right"]}])
def test_a_field_whose_own_request_came_first_is_not_taken_twice_and_the_other_is(session, first):
    """The page shows the list of before, and one of two requests has arrived."""
    before = drawn_of(session)
    numbers = [one.superpixels for one in before.regions]
    both = {"numbers": [9, numbers[1]], "names": ["tree", "right"], **{"outside": 5}}
    change = "numbers" in first
    change_regions(session, lambda now: now.with_superpixels("left", 9) if change else now.rename("left", "tree"))
    take_typed(session, fields(before, **both))
    after = drawn_of(session)
    assert after.names == ("tree", "right") and after["tree"].superpixels == 9 and after.outside == 5


def test_another_window_s_regions_are_left_alone(session):
    shown = drawn_of(session)
    change_regions(session, lambda now: now.remove("left").add(Region("new", ~LEFT)))
    take_typed(session, fields(shown, numbers=[44, shown["right"].superpixels]))
    assert 44 not in [one.superpixels for one in drawn_of(session).regions]
    now = drawn_of(session)
    for forged in ({"shown": "x"}, {"shown": None}, {"shown": {"a": 1}}, {"names": [1]}, {"numbers": None}):
        take_typed(session, fields(now, **{"numbers": [5, 5], **forged}) | ({} if "shown" in forged else forged))
        assert drawn_of(session) == now


def test_a_number_that_no_region_can_have_is_refused_and_kept_out(session):
    before = drawn_of(session)
    for number in (0, None, "9", 10**9):
        with pytest.raises((ValueError, TypeError)):
            take_typed(session, fields(before, numbers=[number, 2]))
        assert drawn_of(session) == before
