"""Saved explanations have the same numbers to the last bit, and every other file is refused in one line."""

import json
import struct
import zipfile
from dataclasses import dataclass, fields, replace

import numpy as np
import pytest

import limetheory as lt
from limetheory.kept_files import VERSION, write

F = lt.Leaf(9, on=(0, 3), value=0.8)
DESIGNS = [
    lt.ImageDesign(9), lt.ImageDesign(9, np.inf), lt.TextDesign(9, 0.4), lt.BernoulliDesign(9, 0.3),
    lt.ShapleyDesign(9), lt.SizeLawDesign(np.arange(10) / 7), lt.GlimeDesign(9, 0.7, "comb"),
    lt.ProductDesign(np.linspace(0.1, 0.9, 9)),
    lt.ExchangeableDesign(9, np.full(10, -np.log(10)), np.linspace(-1, 0, 10)),
]  # fmt: skip


def until(**options):
    return lt.estimate_until(lt.Leaf(24, on=(0, 3), value=0.8), options.pop("design", lt.ImageDesign(24)), 0.1, rng=0,
                             **({"bounds": (0, 1)} | options))  # fmt: skip


FINE = np.arange(9).repeat(2)[None].repeat(12, axis=0)


def on_an_image(segments=FINE, **options):
    image = np.random.default_rng(0).random((12, 18, 3))
    options = {"n": 60, "rng": 0} | options
    return lt.explain_image(lambda images: images.mean(axis=(1, 2, 3)), image, segments=segments, **options)


def with_infinities():
    found = lt.estimate(F, lt.ImageDesign(9, 0.03), 10, 0)
    assert np.isinf(found.standard_errors).any() and np.isinf(found.covariance).any()
    return found


CASES = {
    "a limit": lambda: lt.limit(F, lt.ImageDesign(9)),
    "least squares": lambda: lt.estimate(F, lt.ImageDesign(9), 200, 0),
    "too few masks": with_infinities,
    "names": lambda: replace(lt.limit(F, lt.ImageDesign(9)), names=list("<ä&\n\0\"'…é")),
    "no number": lambda: lt.Explanation(np.array([np.nan, -0.0, np.inf]), np.nan, np.full(3, 5e-324), 2**60, 3),
    "to a tolerance": until,
    "without bounds": lambda: until(guarantee="asymptotic"),
    "efficient": lambda: until(design=lt.ShapleyDesign(24)),
    "all masks": lambda: lt.estimate_until(F, lt.ImageDesign(9), 0.01, rng=0, bounds=(0, 1)),
    "a few parts": lambda: lt.slime(F, lt.ImageDesign(9), 2, 0),
    "a posterior": lambda: lt.baylime(F, lt.ImageDesign(9), 50, 0),
    "an image": lambda: on_an_image("grid", rng=7),
    "an image and a colour": lambda: on_an_image(rng=np.random.default_rng(0), replacement=[0.1, 0.2, 0.3]),
    "an image to a tolerance": lambda: on_an_image(tolerance=0.1, n=1000, guarantee="asymptotic", rng=7),
    **{f"an image, {design!r}": lambda design=design: on_an_image(design=design) for design in DESIGNS},
}


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
    if isinstance(one, lt.MaskedImage):
        return all(same(getattr(one, name), getattr(other, name)) for name in ("image", "segments", "replacement"))
    if hasattr(one, "__dataclass_fields__"):
        return all(same(getattr(one, field.name), getattr(other, field.name)) for field in fields(one))
    return one == other


def plain(value):
    """A value without NumPy's scalars, which a file does not tell from Python's."""
    return value.item() if isinstance(value, np.generic) else value


def kept(found, folder):
    found.save(folder / "kept.npz")
    return lt.load_explanation(folder / "kept.npz")


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


