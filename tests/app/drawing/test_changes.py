"""What drawings, clicks, fields and buttons make of the regions of a session, beside the same by hand."""

import numpy as np
import pytest
from page_scene import data_url, picture
from region_scene import mask_file

from limetheory.app.drawing.actions import ACTIONS
from limetheory.app.drawing.changes import Unchanged, clicked, cut_outside, drawn, filled, looked, pressed, uploaded
from limetheory.app.drawing.cuts import SEGMENTS, automatic, cut_of, put_cut
from limetheory.app.drawing.view import View, put_view, view_of
from limetheory.app.limits import Limits
from limetheory.app.photos import put_photo
from limetheory.app.refusals import Refused
from limetheory.app.regions import drawn_of, history_of, regions_of
from limetheory.app.sessions.store import Sessions
from limetheory.app.uploads import checked

WIDTH, HEIGHT = 40, 30
COLUMN = np.arange(WIDTH)[None].repeat(HEIGHT, axis=0)


@pytest.fixture
def session(tmp_path):
    sessions = Sessions(tmp_path / "sessions", Limits())
    found = sessions.of(Sessions.new_cookie())
    put_photo(found, checked(picture(WIDTH, HEIGHT), "a.png", Limits()))
    return found


def stripe(session, first, last, effect=None, selected=None):
    """Draw the columns from the first to the last one."""
    view = view_of(session)
    put_view(session, View(effect=effect or "new", selected=view.selected if selected is None else selected))
    shape = {"x0": first, "y0": -1, "x1": last, "y1": HEIGHT}
    drawn(session, {"tool": "rectangle", "shape": shape, "scale": 1})


def masks(session):
    return {one.name: one.mask for one in drawn_of(session).regions}


def test_nothing_is_drawn_at_first(session):
    assert regions_of(session) is None and history_of(session) is None
    assert drawn_of(session).shape == (HEIGHT, WIDTH)


def test_a_new_drawing_is_a_region_that_is_selected(session):
    stripe(session, 0, 9)
    stripe(session, 20, 29)
    assert list(masks(session)) == ["region A", "region B"]
    assert view_of(session).selected == ("region B",)
    assert np.array_equal(masks(session)["region B"], (COLUMN >= 20) & (COLUMN <= 29))


@pytest.mark.parametrize(
    ("effect", "expected"),
    [("add", COLUMN <= 19), ("subtract", COLUMN <= 4), ("intersect", (COLUMN >= 5) & (COLUMN <= 9))],
)
def test_a_drawing_changes_the_selected_region(session, effect, expected):
    stripe(session, 0, 9)
    stripe(session, 5, 19, effect)
    assert np.array_equal(masks(session)["region A"], expected)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("merge", {"region A": COLUMN <= 19}),
        ("union", {"region A": COLUMN <= 19, "region B": (COLUMN >= 5) & (COLUMN <= 19)}),
        ("subtract", {"region A": COLUMN <= 4, "region B": (COLUMN >= 5) & (COLUMN <= 19)}),
        ("intersect", {"region A": (COLUMN >= 5) & (COLUMN <= 9), "region B": (COLUMN >= 5) & (COLUMN <= 19)}),
        ("delete", {}),
    ],
)
def test_buttons_change_the_selected_regions_and_undo_takes_it_back(session, name, expected):
    stripe(session, 0, 9)
    stripe(session, 5, 19)
    before = masks(session)
    put_view(session, View(selected=("region B", "region A")))
    pressed(session, name)
    found = masks(session)
    assert list(found) == list(expected) and all(np.array_equal(found[one], expected[one]) for one in expected)
    pressed(session, "undo")
    assert all(np.array_equal(masks(session)[one], before[one]) for one in before)
    pressed(session, "redo")
    assert list(masks(session)) == list(expected)


def test_the_region_on_top_is_the_last_one(session):
    stripe(session, 0, 9)
    stripe(session, 5, 19)
    put_view(session, View(selected=("region A",)))
    pressed(session, "raise")
    assert list(masks(session)) == ["region B", "region A"]


@pytest.mark.parametrize("name", list(ACTIONS))
def test_a_button_without_its_regions_says_how_many_it_needs(session, name):
    stripe(session, 0, 9)
    put_view(session, View())
    with pytest.raises(Refused, match="selected region"):
        pressed(session, name)


def test_fields_rename_number_select_and_hide(session):
    stripe(session, 0, 9)
    filled(session, "name", 0, "<b>zebra</b>")
    filled(session, "superpixels", 0, 7)
    filled(session, "shown", 0, [])
    region = drawn_of(session).regions[0]
    assert (region.name, region.superpixels) == ("<b>zebra</b>", 7)
    assert (view_of(session).selected, view_of(session).hidden) == (("<b>zebra</b>",), ("<b>zebra</b>",))
    filled(session, "selected", 0, [])
    assert view_of(session).selected == ()


