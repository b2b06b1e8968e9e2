"""Saved explanations have the same numbers to the last bit, and a place that is no file is refused in one line."""

import json
import struct
import zipfile
from dataclasses import fields, replace

import numpy as np
import pytest
from kept_cases import CASES, on_an_image, until

import limetheory as lt
from limetheory.explaining.draws import Record
from limetheory.images import RandomMaskedImage, SoftMaskedImage
from limetheory.kept_files import VERSION


def same(one, other):
    """Whether two values are equal to the last bit, −0, NaN and types included."""
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and one.shape == other.shape and one.tobytes() == other.tobytes()
    if isinstance(one, float):
        return struct.pack("d", one) == struct.pack("d", other)
    if isinstance(one, tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, (lt.MaskedImage, SoftMaskedImage)):
        names = ("image", "segments", "replacement", *(["masks"] if isinstance(one, SoftMaskedImage) else []))
        return all(same(getattr(one, name), getattr(other, name)) for name in names)
    if isinstance(one, RandomMaskedImage):
        return same(one.masked, other.masked) and same(one.law, other.law)
    if isinstance(one, Record):
        return all(same(getattr(one, name), getattr(other, name)) for name in ("d", "bits", "values", "noise"))
    if hasattr(one, "__dataclass_fields__"):
        return all(same(getattr(one, field.name), getattr(other, field.name)) for field in fields(one))
    return one == other


def plain(value):
    """A value without NumPy's scalars, which a file does not tell from Python's."""
    return value.item() if isinstance(value, np.generic) else value


def kept(found, folder):
    found.save(folder / "kept.npz")
    return lt.load_explanation(folder / "kept.npz")


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_a_file_gives_back_every_number_to_the_last_bit(case, tmp_path):
    found = CASES[case]()
    found.save(tmp_path / "kept.npz")
    again = lt.load_explanation(tmp_path / "kept.npz")
    assert type(again) is type(found)
    for field in fields(found):
        one, other = plain(getattr(found, field.name)), getattr(again, field.name)
        if isinstance(one, lt.Design):
            assert type(one) is type(other) and repr(one) == repr(other)
            masks = one.sample(20, np.random.default_rng(0))
            assert same(one.density(masks), other.density(masks))
            assert same(masks, other.sample(20, np.random.default_rng(0)))
        elif field.name == "stopping" and one is not None and one.sequence is not None:
            names = ("m", "tolerance", "level", "horizon", "n", *one.sequence.SUMS)
            pairs = [(plain(getattr(s, name)) for s in (one.sequence, other.sequence)) for name in names]
            assert all(same(*pair) for pair in pairs) and type(one.sequence) is type(other.sequence)
            assert same(one.half_widths, other.half_widths)
        else:
            assert same(one, other), field.name
    for level in (0.5, 0.95):
        assert same(found.interval(level), again.interval(level))
        assert same(found.simultaneous_interval(level), again.simultaneous_interval(level))


def test_the_comparison_rejects_what_differs_in_the_last_bit(tmp_path):
    found = CASES["an image"]()
    again = kept(found, tmp_path)
    assert same(found.masked, again.masked) and not same(0.0, -0.0) and not same(1, 1.0) and not same(np.nan, 1.0)
    again.coefficients[0] = np.nextafter(again.coefficients[0], 1)
    assert not same(found.coefficients, again.coefficients)
    again.masked.image[0, 0, 0] = np.nextafter(again.masked.image[0, 0, 0], 1)
    assert not same(found.masked, again.masked)


def test_a_kept_image_is_shown_as_before(tmp_path):
    found = CASES["an image"]()
    again = kept(found, tmp_path)
    assert same(found.heatmap(), again.heatmap()) and same(found.segments, again.segments)
    assert again.seed == 7 and again.target == found.target and again.n_masks == 60
    assert found._repr_html_() == again._repr_html_()


def test_masks_of_the_image_and_of_the_map_are_kept_once(tmp_path):
    found = CASES["an image with smooth edges"]()
    again = kept(found, tmp_path)
    assert again.map_masks is again.masked.masks and same(found.heatmap(), again.heatmap())
    assert same(found.pixel_map().maximum_interval(), again.pixel_map().maximum_interval())
    with zipfile.ZipFile(tmp_path / "kept.npz") as archive:
        assert len([name for name in archive.namelist() if "masks" in name]) == 1
    other = kept(CASES["an image with two smoothings"](), tmp_path)
    assert not np.array_equal(other.map_masks, other.masked.masks)


