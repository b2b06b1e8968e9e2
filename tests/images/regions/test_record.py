"""Regions as JSON: what is written is read, and what anyone else wrote is refused before any mask is made."""

import json

import numpy as np
import pytest
from drawings import drawings
from hypothesis import given, settings
from hypothesis import strategies as st

from limetheory.images.regions import Region, Regions, record

GOOD = json.loads(Regions((2, 3), [Region("a", [[0, 1, 1], [0, 0, 1]], 4)], 7, "grid").to_json())


@pytest.mark.slow
@settings(max_examples=40)
@given(st.data())
def test_regions_are_the_same_after_writing_and_reading(data):
    regions = data.draw(drawings())
    for text in (regions.to_json(), regions.to_json().encode()):
        assert Regions.from_json(text) == regions


def test_the_record_is_what_it_says():
    assert GOOD == {
        "format": "limetheory regions 1", "shape": [2, 3], "outside": 7, "segmenter": "grid",
        "regions": [{"name": "a", "superpixels": 4, "counts": [2, 1, 1, 2]}],
    }  # fmt: skip


@settings(max_examples=30)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200))
def test_every_name_is_kept_with_its_control_characters(name):
    again = Regions.from_json(Regions((1, 2), [Region(name, [[0, 1]])]).to_json())
    assert again.names == (name,)


def changed(**keys):
    return json.dumps({**GOOD, **keys})


def region(**keys):
    return changed(regions=[{**GOOD["regions"][0], **keys}])


@pytest.mark.parametrize(("text", "message"), [
    ("[" * 100_000, "^text must be JSON, got one nested too deeply"),
    ('{"a":' * 50_000, "^text must be JSON, got one nested too deeply"),
    ("9" * 5000, "^text must be JSON, got one that is damaged"),
    ("", "^text must be JSON, got one that is damaged"),
    ("{", "^text must be JSON, got one that is damaged"),
    (b"\xff\xfe\x00{", "^text must be JSON, got one that is damaged"),
    ("[]", r"^the record must have the keys format, outside, .*, got \[\]"),
    ("null", "^the record must have the keys"),
    (json.dumps({**GOOD, "more": 1}), "^the record must have the keys .* got the keys"),
    (json.dumps({**GOOD, "x" * 10_000: 1}), "^the record must have the keys"),
    (changed(format="limetheory regions 2"), "^the format must be 'limetheory regions 1'"),
    (changed(shape=[2, 3, 1]), r"^shape must be \[h, w\]"),
    (changed(shape=5), "^shape must be a list"),
    (changed(shape=[2.0, 3]), "^shape must be an integer, got 2.0"),
    (changed(shape=[True, 3]), "^shape must be an integer, got True"),
    (changed(shape=[10**9, 10**9]), "^h × w must be at most 67,108,864"),
    (changed(shape=[10**4000, 3]), "^h × w must be at most"),
    (changed(shape=[8000, 8000], regions=GOOD["regions"] * 9), "^the pixels of all masks must be at most 536,870,912"),
    (changed(shape=[-2, -3]), "^shape must be at least 1, got -2"),
    (changed(outside=10**4000), "^outside must be at most 1,000"),
    (changed(outside=0), "^outside must be at least 1"),
    (changed(outside=None), "^outside must be an integer"),
    (changed(segmenter="sam"), "^segmenter must be one of grid"),
    (changed(segmenter=["grid"]), "^segmenter must be one of grid"),
    (changed(regions={}), "^regions must be a list"),
    (changed(regions=[3]), "^a region must have the keys"),
    (changed(regions=GOOD["regions"] * 2), "^regions must have different names"),
    (changed(shape=[1, 2], regions=[{**GOOD["regions"][0], "counts": [0, 2]}] * 1001), "^the number of regions"),
    (region(counts=[6]), "^mask must hold at least one pixel"),
    (region(counts=[2, 1, 1, 3]), "^counts must add up to the 2 x 3 pixels, got 7"),
    (region(counts=[10**4000, 1]), "^counts must add up to the 2 x 3 pixels"),
    (region(counts=[-1, 7]), "^counts must be a string or integers >= 0"),
    (region(counts=[2.0, 4]), "^counts must be a string or integers >= 0"),
    (region(counts=[True, 5]), "^counts must be a string or integers >= 0"),
    (region(counts=[float("nan"), 6]), "^counts must be a string or integers >= 0"),
    (region(counts=[0] * 100 + [6]), "^the counts of a mask must be at most 7, got 101"),
    (region(counts="021O"), "^counts must be a list, got '021O'"),
    (region(counts=[[[[6]]]]), "^counts must be a string or integers"),
    (region(name="x" * 201), "^name must have 1 to 200 characters, got 201"),
    (region(name=""), "^name must have 1 to 200 characters, got 0"),
    (region(name="\ud800"), "^name must be text that UTF-8 can hold"),
    (region(name=5), "^name must be a string, got 5"),
    (region(superpixels=1e300), "^superpixels must be an integer"),
    (region(superpixels=10**4000), "^superpixels must be at most 1,000"),
])  # fmt: skip
def test_hostile_records_are_refused_in_one_short_line(text, message):
    with pytest.raises((ValueError, TypeError), match=message) as said:
        Regions.from_json(text)
    assert "\n" not in str(said.value) and len(str(said.value)) < 700


