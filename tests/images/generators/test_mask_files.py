"""Masks in files: round trips, the forms of each kind of file, and bad files."""

import json
import os

import numpy as np
import pytest
from PIL import Image

from limetheory.images.generators.mask_files import read_masks, run_lengths, write_masks

STACK = np.zeros((3, 5, 7), dtype=bool)
STACK[0, 1:4, 2:6] = STACK[1, 2, 3] = True


@pytest.mark.parametrize(
    ("name", "count"),
    [("masks.json", 0), ("masks.json", 12), ("masks.npz", 0), ("masks.npz", 12), ("folder", 1), ("folder", 12)],
)
def test_files_come_back(tmp_path, name, count):
    masks = np.random.default_rng(0).random((count, 5, 7)) < 0.5
    write_masks(tmp_path / name, masks)
    again = read_masks(str(tmp_path / name), shape=(5, 7))
    assert again.dtype == bool and np.array_equal(again, masks)
    assert os.listdir(tmp_path) == [name]


def test_a_png_holds_one_mask(tmp_path):
    write_masks(tmp_path / "one.png", STACK[:1])
    assert np.array_equal(read_masks(tmp_path / "one.png"), STACK[:1])


def test_npz_may_hold_plain_masks(tmp_path):
    np.savez(tmp_path / "plain.npz", masks=STACK.astype(np.uint8))
    assert np.array_equal(read_masks(tmp_path / "plain.npz"), STACK)


@pytest.mark.parametrize("wrap", [
    lambda lengths: lengths,
    lambda lengths: [{"segmentation": item, "area": 3} for item in lengths],
    lambda lengths: {"image": {}, "annotations": [{"segmentation": item} for item in lengths]},
])  # fmt: skip
def test_forms_of_json(tmp_path, wrap):
    (tmp_path / "m.json").write_text(json.dumps(wrap([run_lengths(mask) for mask in STACK])))
    assert np.array_equal(read_masks(tmp_path / "m.json"), STACK)


def test_a_single_run_length_record(tmp_path):
    (tmp_path / "m.json").write_text(json.dumps(run_lengths(STACK[0])))
    assert np.array_equal(read_masks(tmp_path / "m.json"), STACK[:1])


def with_alpha(mask):
    return Image.fromarray(np.dstack([np.full((*mask.shape, 3), 200), 255 * mask]).astype(np.uint8))


@pytest.mark.parametrize("picture", [
    lambda mask: Image.fromarray(mask),
    lambda mask: Image.fromarray(mask.astype(np.uint8)),
    lambda mask: Image.fromarray((mask * 255).astype(np.uint8)),
    lambda mask: Image.fromarray((mask * 65535).astype(np.uint16)),
    lambda mask: Image.fromarray(np.dstack([mask * 255] * 3).astype(np.uint8)),
    lambda mask: Image.fromarray(np.dstack([mask * 255] * 3 + [np.full(mask.shape, 255)]).astype(np.uint8)),
    lambda mask: Image.fromarray(np.dstack([mask * 255, np.full(mask.shape, 255)]).astype(np.uint8), "LA"),
    lambda mask: Image.fromarray((mask * 255).astype(np.uint8)).convert("P"),
    with_alpha,
])  # fmt: skip
@pytest.mark.filterwarnings("ignore:'mode' parameter is deprecated")
def test_kinds_of_png(tmp_path, picture):
    picture(STACK[0]).save(tmp_path / "m.png")
    assert np.array_equal(read_masks(tmp_path / "m.png")[0], STACK[0])


def test_black_png_is_an_empty_mask(tmp_path):
    Image.new("L", (4, 3)).save(tmp_path / "m.png")
    assert read_masks(tmp_path / "m.png").sum() == 0


def test_folder_is_read_in_the_order_of_the_numbers(tmp_path):
    masks = np.eye(12, dtype=bool).reshape(12, 3, 4)
    write_masks(tmp_path / "m", masks)
    (tmp_path / "m" / "metadata.csv").write_text("id,area")
    assert np.array_equal(read_masks(tmp_path / "m"), masks)


def test_no_masks_fit_every_image(tmp_path):
    (tmp_path / "m.json").write_text("[]")
    assert read_masks(tmp_path / "m.json", shape=(3, 4)).shape == (0, 3, 4)


def test_an_interrupted_write_leaves_the_old_file(tmp_path, monkeypatch):
    write_masks(tmp_path / "m.npz", STACK)

    def stop(*args, **arrays):
        raise KeyboardInterrupt

    monkeypatch.setattr(np, "savez_compressed", stop)
    with pytest.raises(KeyboardInterrupt):
        write_masks(tmp_path / "m.npz", ~STACK)
    assert os.listdir(tmp_path) == ["m.npz"] and np.array_equal(read_masks(tmp_path / "m.npz"), STACK)


