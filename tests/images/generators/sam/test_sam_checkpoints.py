"""Checkpoints are downloaded once and checked, and a missing one is reported in one line."""

import hashlib
import os
import urllib.request

import pytest

from limetheory.images.generators.sam import checkpoints as sam_checkpoints
from limetheory.images.generators.sam.masks import (
    CHECKPOINTS,
    Checkpoint,
    checkpoint_file,
    load_sam,
    present_checkpoints,
)

CONTENT = bytes(range(256)) * 10_000


@pytest.fixture
def published(tmp_path, monkeypatch):
    """A small checkpoint published in a folder; a cache of its own."""
    origin = tmp_path / "origin"
    origin.mkdir()
    (origin / "tiny.pth").write_bytes(CONTENT)
    monkeypatch.setattr(sam_checkpoints, "ORIGIN", origin.as_uri())
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    tiny = Checkpoint("tiny.pth", len(CONTENT), hashlib.sha256(CONTENT).hexdigest())
    monkeypatch.setitem(CHECKPOINTS, "vit_b", tiny)
    return origin / "tiny.pth"


def test_a_checkpoint_is_downloaded_once(published):
    file = checkpoint_file("vit_b")
    assert file.read_bytes() == CONTENT and os.listdir(file.parent) == ["tiny.pth"]
    published.unlink()
    assert checkpoint_file("vit_b") == file
    assert present_checkpoints() == ("vit_b",)


def test_a_cut_download_is_replaced(published):
    file = checkpoint_file("vit_b")
    file.write_bytes(CONTENT[:1000])
    assert present_checkpoints() == ()
    assert checkpoint_file("vit_b").read_bytes() == CONTENT


@pytest.mark.parametrize("content", [CONTENT[:-1], b"<html>not found</html>", CONTENT + b"1"])
def test_another_checksum_is_refused(published, tmp_path, content):
    published.write_bytes(content)
    with pytest.raises(ValueError, match=r"the download must have SHA-256 [0-9a-f]{64}, got [0-9a-f]{64} for tiny.pth"):
        checkpoint_file("vit_b", tmp_path / "kept")
    assert os.listdir(tmp_path / "kept") == []


def test_without_a_connection_one_line_says_so(published, tmp_path, monkeypatch):
    published.unlink()
    with pytest.raises(ConnectionError) as caught:
        load_sam("vit_b")
    message = str(caught.value)
    assert message.startswith("checkpoint 'vit_b' must be downloaded once, got no connection (")
    assert message.endswith("and pass its path") and "\n" not in message
    assert f"{published.as_uri()}, tiny.pth (3 MB, SHA-256 {hashlib.sha256(CONTENT).hexdigest()})" in message
    assert os.listdir(tmp_path / "cache" / "limetheory" / "checkpoints") == []


@pytest.mark.parametrize("error", [TimeoutError("timed out"), ConnectionResetError("reset by peer")])
def test_a_connection_that_breaks(published, monkeypatch, error):
    class Broken:
        def __enter__(self):
            return self

        def __exit__(self, *details):
            return None

        def read(self, size):
            raise error

    monkeypatch.setattr(urllib.request, "urlopen", lambda url, timeout: Broken())
    with pytest.raises(ConnectionError, match=rf"got no connection \({error}\); fetch file:"):
        checkpoint_file("vit_b")


def test_published_checkpoints():
    # names as in segment_anything's README; the six digits in them are of the MD5
    names = ["sam_vit_b_01ec64.pth", "sam_vit_l_0b3195.pth", "sam_vit_h_4b8939.pth"]
    assert [checkpoint.file for checkpoint in CHECKPOINTS.values()] == names
    assert all(len(checkpoint.sha256) == 64 for checkpoint in CHECKPOINTS.values())
    with pytest.raises(ValueError, match=r"checkpoint must be one of vit_b, vit_l, vit_h, got 'vit_t'"):
        checkpoint_file("vit_t")
