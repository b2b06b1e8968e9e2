"""Regions: set operations, names, numbers, clicks, and refusals."""

import numpy as np
import pytest
from drawings import drawings
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage.data import astronaut

from limetheory.images.regions import History, Region, Regions

COLUMN = np.arange(8)[None].repeat(6, axis=0)
A, B = Region("a", COLUMN < 5, 3), Region("b", (COLUMN > 2) & (COLUMN < 7), 4)
BOTH = Regions((6, 8), (A, B), 5, "grid")


def test_a_region_cannot_be_changed():
    pixels = np.zeros((2, 2), bool)
    pixels[0] = True
    region = Region("top", pixels)
    pixels[:] = True
    assert region.area == 2
    with pytest.raises(ValueError, match="read-only"):
        region.mask[1, 1] = True
    with pytest.raises(AttributeError):
        region.name = "other"
    assert region == Region("top", [[1, 1], [0, 0]]) != Region("top", [[1, 1], [0, 0]], 2)
    assert len({region, Region("top", [[255, 255], [0, 0]]), region.renamed("else")}) == 2


@pytest.mark.parametrize(("change", "expected"), [
    (lambda both: both.union("a", "b"), {"a": COLUMN < 7, "b": B.mask}),
    (lambda both: both.subtract("a", "b"), {"a": COLUMN < 3, "b": B.mask}),
    (lambda both: both.subtract("b", "a"), {"a": A.mask, "b": (COLUMN > 4) & (COLUMN < 7)}),
    (lambda both: both.intersect("b", "a"), {"a": A.mask, "b": (COLUMN > 2) & (COLUMN < 5)}),
    (lambda both: both.merge(["b", "a"]), {"b": COLUMN < 7}),
    (lambda both: both.remove("a"), {"b": B.mask}),
    (lambda both: both.rename("a", "c"), {"c": A.mask, "b": B.mask}),
    (lambda both: both.raised("a"), {"b": B.mask, "a": A.mask}),
    (lambda both: both.replace_mask("b", COLUMN == 7), {"a": A.mask, "b": COLUMN == 7}),
    (lambda both: both.add(Region("c", COLUMN == 7)), {"a": A.mask, "b": B.mask, "c": COLUMN == 7}),
    (lambda both: both.toggled("a", COLUMN, 7), {"a": (COLUMN < 5) | (COLUMN == 7), "b": B.mask}),
    (lambda both: both.toggled("a", COLUMN, 0), {"a": (COLUMN > 0) & (COLUMN < 5), "b": B.mask}),
    (lambda both: both.toggled("c", COLUMN, 0), {"a": A.mask, "b": B.mask, "c": COLUMN == 0}),
    (lambda both: both.toggled("a", (COLUMN >= 5).astype(int), 0), {"b": B.mask}),
])  # fmt: skip
def test_changes_are_those_of_sets_and_leave_the_old_regions_as_they_are(change, expected):
    found = change(BOTH)
    assert {region.name: region.mask.tolist() for region in found.regions} == {
        name: mask.tolist() for name, mask in expected.items()
    }
    assert found.names == tuple(expected) and BOTH.regions == (A, B)


def test_regions_keep_their_own_numbers():
    assert BOTH.merge(["a", "b"])["a"].superpixels == 7
    assert BOTH.union("a", "b")["a"].superpixels == 3 and BOTH.rename("b", "c")["c"].superpixels == 4
    assert BOTH.with_superpixels("b", 9)["b"].superpixels == 9
    changed = BOTH.with_outside(7)
    assert (changed.outside, changed.segmenter, changed.with_outside(8, "slic").segmenter) == (7, "grid", "slic")
    many = Regions((6, 8), [Region("a", A.mask, 999), Region("b", B.mask, 999)])
    assert many.merge(["a", "b"])["a"].superpixels == 1000


def test_later_regions_lie_on_top():
    assert BOTH.owner[0].tolist() == [0, 0, 0, 1, 1, 1, 1, -1]
    assert BOTH.raised("a").owner[0].tolist() == [1, 1, 1, 1, 1, 0, 0, -1]
    assert BOTH.covered == () and BOTH.add(Region("all", COLUMN >= 0)).covered == ("a", "b")


def test_a_region_of_pieces_is_split_into_them():
    regions = Regions((6, 8), [Region("row", (COLUMN % 4 < 2) & (np.arange(6)[:, None] < 3), 5), B])
    split = regions.split("row")
    assert split.names == ("row 1", "row 2", "b") and [one.superpixels for one in split.regions] == [3, 2, 4]
    assert np.array_equal(split["row 1"].mask | split["row 2"].mask, regions["row"].mask)
    assert split["row 1"].mask[0].tolist() == [True, True] + [False] * 6
    taken = regions.rename("b", "row 2").split("row")
    assert taken.names == ("row 1", "row 3", "row 2")


def test_a_region_is_split_by_the_segmenter():
    photo = astronaut()[::8, ::8]
    mask = np.zeros((64, 64), bool)
    mask[10:50, 20:60] = True
    split = Regions((64, 64), [Region("a", mask, 2)]).split("a", 3, photo)
    assert split.names == ("a 1", "a 2", "a 3") and [one.superpixels for one in split.regions] == [1, 1, 1]
    assert (np.sum([one.mask for one in split.regions], axis=0) == mask).all()


@pytest.mark.slow
@settings(max_examples=50)
@given(st.data())
def test_a_second_click_on_a_superpixel_undoes_the_first(data):
    regions = data.draw(drawings(segmenters=("grid",)))
    labels = regions.partition(np.zeros((*regions.shape, 3))).labels
    superpixel = data.draw(st.integers(0, int(labels.max())))
    once = regions.toggled("clicked", labels, superpixel)
    assert np.array_equal(once["clicked"].mask, labels == superpixel)
    assert once.toggled("clicked", labels, superpixel) == regions