def test_nothing_hidden_is_said_once(tmp_path, recwarn):
    white = lt.MaskedImage(np.ones((2, 4, 3)), np.array([[0, 0, 1, 1]] * 2))
    found = replace(CASES["an image"](), coefficients=np.zeros(2), standard_errors=np.zeros(2), covariance=None,
                    degrees_of_freedom=9.0, names=None, masked=white, design=lt.ImageDesign(2))  # fmt: skip
    recwarn.clear()
    assert same(kept(found, tmp_path).masked, white) and not recwarn.list


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


def members(path):
    with zipfile.ZipFile(path) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def rewritten(path, changed, compression=zipfile.ZIP_STORED):
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in changed.items():
            archive.writestr(name, content)


def edited(change):
    """Change the JSON of a file."""

    def edit(path):
        found = members(path)
        head = json.loads(found["answer.json"])
        change(head)
        rewritten(path, found | {"answer.json": json.dumps(head)})

    return edit


def with_array(name, array):
    def edit(path):
        np.save(path.with_name("array.npy"), array, allow_pickle=True)
        rewritten(path, members(path) | {name: path.with_name("array.npy").read_bytes()})

    return edit


def without(name):
    return lambda path: rewritten(path, {key: value for key, value in members(path).items() if key != name})


def flipped(path):
    """Flip one bit of the coefficients."""
    content = bytearray(path.read_bytes())
    content[content.index(CASES["least squares"]().coefficients.tobytes()) + 3] ^= 1
    path.write_bytes(bytes(content))


def overlapping(path):
    """Many members that are the same bytes, which a reader would take for many copies."""
    with zipfile.ZipFile(path) as archive:
        start, info = archive.start_dir, archive.getinfo("coefficients.npy")
    content = path.read_bytes()
    entry = content.index(b"PK\x01\x02", start)
    directory = content[entry : content.rindex(b"PK\x05\x06")]
    assert info.header_offset > 0
    many, end = directory * 400, bytearray(content[content.rindex(b"PK\x05\x06") :])
    number = 400 * struct.unpack_from("<H", end, 10)[0]
    struct.pack_into("<HHII", end, 8, number, number, len(many), start)
    path.write_bytes(content[:start] + many + bytes(end))


def bomb(path):
    rewritten(path, members(path) | {"zeros.npy": bytes(1 << 24)}, zipfile.ZIP_DEFLATED)


WRONG = {
    "empty": (lambda path: path.write_bytes(b""), "a file that .save"),
    "text": (lambda path: path.write_text("{}"), "a file that .save"),
    "cut": (lambda path: path.write_bytes(path.read_bytes()[:-9]), "a file that .save"),
    "cut in half": (lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]), "a file that .save"),
    "a bit": (flipped, "Bad CRC-32"),
    "another archive": (lambda path: rewritten(path, {"a.txt": "a"}), "another zip archive"),
    "arrays alone": (lambda path: np.savez(path, coefficients=np.ones(2)), "another zip archive"),
    "a member more": (lambda path: rewritten(path, members(path) | {"a.pkl": b"0"}), "another zip archive"),
    "a bomb": (bomb, "larger than the file"),
    "members over each other": (overlapping, "larger than the file"),
    "no JSON": (lambda path: rewritten(path, members(path) | {"answer.json": "{"}), "no JSON"),
    "deep JSON": (lambda path: rewritten(path, members(path) | {"answer.json": "[" * 100_000}), "no JSON"),
    "another format": (edited(lambda head: head.update(format="x")), "another format"),
    "a later version": (edited(lambda head: head.update(version=VERSION + 1)), "got 2 in .*; upgrade limetheory"),
    "no version": (edited(lambda head: head.update(version=None)), "damaged .* .version None"),
    "an unknown kind": (edited(lambda head: head["answer"].update(kind="os.system")), "damaged .*os.system"),
    "a design": (edited(lambda head: head.update(answer={"kind": "ShapleyDesign", "of": {"d": 3}})), "ShapleyDesign;"),
    "a number": (edited(lambda head: head.update(answer=3)), "explanation is needed, got .* with int"),
    "a field less": (edited(lambda head: head["answer"]["of"].pop("method")), "damaged .*method"),
    "an array less": (without("coefficients.npy"), "damaged .*coefficients"),
    "a pickle": (with_array("coefficients.npy", np.array([{}])), "damaged .*object"),
    "strings": (with_array("coefficients.npy", np.array(["a"] * 9)), "damaged .*<U1"),
    "fewer errors": (with_array("standard_errors.npy", np.ones(3)), "standard_errors of another shape"),
    "a covariance of another shape": (with_array("covariance.npy", np.ones((3, 3))), "covariance of another shape"),
    "a table": (with_array("coefficients.npy", np.ones((9, 9))), "coefficients of another shape"),
    "an array that claims more": (
        lambda path: rewritten(
            path, members(path) | {"covariance.npy": members(path)["covariance.npy"].replace(b"(9, 9)", b"(9,99)")}
        ),
        "damaged .*array of .9, 99. float64",
    ),
    "names of others": (edited(lambda head: head["answer"]["of"].update(names={"tuple": ["a"]})), "damaged .*names"),
}


