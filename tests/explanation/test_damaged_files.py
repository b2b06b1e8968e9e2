"""Files that are damaged, of another kind or missing are refused in one line."""

import json
import struct
import zipfile
from dataclasses import dataclass, replace

import numpy as np
import pytest
from kept_cases import CASES, on_an_image

import limetheory as lt
from limetheory.kept_files import VERSION, write


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


@pytest.mark.parametrize(
    ("name", "array", "message"),
    [
        ("masked.masks.npy", np.full((2, 12, 18), 0.5), "segments must have one label for each of the 2 soft masks"),
        ("masked.masks.npy", np.full((9, 12, 18), 0.5), "soft masks must sum to 1"),
        ("map_masks.npy", np.full((2, 12, 18), 0.5), "2 masks of"),
    ],
)
def test_soft_masks_of_others_are_refused(tmp_path, name, array, message):
    path = tmp_path / "kept.npz"
    CASES["an image with two smoothings"]().save(path)
    with_array(name, array)(path)
    with pytest.raises(ValueError, match=f"damaged .*{message}"):
        lt.load_explanation(path)


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