@pytest.mark.parametrize("text", [
    changed(shape=[10**5, 10**5]),
    changed(shape=[8000, 8000], regions=GOOD["regions"] * 9),
    region(counts=[0] * 10**5),
])  # fmt: skip
def test_sizes_are_refused_before_any_mask_is_made(text, monkeypatch):
    def made(encoded):
        raise AssertionError("a mask was made")

    monkeypatch.setattr(record, "from_run_lengths", made)
    with pytest.raises(ValueError, match="must be at most"):
        Regions.from_json(text)
    with pytest.raises(AssertionError, match="a mask was made"):
        Regions.from_json(json.dumps(GOOD))


def test_long_texts_are_refused_before_they_are_decoded(monkeypatch):
    monkeypatch.setattr(record, "MOST_CHARACTERS", 20)
    with pytest.raises(ValueError, match=r"^the characters of a text must be at most 20, got 21"):
        Regions.from_json("[" * 21)
    with pytest.raises(TypeError, match=r"^text must be JSON, got None"):
        Regions.from_json(None)


def test_a_large_record_is_small():
    mask = np.add.outer((np.arange(1000) - 500) ** 2, (np.arange(1500) - 700) ** 2) < 300**2
    assert len(Regions((1000, 1500), [Region("disc", mask)]).to_json()) < 10_000


HALF = np.arange(6)[None].repeat(4, axis=0) < 3
CHECKERS = np.indices((40, 40)).sum(axis=0) % 2 == 1


@pytest.mark.parametrize(("bound", "regions", "message"), [
    ("MOST_MASK_PIXELS", Regions((4, 6), [Region("a", HALF), Region("b", ~HALF)]), "^the pixels of all masks must be"),
    ("MOST_CHARACTERS", Regions((4, 6), [Region("a" * 100, HALF)]), "^the characters of a text must be"),
])  # fmt: skip
def test_what_would_not_be_read_is_not_written(bound, regions, message, monkeypatch):
    text = regions.to_json()
    monkeypatch.setattr(record, bound, 47 if bound == "MOST_MASK_PIXELS" else len(text) - 1)
    with pytest.raises(ValueError, match=message):
        Regions.from_json(text)
    with pytest.raises(ValueError, match=message):
        regions.to_json()


def test_a_text_of_the_largest_size_is_written_and_read(monkeypatch):
    regions = Regions((4, 6), [Region("a", HALF), Region("b", ~HALF)])
    monkeypatch.setattr(record, "MOST_MASK_PIXELS", 48)
    monkeypatch.setattr(record, "MOST_CHARACTERS", len(regions.to_json()))
    assert Regions.from_json(regions.to_json()) == regions


def test_masks_of_too_many_runs_are_refused_before_these_are_listed(monkeypatch):
    regions = Regions((40, 40), [Region("a", CHECKERS)])
    monkeypatch.setattr(record, "MOST_CHARACTERS", 3 * 39 * 40 - 1)
    monkeypatch.setattr(record, "run_lengths", lambda mask: pytest.fail("the runs were listed"))
    with pytest.raises(ValueError, match=r"^the runs of all masks must be at most 1,559"):
        regions.to_json()
