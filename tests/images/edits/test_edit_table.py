"""The table of edits: what every row keeps to, and edits of other packages."""

import inspect
from importlib.metadata import EntryPoint
from typing import Annotated

import numpy as np
import pytest
from edit_scenes import BLOB, MASKS, OTHERS, PHOTO, STRONG

from limetheory.images import EDITS
from limetheory.images.edits.edit import Edit
from limetheory.images.edits.edited import Edited
from limetheory.images.edits.parameters import OneOf, Picture, Range, Whole, parameters_of
from limetheory.images.edits.table import GROUP, EditRow

WITHOUT_STRENGTH = {"remove", "replace_background"}


@pytest.mark.parametrize("name", EDITS.own)
def test_every_parameter_states_its_range_unit_and_default(name):
    row = EDITS[name]
    named = list(inspect.signature(row.function).parameters)
    assert named[:2] == ["pixels", "mask"] and [one.name for one in row.parameters] == named[2:]
    for one in row.parameters:
        assert one.kind.checked(one.name, one.default) == one.default and one.kind.about
        assert f"{one.name}" in inspect.getdoc(row.function), one.name
    assert set(STRONG) == set(EDITS.own)


@pytest.mark.parametrize("name", [name for name in EDITS.own if name not in WITHOUT_STRENGTH])
@pytest.mark.parametrize("feather", [0, 5])
@pytest.mark.parametrize("region", [*MASKS, None])
def test_with_its_defaults_an_edit_changes_no_bit(name, feather, region):
    mask = np.ones_like(BLOB) if region is None else MASKS[region]
    edit = Edit(name, region, {"feather": feather} if name != "reshape" else {})
    found = edit.of(PHOTO, mask)
    assert np.array_equal(found.pixels, PHOTO) and np.array_equal(found.mask, mask)
    assert all(np.array_equal(found.follow(one), one) for one in MASKS.values())


@pytest.mark.parametrize("name", STRONG)
@pytest.mark.parametrize("region", [*MASKS, None])
def test_an_edit_changes_neither_of_its_arguments_and_stays_in_range(name, region):
    mask = np.ones_like(BLOB) if region is None else MASKS[region]
    photo, before = PHOTO.copy(), mask.copy()
    photo.flags.writeable = mask.flags.writeable = False
    found = Edit(name, region, STRONG[name]).of(photo, mask, OTHERS)
    mask.flags.writeable = True
    assert np.array_equal(photo, PHOTO) and np.array_equal(mask, before)
    assert found.pixels.dtype == float and found.pixels.min() >= 0 and found.pixels.max() <= 1
    assert found.mask.dtype == bool and found.mask.shape == mask.shape
    assert all(found.follow(one).dtype == bool for one in MASKS.values())


def _ends(kind):
    if isinstance(kind, Picture):
        return (None, "other")
    return kind.names if isinstance(kind, OneOf) else (kind.low, kind.high)


@pytest.mark.slow
@pytest.mark.parametrize("name", EDITS.own)
def test_the_ends_of_every_range_work(name):
    for one in EDITS[name].parameters:
        for end in _ends(one.kind):
            found = Edit(name, "blob", {**STRONG[name], one.name: end}).of(PHOTO, BLOB, OTHERS)
            assert np.isfinite(found.pixels).all()
        if isinstance(one.kind, Range | Whole):
            for outside in (one.kind.low - 1, one.kind.high + 1, float("nan"), 10**400, "1"):
                with pytest.raises((ValueError, TypeError), match=f"^{one.name} of '{name}' must be .*got"):
                    Edit(name, "blob", {one.name: outside})


@pytest.mark.parametrize("name", STRONG)
@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (9, 1), (2, 2)])
def test_photographs_of_few_pixels_are_edited(name, shape):
    photo, mask = np.random.default_rng(3).random((*shape, 3)), np.zeros(shape, bool)
    mask[0, 0] = True
    for region in (mask, np.ones(shape, bool)):
        found = Edit(name, "dot", STRONG[name]).of(photo, region, OTHERS)
        assert found.pixels.shape == photo.shape and np.isfinite(found.pixels).all() and found.mask.shape == shape


def swap(pixels, mask, share: Annotated[float, Range(0, 1, about="how much")] = 0.0):
    """Swap red and blue."""
    swapped = np.where(mask[..., None], pixels[..., ::-1], pixels)
    return Edited((1 - share) * pixels + share * swapped, mask)


def untold(pixels, mask, share=0.0):
    return Edited(pixels, mask)


def wrong(pixels, mask):
    return pixels


def test_another_package_adds_an_edit_by_a_function(monkeypatch):
    names = ("swap", "untold", "wrong")
    entries = [EntryPoint(name, f"{__name__}:{name}", GROUP) for name in names]
    monkeypatch.setattr("limetheory.registry.entry_points", lambda group: entries * (group == GROUP))
    monkeypatch.setattr(EDITS, "_loaded", {})
    found = Edit("swap", "blob", {"share": 1}).of(PHOTO, BLOB)
    assert EDITS["swap"].summary == "Swap red and blue." and np.array_equal(found.pixels[BLOB], PHOTO[BLOB][:, ::-1])
    with pytest.raises(TypeError, match=r"parameter 'share' of an edit must have .*Annotated.*got 'share=0.0'"):
        Edit("untold", "blob")
    with pytest.raises(TypeError, match=r"result of edit 'wrong' must be of the class Edited, got .*tell its authors"):
        Edit("wrong", "blob").of(PHOTO, BLOB)


def test_a_row_prints_its_parameters():
    row = EditRow("swap", "swap", swap)
    assert [str(one) for one in row.parameters] == ["share (0…1)"] and row.parameters == parameters_of(swap)