@pytest.mark.parametrize(
    ("field", "value"), [("name", "region A"), ("superpixels", 1), ("selected", ["on"]), ("shown", ["on"])]
)
def test_a_field_that_says_what_is_known_changes_nothing(session, field, value):
    stripe(session, 0, 9)
    before = history_of(session)
    for place in (0, 5, -1, "0", None):
        with pytest.raises(Unchanged):
            filled(session, field, place, value)
    assert history_of(session) == before


@pytest.mark.parametrize(
    ("field", "value"), [("name", ""), ("name", None), ("name", "x" * 201), ("superpixels", 0), ("superpixels", None)]
)
def test_a_field_out_of_range_is_refused_and_nothing_is_lost(session, field, value):
    stripe(session, 0, 9)
    before = history_of(session)
    with pytest.raises((ValueError, TypeError), match=r"name|superpixels"):
        filled(session, field, 0, value)
    assert history_of(session) == before


def test_outside_and_segmenter_can_be_undone_and_a_second_time_is_no_change(session):
    cut_outside(session, 20, "grid")
    with pytest.raises(Unchanged):
        cut_outside(session, 20, "grid")
    assert (drawn_of(session).outside, drawn_of(session).segmenter) == (20, "grid")
    pressed(session, "undo")
    assert (drawn_of(session).outside, drawn_of(session).segmenter) == (50, "slic")


def test_the_suggested_numbers_are_by_area(session):
    stripe(session, 0, 9)
    pressed(session, "suggest")
    assert (drawn_of(session).regions[0].superpixels, drawn_of(session).outside) == (25, 75)


def test_a_file_of_labels_brings_a_region_each(session):
    labels = np.where(COLUMN < 10, 7, np.where(COLUMN < 20, 9, 0))
    assert uploaded(session, data_url(mask_file(labels))) == []
    found = masks(session)
    assert list(found) == ["label 7", "label 9"]
    assert np.array_equal(found["label 9"], (COLUMN >= 10) & (COLUMN < 20))


def test_a_label_without_a_pixel_at_the_photographs_size_is_told(session):
    large = np.zeros((2 * HEIGHT, 2 * WIDTH), int)
    large[:, :40], large[0, 60] = 7, 9
    assert "label 9" in uploaded(session, data_url(mask_file(large)))[0]


@pytest.mark.parametrize("contents", ["", "data:image/png;base64,", "data:image/png;base64,????", "data:,<svg/>"])
def test_a_file_that_is_no_mask_is_refused(session, contents):
    with pytest.raises((Refused, ValueError), match=r"arrive whole|file of masks"):
        uploaded(session, contents)
    assert regions_of(session) is None


def test_clicked_superpixels_go_into_the_selected_region_and_out_again(session):
    with pytest.raises(Refused, match="being found"):
        clicked(session, {"x": 1, "y": 1})
    cut_outside(session, 12, "grid")
    found = automatic(drawn_of(session)).partition(np.zeros((HEIGHT, WIDTH, 3)))
    put_cut(session, SEGMENTS, automatic(drawn_of(session)), found)
    clicked(session, {"x": 1, "y": 1})
    clicked(session, {"x": 39.4, "y": 29.4})
    expected = (found.labels == found.labels[1, 1]) | (found.labels == found.labels[29, 39])
    assert list(masks(session)) == ["region A"] and np.array_equal(masks(session)["region A"], expected)
    clicked(session, {"x": 1, "y": 1})
    assert np.array_equal(masks(session)["region A"], found.labels == found.labels[29, 39])
    clicked(session, {"x": 39, "y": 29})
    assert regions_of(session) is None


@pytest.mark.parametrize("sent", [None, {}, {"x": 40, "y": 1}, {"x": 1, "y": -0.6}, {"x": True, "y": 1}])
def test_a_click_beside_the_photograph_is_refused(session, sent):
    with pytest.raises(Refused, match="click"):
        clicked(session, sent)


def test_superpixels_are_kept_until_something_changes(session):
    stripe(session, 0, 9)
    regions = drawn_of(session)
    put_cut(session, "cut", regions, regions.partition(np.zeros((HEIGHT, WIDTH, 3))))
    kept = cut_of(session, "cut", drawn_of(session))
    assert kept is not None and kept.names == regions.partition(np.zeros((HEIGHT, WIDTH, 3))).names
    assert cut_of(session, "cut", regions.with_outside(9)) is None


def test_the_view_takes_over_what_it_knows_alone(session):
    before = view_of(session)
    with pytest.raises(Unchanged):
        looked(session, lambda view: view.with_tool("spray", "<script>", 10**9))
    looked(session, lambda view: view.with_tool("brush", "add", 40))
    assert view_of(session) == View(tool="brush", effect="add", brush=40) != before


def test_another_photograph_forgets_the_regions_and_keeps_the_tools(session):
    stripe(session, 0, 9)
    looked(session, lambda view: view.with_tool("brush", "add", 40))
    put_photo(session, checked(picture(WIDTH, HEIGHT, seed=3), "b.png", Limits()))
    assert regions_of(session) is None and view_of(session) == View(tool="brush", effect="add", brush=40)
