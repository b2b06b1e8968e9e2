"""`limetheory explain --segments-from`: superpixels of the user's own, from a PNG or an .npy."""

import numpy as np
import pytest
from explain_cases import classifier, read, refused
from PIL import Image

import limetheory as lt
from limetheory.cli.main import run
from limetheory.images.segmentation.label_map import at_pixels
from limetheory.images.segmentation.label_png import label_map_png


@pytest.fixture
def labels(photo):
    """Four superpixels of the photograph's size, numbered 2, 4, 6 and 9."""
    height, width = lt.load_image(photo).shape[:2]
    row, column = np.indices((height, width)) * 2 // np.array([height, width])[:, None, None]
    return np.array([2, 4, 6, 9])[2 * row + column]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["png", "npy"])
def test_a_label_map_from_a_file_is_explained_under_its_own_numbers(tiny, photo, labels, tmp_path, capsys, kind):
    file, out = tmp_path / f"labels.{kind}", tmp_path / "out.json"
    if kind == "png":
        Image.fromarray(labels.astype(np.uint8)).save(file)
    else:
        np.save(file, labels)
    assert run(["explain", photo, "--segments-from", str(file), "--samples", "40", "--json", str(out)]) == 0
    shown, network = capsys.readouterr().out, classifier()
    image = network.prepare(lt.load_image(photo))
    found = lt.explain_image(network, image, segments=at_pixels(labels, (24, 24)), n=40, rng=0)
    assert read(out)["coefficients"] == found.coefficients.tolist() and read(out)["segmenter"] == "given"
    assert sorted(line.split()[0] for line in shown.splitlines()[2:6]) == ["2", "4", "6", "9"]
    assert run(["explain", "--from", str(out)]) == 0
    again = capsys.readouterr()
    assert "the coefficients are those of out.json, to the bit" in again.err and again.out == shown


def test_a_label_map_of_another_size_is_refused(tiny, photo, labels, tmp_path, capsys):
    (tmp_path / "small.png").write_bytes(label_map_png(labels[:-1]))
    part = f"must have the size of the photograph, {labels.shape}, got {labels[:-1].shape}"
    refused(capsys, [photo, "--segments-from", str(tmp_path / "small.png")], part)


@pytest.mark.parametrize(
    ("name", "content", "part"),
    [
        ("a.png", b"\x89PNG", "must be an intact PNG"), ("a.npy", b"\x93NUMPY", "an .npy of labels must be whole"),
        ("a.npy", b"pickle", "a label map must be a PNG or an .npy, got neither"), ("a.npy", b"", "1 to 268,435,456"),
    ],
)  # fmt: skip
def test_other_files_are_refused_before_the_network_is_loaded(no_model, photo, tmp_path, capsys, name, content, part):
    (tmp_path / name).write_bytes(content)
    refused(capsys, [photo, "--segments-from", str(tmp_path / name)], part)


def test_an_npy_that_claims_more_than_it_has_is_refused(no_model, photo, tmp_path, capsys):
    file = tmp_path / "a.npy"
    with open(file, "wb") as opened:
        np.lib.format.write_array_header_1_0(opened, {"descr": "<i8", "fortran_order": False, "shape": (10**6, 10**6)})
    refused(capsys, [photo, "--segments-from", str(file)], "an .npy of labels must be whole")
    np.save(file, np.array([[1.5, 2.5]]))
    refused(capsys, [photo, "--segments-from", str(file)], "of integers")
    np.save(file, np.array([[{}]]), allow_pickle=True)
    refused(capsys, [photo, "--segments-from", str(file)], "of integers")


@pytest.mark.parametrize(
    ("options", "part"),
    [
        (["--segmenter", "given"], "--segmenter given and --segments-from FILE go together, got one of them"),
        (["--segments-from", "a.png", "--segmenter", "grid"], "go together, got one of them; add the other, or leave"),
        (["--segments-from", "a.png", "--segments", "9"], "segments are those of the label map, got 9 besides"),
        (["--segments-from", "a.png", "--depth", "2"], "depth above 1 needs a hierarchy"),
    ],
)
def test_options_that_cut_the_photograph_are_refused_beside_it(no_model, photo, capsys, options, part):
    refused(capsys, [photo, *options], part)
