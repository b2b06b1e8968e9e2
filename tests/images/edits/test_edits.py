"""Lists of edits: order, switches, regions that follow, and JSON from anywhere."""

import json
import pickle

import numpy as np
import pytest
from edit_scenes import BLOB, CORNER, HEAD, MASKS, OTHERS, PHOTO, STRONG, H, W

from limetheory.images import Edit, Edits
from limetheory.images.edits.saved import MOST_CHARACTERS, MOST_EDITS

TURN, BRIGHTER, AWAY = (
    Edit("rotate", "blob", {"angle": 40}), Edit("brightness", "head", {"offset": 0.2}), Edit("remove", "corner"),
)  # fmt: skip
THREE = Edits([TURN, BRIGHTER, AWAY])


def by_hand(edits, photo, masks):
    """Each edit on what the one before it made, each mask by what the edit says of it."""
    pixels, masks = photo.copy(), dict(masks)
    for edit in edits:
        mask = np.ones(photo.shape[:2], bool) if edit.region is None else masks[edit.region]
        if edit.on and mask.any():
            found = edit.row.function(pixels, mask, **edit.parameters)
            pixels = found.pixels
            masks = {name: found.mask if name == edit.region else found.follow(one) for name, one in masks.items()}
    return pixels, masks


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_edits_of_every_kind_follow_each_other(order):
    edits = Edits([THREE[number] for number in order])
    found, (pixels, masks) = edits.applied(PHOTO, MASKS), by_hand(edits, PHOTO, MASKS)
    assert np.array_equal(found.pixels, pixels)
    assert all(np.array_equal(found.masks[name], masks[name]) for name in MASKS)


def test_mutant_the_order_matters():
    one, two = (edits.applied(PHOTO, MASKS).pixels for edits in (THREE, THREE.moved(2, 0)))
    assert not np.array_equal(one, two)


@pytest.mark.slow
def test_all_edits_chain_and_come_back_from_json_to_the_bit():
    edits = Edits([Edit(name, "blob", STRONG[name]) for name in STRONG if name != "remove"])
    again = Edits.from_json(edits.to_json().encode())
    assert again == edits and hash(again) == hash(edits)
    one, two = edits.applied(PHOTO, MASKS, OTHERS), again.applied(PHOTO, MASKS, OTHERS)
    assert np.array_equal(one.pixels, two.pixels) and one.vanished == ("corner",)
    assert pickle.loads(pickle.dumps(edits)) == edits


def test_an_edit_that_is_switched_off_is_undone():
    rest = Edits([TURN, AWAY]).applied(PHOTO, MASKS)
    assert np.array_equal(THREE.switched(1).applied(PHOTO, MASKS).pixels, rest.pixels)
    assert THREE.switched(1).switched(1) == THREE
    off = Edits([edit.switched() for edit in THREE])
    assert np.array_equal(off.applied(PHOTO).pixels, PHOTO)


def test_lists_are_changed_by_number():
    names = [edit.name for edit in THREE.moved(0, 2)]
    assert names == ["brightness", "remove", "rotate"] and THREE.moved(0, 2).moved(2, 0) == THREE
    assert THREE.remove(1).add(BRIGHTER).moved(2, 1) == THREE and len(Edits()) == 0
    assert THREE.with_parameters(0, angle=5)[0].parameters == {"angle": 5.0, "fill": "inpaint", "feather": 1.0}
    assert THREE[0].parameters["angle"] == 40
    with pytest.raises(TypeError):
        THREE[0].parameters["angle"] = 3


@pytest.mark.parametrize("call", [
    lambda: THREE.remove(3), lambda: THREE.moved(0, 3), lambda: THREE.switched(-1), lambda: THREE[True],
    lambda: THREE.with_parameters(0, angel=3), lambda: THREE.add("blur"), lambda: Edits(TURN),
    lambda: Edits([TURN] * (MOST_EDITS + 1)), lambda: Edit("rotaet"), lambda: Edit("rotate", ""), lambda: Edit(3),
    lambda: Edit("rotate", 3), lambda: Edit("rotate", "x" * 201), lambda: Edit("rotate", "x", [1]),
    lambda: Edit("rotate", "x", {"angle": True}), lambda: Edit("remove", "x", {"fill": "telea"}),
    lambda: Edit("blur", on="no"), lambda: THREE.applied(PHOTO), lambda: THREE.applied(PHOTO, {**MASKS, "blob": 3}),
    lambda: THREE.applied(PHOTO, {**MASKS, "blob": BLOB.T}), lambda: THREE.applied(PHOTO, [BLOB]),
    lambda: THREE.applied(5, MASKS), lambda: THREE.applied(PHOTO, {"blobb": BLOB}),
])  # fmt: skip
def test_what_cannot_be_is_refused_in_one_line(call):
    with pytest.raises((ValueError, TypeError), match="got ") as said:
        call()
    assert "\n" not in str(said.value) and len(str(said.value)) < 600


@pytest.mark.parametrize("call, question", [
    (lambda: Edit("rotaet"), "did you mean 'rotate'"), (lambda: TURN.with_parameters(angel=3), "did you mean 'angle'"),
    (lambda: Edits([Edit("blur", "bolb")]).applied(PHOTO, MASKS), "did you mean 'blob'"),
])  # fmt: skip
def test_a_wrong_name_is_answered_by_the_nearest(call, question):
    with pytest.raises(ValueError, match=question):
        call()