@pytest.mark.parametrize("case", WRONG)
def test_another_or_a_damaged_file_is_refused_in_one_line(case, tmp_path):
    path = tmp_path / "kept.npz"
    CASES["least squares"]().save(path)
    change, message = WRONG[case]
    change(path)
    with pytest.raises(ValueError, match=message) as caught:
        lt.load_explanation(path)
    assert "\n" not in str(caught.value) and str(path) in str(caught.value)


IMAGES = {
    "labels of fewer superpixels": with_array("masked.segments.npy", np.arange(2)[None].repeat(9, 0).repeat(9, 1)),
    "levels above 1": with_array("masked.image.npy", np.full((12, 18, 3), 2.0)),
    "another size": with_array("masked.replacement.npy", np.zeros((3, 4, 3))),
    "a target beyond the outputs": edited(lambda head: head["answer"]["of"].update(target=5)),
    "a design of other parts": edited(lambda head: head["answer"]["of"]["design"]["of"].update(d=3)),
}


@pytest.mark.parametrize("case", IMAGES)
def test_parts_of_an_image_that_do_not_fit_are_refused(case, tmp_path):
    path = tmp_path / "kept.npz"
    on_an_image().save(path)
    IMAGES[case](path)
    with pytest.raises(ValueError, match="damaged") as caught:
        lt.load_explanation(path)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_missing_is_said(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"must be an existing file, got .*none\.npz"):
        lt.load_explanation(tmp_path / "none.npz")


def test_what_is_not_registered_is_refused_and_leaves_the_earlier_file(tmp_path):
    @dataclass(frozen=True, eq=False)
    class Mine(lt.Explanation):
        pass

    found, path = CASES["a limit"](), tmp_path / "kept.npz"
    found.save(path)
    before = path.read_bytes()
    for unknown in (Mine(np.ones(1), 0.0, np.ones(1), 1), replace(found, method=object())):
        with pytest.raises(TypeError, match=r"only registered kinds .* register it with limetheory\.kept\.keepable"):
            unknown.save(path)
    with pytest.raises(TypeError, match="only arrays of numbers can be kept, got <U1 as method"):
        write(path, replace(found, method=np.array(["a"] * 9)))
    assert path.read_bytes() == before and list(tmp_path.iterdir()) == [path]


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
    for place in (tmp_path, tmp_path / "absent" / "answer"):
        with pytest.raises(FileNotFoundError, match=r"must be a file in a folder that exists, got .*; make the folder"):
            answer.save(place)
    for refused in (answer.save, lt.load_explanation):
        with pytest.raises(TypeError, match="must be a string or a Path, got int; name it"):
            refused(3)
    assert not list(tmp_path.iterdir())