BIG = {"size": [2**20, 2**20], "counts": [2**40]}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", r"a file of masks must be intact, got .*bad.json \(Expecting property name"),
        ("3", r"masks must be a list of run lengths, got 3"),
        ("[3]", r"must have size and counts, got 3: polygons are not read"),
        ('[{"segmentation": [[1, 2, 3, 4]]}]', r"must have size and counts, got \[\[1, 2, 3, 4\]\]: polygons"),
        ('[{"size": [2], "counts": [2]}]', r"size must be \[h, w\] with at most 268435456 pixels, got \[2\]"),
        ('[{"size": [2, true], "counts": [2]}]', r"size must be \[h, w\]"),
        ('[{"size": [0, 2], "counts": []}]', r"size must be \[h, w\]"),
        (json.dumps([BIG]), r"size must be .*, got \[1048576, 1048576\]"),
        ('[{"size": [2, 2], "counts": [1, 2]}]', r"counts must add up to the 2 x 2 pixels, got 3"),
        ('[{"size": [2, 2], "counts": [5, -1]}]', r"counts must be a string or integers >= 0, got \[5, -1\]"),
        ('[{"size": [2, 2], "counts": {"a": 1}}]', r"counts must be a string or integers >= 0"),
        ('[{"size": [2, 2], "counts": "2 2"}]', r"counts must have characters from '0' to 'o', got ' '"),
        ('[{"size": [2, 2], "counts": "22o"}]', r"counts must end with a whole number"),
        (
            '[{"size": [1, 1], "counts": [1]}, {"size": [1, 2], "counts": [2]}]',
            r"masks of one image must have one size, got \(1, 1\) and \(1, 2\)",
        ),
    ],
)
def test_bad_json(tmp_path, content, message):
    (tmp_path / "bad.json").write_text(content)
    with pytest.raises(ValueError, match=message) as caught:
        read_masks(tmp_path / "bad.json")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({}, r"archive must have masks, or packed and shape, got nothing"),
        ({"labels": STACK}, r"archive must have masks, or packed and shape, got labels"),
        ({"masks": STACK[0]}, r"masks must have shape \(m, h, w\), got \(5, 7\): pass mask\[None\]"),
        ({"masks": STACK * 3}, r"0 and 1 or 0 and 255, got 0 to 3; threshold it: mask > 0.5"),
        ({"masks": STACK / 2}, r"0 and 1 or 0 and 255, got 0 to 0.5; threshold it"),
        ({"masks": np.array([{"a": 1}])}, r"Object arrays cannot be loaded when allow_pickle=False"),
        ({"packed": np.zeros((1, 1), np.uint8), "shape": np.array([1, 4])}, r"shape must be \(m, h, w\), got \[1, 4\]"),
        ({"packed": np.zeros((1, 1), np.uint8), "shape": np.array([1, 4, 4])}, r"packed must hold 1 masks of 4 x 4"),
    ],
)
def test_bad_npz(tmp_path, arrays, message):
    np.savez(tmp_path / "bad.npz", **arrays)
    with pytest.raises(ValueError, match=message):
        read_masks(tmp_path / "bad.npz")


@pytest.mark.parametrize("keep", [0, 10, 200])
def test_truncated_npz(tmp_path, keep):
    write_masks(tmp_path / "cut.npz", STACK)
    (tmp_path / "cut.npz").write_bytes((tmp_path / "cut.npz").read_bytes()[:keep])
    with pytest.raises(ValueError, match=r"a file of masks must be intact, got .*cut.npz") as caught:
        read_masks(tmp_path / "cut.npz")
    assert "\n" not in str(caught.value)


@pytest.mark.slow
def test_no_wrong_byte_gives_other_masks(tmp_path):
    write_masks(tmp_path / "m.npz", STACK)
    content, refused = (tmp_path / "m.npz").read_bytes(), 0
    for place in range(len(content)):
        (tmp_path / "m.npz").write_bytes(content[:place] + bytes([content[place] ^ 0x55]) + content[place + 1 :])
        try:
            assert np.array_equal(read_masks(tmp_path / "m.npz"), STACK), place
        except ValueError:
            refused += 1
    assert refused > len(content) / 2


class Payload:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (self.path,)


def test_pickled_code_is_not_run(tmp_path):
    np.savez(tmp_path / "evil.npz", masks=np.array([Payload(str(tmp_path / "ran"))], dtype=object))
    with pytest.raises(ValueError, match=r"allow_pickle=False"):
        read_masks(tmp_path / "evil.npz")
    assert not (tmp_path / "ran").exists()


def test_bad_pictures(tmp_path):
    (tmp_path / "torn.png").write_bytes(b"\x89PNG\r\n")
    with pytest.raises(ValueError, match=r"must be intact, got .*torn.png"):
        read_masks(tmp_path / "torn.png")
    Image.new("L", (2, 2)).save(tmp_path / "lossy.png", format="JPEG")
    with pytest.raises(ValueError, match=r"a picture of a mask must be PNG, got JPEG"):
        read_masks(tmp_path / "lossy.png")


def test_bad_folders(tmp_path):
    with pytest.raises(ValueError, match=r"a folder of masks must hold .png files, got none"):
        read_masks(tmp_path)
    Image.new("L", (2, 2)).save(tmp_path / "1.png")
    Image.new("L", (3, 2)).save(tmp_path / "2.png")
    with pytest.raises(ValueError, match=r"one size, got \(2, 2\) in 1.png and \(2, 3\) in 2.png"):
        read_masks(tmp_path)


def test_bad_paths(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"path must name existing masks, got absent.json"):
        read_masks("absent.json")
    with pytest.raises(ValueError, match=r"must end in .json, .npz, .png, got 'test_mask_files.py'"):
        read_masks(__file__)
    with pytest.raises(TypeError, match=r"path must be a str or a Path, got int"):
        read_masks(3)
    write_masks(tmp_path / "m.npz", STACK)
    with pytest.raises(ValueError, match=r"must have the image's size \(7, 5\), got \(5, 7\) in .*m.npz: export them"):
        read_masks(tmp_path / "m.npz", shape=(7, 5))


def test_bad_writes(tmp_path):
    with pytest.raises(ValueError, match=r"must end in .json, .npz, .png, got 'm.tif': use .npz"):
        write_masks(tmp_path / "m.tif", STACK)
    with pytest.raises(ValueError, match=r"a .png file must hold one mask, got 3"):
        write_masks(tmp_path / "m.png", STACK)
    with pytest.raises(ValueError, match=r"masks must be True and False, 0 and 1 or 0 and 255, got 0 to 0.5"):
        write_masks(tmp_path / "m.npz", STACK / 2)