def test_a_file_from_before_there_were_maps_by_pixels_is_read(tmp_path):
    found = CASES["an image"]()
    kept(found, tmp_path)
    with zipfile.ZipFile(tmp_path / "kept.npz") as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    head = json.loads(members["answer.json"])
    del head["answer"]["of"]["map_masks"]
    with zipfile.ZipFile(tmp_path / "kept.npz", "w") as archive:
        for name, content in (members | {"answer.json": json.dumps(head)}).items():
            archive.writestr(name, content)
    assert same(lt.load_explanation(tmp_path / "kept.npz").heatmap(), found.heatmap())


def test_nothing_hidden_is_said_once(tmp_path, recwarn):
    white = lt.MaskedImage(np.ones((2, 4, 3)), np.array([[0, 0, 1, 1]] * 2))
    found = replace(CASES["an image"](), coefficients=np.zeros(2), standard_errors=np.zeros(2), covariance=None,
                    degrees_of_freedom=9.0, names=None, masked=white, design=lt.ImageDesign(2))  # fmt: skip
    recwarn.clear()
    assert same(kept(found, tmp_path).masked, white) and not recwarn.list


@pytest.mark.slow
def test_a_loaded_sequence_goes_on_where_it_stopped(tmp_path):
    found = until()
    again = kept(found, tmp_path)
    parts, centres = np.random.default_rng(0).uniform(-0.1, 0.1, (9, 5, 24)), np.zeros(24)
    for one in (found, again):
        one.stopping.sequence.update_parts(parts, centres, np.full(24, 0.2))
    assert same(found.stopping.sequence.half_widths(), again.stopping.sequence.half_widths())
    assert again.stopping.sequence.n == found.stopping.sequence.n > 9


def test_equal_explanations_are_equal_files_which_numpy_and_json_open(tmp_path):
    for name in ("one.npz", "two"):
        CASES["least squares"]().save(tmp_path / name)
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two").read_bytes()
    with np.load(tmp_path / "two", allow_pickle=False) as arrays:
        assert same(arrays["coefficients"], CASES["least squares"]().coefficients)
    with zipfile.ZipFile(tmp_path / "two") as archive:
        head = json.loads(archive.read("answer.json"))
    assert head["version"] == VERSION and {"limetheory", "numpy", "python"} <= set(head["versions"])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.npz", "two"]


class Rare(lt.BernoulliDesign):
    """A design of another package: its one argument is an attribute."""

    def __init__(self, d):
        super().__init__(d, 0.2)


class Nameless(lt.BernoulliDesign):
    def __init__(self, d, tilt):
        super().__init__(d, 0.2 + tilt)


def test_a_design_of_one_s_own_is_kept_by_its_arguments(tmp_path):
    again = kept(on_an_image(design=Rare), tmp_path)
    assert type(again.design) is Rare and (again.design.d, again.design.p) == (9, 0.2)
    with pytest.raises(TypeError, match=r"a kept Nameless must have its arguments .*, got no 'tilt'; add it"):
        on_an_image(design=Nameless(9, 0.1)).save(tmp_path / "other.npz")


def test_a_class_of_the_same_name_elsewhere_does_not_take_its_place(tmp_path):
    type("ImageDesign", (lt.BernoulliDesign,), {"__module__": "elsewhere"})  # subclasses register themselves
    assert type(kept(on_an_image(), tmp_path).design) is lt.ImageDesign


def test_places_that_are_no_files_are_refused_in_one_line(tmp_path):
    answer = lt.limit(lt.Additive([1.0, 2.0]), lt.ImageDesign(2))
    with pytest.raises(FileNotFoundError, match=r"must be a file, got the folder .*; name a file in it"):
        answer.save(tmp_path)
    with pytest.raises(FileNotFoundError, match=r"must be a file in a folder that exists, got .*; make the folder"):
        answer.save(tmp_path / "absent" / "answer")
    for refused in (answer.save, lt.load_explanation):
        with pytest.raises(TypeError, match="must be a string or a Path, got int; name it"):
            refused(3)
    assert not list(tmp_path.iterdir())