@pytest.mark.slow
@settings(max_examples=25)
@given(st.data())
def test_whatever_is_done_can_be_undone_and_redone(data):
    steps = [data.draw(drawings(segmenters=("grid",))) for _ in range(4)]
    history = History(steps[0])
    for value in steps[1:]:
        history = history.done(value)
    back = history
    for _ in range(len(history.past)):
        back = back.undone()
    assert back.present == steps[0] and not back.can_undo
    while back.can_redo:
        back = back.redone()
    assert back == history and back.present == steps[-1]


def test_suggested_numbers_are_those_of_limecraft_for_one_region():
    for inside in range(1, 98):
        mask = np.arange(7 * 97).reshape(7, 97) < 7 * inside - 3
        found = Regions((7, 97), [Region("a", mask)]).suggested()
        share = 100 * mask.sum() / mask.size
        assert found.regions[0].superpixels == max(1, min(99, round(share)))
        assert found.regions[0].superpixels + found.outside == 100


@pytest.mark.slow
@given(st.data())
def test_suggested_numbers_have_the_sum_that_is_asked_for(data):
    regions = data.draw(drawings(segmenters=("grid",)))
    pixels = [np.count_nonzero(regions.owner == k) for k in range(len(regions.regions))]
    outside = np.count_nonzero(regions.owner < 0)
    fewest = sum(map(bool, [*pixels, outside]))
    total = data.draw(st.integers(fewest, 60))
    found = regions.suggested(total)
    numbers = [one.superpixels for one, area in zip(found.regions, pixels, strict=True) if area]
    assert sum(numbers) + (found.outside if outside else 0) == total
    shares = [total * area / sum([*pixels, outside]) for area in pixels if area]
    assert all(number == 1 or number < share + 1 for number, share in zip(numbers, shares, strict=True))
    assert [one.superpixels for one in found.regions if one.name in regions.covered] == [
        one.superpixels for one in regions.regions if one.name in regions.covered
    ]
    if fewest > 1:
        with pytest.raises(ValueError, match=f"total must be at least {fewest}, got {fewest - 1}; each region"):
            regions.suggested(fewest - 1)


def test_free_names():
    assert BOTH.free_name() == "region" and BOTH.free_name("a") == "a 2"
    assert BOTH.rename("b", "a 2").free_name("a") == "a 3"
    long = Regions((6, 8), [Region("x" * 200, A.mask)])
    assert len(long.free_name("x" * 200)) <= 200


@pytest.mark.parametrize(("call", "message"), [
    (lambda: Region("", A.mask), "^name must have 1 to 200 characters, got 0"),
    (lambda: Region("x" * 201, A.mask), "^name must have 1 to 200 characters, got 201"),
    (lambda: Region("\ud800", A.mask), "^name must be text that UTF-8 can hold"),
    (lambda: Region("a", np.zeros((2, 2))), "^mask must hold at least one pixel, got none of 2 x 2"),
    (lambda: Region("a", A.mask, 0), "^superpixels must be at least 1, got 0"),
    (lambda: Region("a", A.mask, 10**30), "^superpixels must be at most 1,000, got 1000000000"),
    (lambda: Region("a", [0.2, 0.7]), "^mask must be True and False"),
    (lambda: Regions((6, 8), (A, A)), "^regions must have different names, got 'a' twice; .free_name gives"),
    (lambda: Regions((6, 9), (A,)), r"^mask must have the shape of the photograph, \(6, 9\), got \(6, 8\)"),
    (lambda: Regions((0, 9)), "^h × w must be at least 1, got 0"),
    (lambda: Regions((10**5, 10**5)), "^h × w must be at most 67,108,864"),
    (lambda: Regions((6, 8), (), 50, "slik"), "^segmenter must be one of grid.*; did you mean 'slic'"),
    (lambda: BOTH.remove("c"), r"^name must be that of a region, got 'c'; there are \['a', 'b'\]"),
    (lambda: BOTH.rename("a", "b"), "^regions must have different names, got 'b' twice"),
    (lambda: BOTH.add(Region("c", COLUMN == 7)).intersect("a", "c"), "^region a must have pixels in common with b"),
    (lambda: BOTH.add(Region("c", COLUMN < 9)).subtract("a", "c"), "^region a must have pixels that b does not cover"),
    (lambda: BOTH.merge(["a"]), r"^names must be two or more different regions, got \['a'\]"),
    (lambda: BOTH.merge(["a", "a"]), "^names must be two or more"),
    (lambda: BOTH.split("a"), "^a region to split must have two parts or more, got 1; give into=2 and the image"),
    (lambda: BOTH.split("a", 1, np.zeros((6, 8))), "^into must be at least 2, got 1"),
    (lambda: BOTH.split("a", 2), "^image must be"),
    (lambda: BOTH.partition(np.zeros((6, 9, 3))), r"^image must have the shape of the photograph, \(6, 8\)"),
    (lambda: BOTH.toggled("a", COLUMN, 9), "^superpixel must be a label of the map, got 9"),
    (lambda: BOTH.toggled("a", COLUMN[:4], 1), r"^labels must have the image's shape \(6, 8\), got \(4, 8\)"),
    (lambda: BOTH.suggested(1001), "^total must be at most 1,000"),
])  # fmt: skip
def test_wrong_values_are_refused_in_one_line(call, message):
    with pytest.raises((ValueError, TypeError), match=message) as said:
        call()
    assert "\n" not in str(said.value)