def test_a_region_without_pixels_is_allowed_and_said():
    edits = Edits([AWAY, Edit("move", "blob", {"right": 100}), TURN, BRIGHTER, Edit("blur", None, {"radius": 5})])
    found = edits.applied(PHOTO, MASKS)
    assert found.vanished == ("corner", "blob", "head") and found.without_effect == (2, 3)
    assert not any(mask.any() for mask in found.masks.values())
    empty = Edits([TURN]).applied(PHOTO, {"blob": np.zeros_like(BLOB)})
    assert empty.vanished == () and empty.without_effect == (0,) and np.array_equal(empty.pixels, PHOTO)


def test_each_of_several_regions_is_edited_by_its_own_mask():
    """In LIMEcraft a second region is dropped, and with three the geometry is that of the first alone."""
    far = np.zeros_like(BLOB)
    far[11:, 14:] = True
    edits = Edits([Edit("rotate", name, {"angle": 90, "feather": 0}) for name in ("corner", "far")])
    found = edits.applied(PHOTO, {"corner": CORNER, "far": far})
    alone = Edits([edits[1]]).applied(PHOTO, {"far": far})
    assert np.array_equal(found.pixels[far], alone.pixels[far]) and found.masks["far"].sum() == far.sum()
    assert not np.array_equal(found.pixels[CORNER], PHOTO[CORNER])


def test_photographs_of_every_type_and_masks_of_0_and_255_are_read():
    levels = np.round(PHOTO * 255).astype(np.uint8)
    one = THREE.applied(levels, {name: mask.astype(np.uint8) * 255 for name, mask in MASKS.items()})
    two = THREE.applied(levels / 255, MASKS)
    assert np.array_equal(one.pixels, two.pixels)
    grey = Edits([Edit("brightness", None, {"offset": 0.1})]).applied(levels[..., 0])
    assert grey.pixels.shape == (H, W, 3) and HEAD.shape == (H, W)


def test_the_same_edit_means_the_same_on_a_photograph_of_twice_the_size():
    double = {name: mask.repeat(2, axis=0).repeat(2, axis=1) for name, mask in MASKS.items()}
    edits = Edits([Edit("move", "head", {"right": -100 * 4 / W, "feather": 0, "fill": "mean"})])
    small = edits.applied(PHOTO, MASKS).masks["head"]
    large = edits.applied(PHOTO.repeat(2, axis=0).repeat(2, axis=1), double).masks["head"]
    assert np.array_equal(small.repeat(2, axis=0).repeat(2, axis=1), large)


def saved(**changes):
    row = {"edit": "rotate", "region": "blob", "parameters": {"angle": 30}, "on": True, **changes}
    return json.dumps({"version": 1, "edits": [row]})


HOSTILE = {
    "no JSON": "{", "empty": "", "a list": "[]", "a number": "3", "bytes that are no text": b"\xff\xfe\xfa",
    "nested": "[" * 200_000, "nested objects": '{"edits":' * 20_000 + "1" + "}" * 20_000,
    "too long": " " * (MOST_CHARACTERS + 1), "NaN": saved(parameters={"angle": float("nan")}),
    "infinite": saved().replace("30", "1e999"), "huge integer": saved().replace("30", "9" * 3000),
    "more digits than Python reads": saved().replace("30", "9" * 10_000),
    "out of range": saved(parameters={"angle": 181}),
    "a text as a number": saved(parameters={"angle": "30"}), "true as a number": saved(parameters={"angle": True}),
    "nested parameter": saved(parameters={"angle": [30]}), "parameters in a list": saved(parameters=[30]),
    "unknown edit": saved(edit="rotaet"), "edit of no text": saved(edit=["rotate"]), "dunder": saved(edit="__class__"),
    "unknown parameter": saved(parameters={"angel": 3}), "pixels": saved(parameters={"pixels": 1}),
    "a long region": saved(region="x" * 1000), "a region of no text": saved(region={"a": 1}),
    "on of no truth": saved(on="yes"), "another key": saved(path="/etc/passwd"),
    "key twice": saved().replace('"on"', '"edit": "blur", "on"'), "no version": '{"edits": []}',
    "another version": '{"version": 2, "edits": []}',
    "version true": '{"version": "1", "edits": []}', "edits of no list": '{"version": 1, "edits": {"a": 1}}',
    "too many": json.dumps({"version": 1, "edits": [{}] * (MOST_EDITS + 1)}), "a row of no object":
    '{"version": 1, "edits": [3]}', "a missing key": '{"version": 1, "edits": [{"edit": "blur"}]}', "None": None,
    "surrogates": b'{"version": 1, "edits": ["\xed\xa0\x80"]}',
}  # fmt: skip


@pytest.mark.parametrize("case", HOSTILE)
def test_json_from_anywhere_is_refused_in_one_line(case):
    with pytest.raises((ValueError, TypeError), match="got ") as said:
        Edits.from_json(HOSTILE[case])
    assert "\n" not in str(said.value) and len(str(said.value)) < 700
    assert type(said.value) in (ValueError, TypeError)


def test_the_hostile_texts_differ_from_one_that_is_read():
    assert Edits.from_json(saved()) == Edits([Edit("rotate", "blob", {"angle": 30})])
    assert Edits.from_json(saved(region=None)).edits[0].region is None
