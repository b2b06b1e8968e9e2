"""Crafted files, as an attacker gives them to each option that reads one: a line and exit code 2, and nothing else."""

import io
import json
import pickle
import struct
import zipfile
import zlib

import numpy as np
import pytest
from explain_cases import OPTIONS
from PIL import Image

from limetheory.cli.main import run

DEEP = b"[" * 50_000
HUGE = b"1" + b"0" * 400


class Code:
    def __reduce__(self):
        return print, ("THE CODE RAN",)


def chunk(kind, content, check=None):
    sum_ = zlib.crc32(kind + content) if check is None else check
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", sum_)


def png(width, height, depth=8, colour=0, data=b"\0\0", more=b""):
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    body = chunk(b"IHDR", head) + more + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def picture(kind, size=(8, 6), **options):
    file = io.BytesIO()
    Image.new("RGB", size, (9, 80, 200)).save(file, kind, **options)
    return file.getvalue()


def array(values, **options):
    file = io.BytesIO()
    np.save(file, values, **options)
    return file.getvalue()


def npy_header(text):
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text


def archive(**members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for name, content in members.items():
            made.writestr(name.replace("_", "."), content)
    return file.getvalue()


PICKLE = pickle.dumps(Code())
IMAGES = {
    "empty": b"", "text": b"hello", "nothing but zeros": bytes(1000), "a pickle": PICKLE, "a script": b"#!/bin/sh\n:",
    "the head of a PNG": picture("PNG")[:20], "half a PNG": picture("PNG")[:48], "half a JPEG": picture("JPEG")[:300],
    "a PNG of 60,000 squared": png(60_000, 60_000), "a PNG of 2^31 - 1 columns": png(2**31 - 1, 1),
    "a PNG of no columns": png(0, 5), "a PNG of no rows": png(5, 0), "a wrong checksum": png(2, 1)[:40] + b"x" * 30,
    "data that is no zlib": b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 2, 2, 8, 0, 0, 0, 0))
    + chunk(b"IDAT", b"no zlib") + chunk(b"IEND", b""),
    "a packed text of 100 MB": png(4, 4, data=b"\0" * 4, more=chunk(b"zTXt", b"k\0\0" + zlib.compress(bytes(10**8)))),
    "a GIF without a picture": b"GIF89a\xff\xff\xff\xff\0\0\0;", "a BMP of -1 rows": picture("BMP")[:18] + b"\xff" * 8,
    "a TIFF that points at itself": b"II*\0\x08\0\0\0\x01\0" + b"\xff" * 14, "an SVG": b"<svg onload='x'/>",
    "a WebP head": b"RIFF\xff\xff\xff\xffWEBPVP8 ",
}  # fmt: skip
LABELS = {
    "empty": b"", "text": b"label", "a pickle": PICKLE, "objects": array(np.array([Code()]), allow_pickle=True),
    "a PNG of 30,000 squared": png(30_000, 30_000), "half a PNG": picture("PNG")[:50],
    "transparent": png(1, 1, colour=6, data=b"\0\0\0\0\0"), "10^12 in a header": npy_header(
        b"{'descr': '<i8', 'fortran_order': False, 'shape': (1000000, 1000000)}"),
    "code in a header": npy_header(b"__import__('os').system('echo THE CODE RAN')"),
    "a header of brackets": npy_header(b"(" * 30_000), "negative sides": npy_header(
        b"{'descr': '<i8', 'fortran_order': False, 'shape': (-1, -1)}"),
    "floats": array(np.full((60, 75), 0.5)), "negative labels": array(np.full((60, 75), -1)),
    "one label": array(np.zeros((50, 75), int)), "another size": array(np.arange(4).reshape(2, 2)),
    "three axes": array(np.zeros((2, 2, 2), int)), "no pixels": array(np.zeros((0, 5), int)),
}  # fmt: skip
ANSWERS = {
    "empty": b"", "deep": DEEP, "a huge number": b'{"format": ' + HUGE + b"}", "no UTF-8": b"\xff\xfe{}",
    "a list": b"[]", "null": b"null", "half": b'{"format": "limetheory expl', "a pickle": PICKLE, "NaN": b"[NaN]",
    "a model that runs code": json.dumps({
        "format": "limetheory explain", "schema": 1, "coefficients": [1.0], "repeat": {
            "kind": "text", "model": "os:system", "question": {}, "input": {"path": "/etc/hostname"}}}).encode(),
}  # fmt: skip
PILOTS = {
    "empty": b"", "deep": b'{"coefficients": ' + DEEP, "huge numbers": b'{"coefficients": [' + HUGE
    + b'], "standard_errors": [1], "n_evaluations": 9, "bandwidth": 1}', "huge count": b'{"coefficients": [1, 2], '
    b'"standard_errors": [1, 2], "n_evaluations": ' + HUGE + b', "bandwidth": 0.25}', "no object": b"7",
    "names that steer": '{"\x1b[31m\u202e": 1}'.encode(), "10,000 digits": b"[" + b"1" * 10_000 + b"]",
    "lists in lists": b'{"coefficients": [[1]], "standard_errors": [[1]], "n_evaluations": 9, "bandwidth": 1}',
}  # fmt: skip
CHECKPOINTS = {
    "empty": b"", "text": b"weights", "a pickle": PICKLE, "a zip of a pickle": archive(a_data_pkl=PICKLE),
    "half a zip": archive(a=bytes(500))[:200], "brackets": DEEP,
}  # fmt: skip


def refused_in_a_line(capsys, arguments):
    assert run(arguments) == 2
    said = capsys.readouterr()
    assert len(said.err.splitlines()) == 1 and said.err.startswith("limetheory: "), said.err
    assert said.out == "" and "RAN" not in said.err and not any(one in said.err for one in "\x1b\u202e")
    assert len(said.err) < 1500


@pytest.mark.parametrize("name", IMAGES)
def test_a_crafted_photograph_is_refused(no_model, tmp_path, capsys, name):
    path = tmp_path / "photo.png"
    path.write_bytes(IMAGES[name])
    refused_in_a_line(capsys, ["explain", str(path), *OPTIONS])


@pytest.mark.parametrize("name", LABELS)
def test_a_crafted_label_map_is_refused(tiny, photo, tmp_path, capsys, name):
    path = tmp_path / "labels.npy"
    path.write_bytes(LABELS[name])
    refused_in_a_line(capsys, ["explain", photo, "--samples", "60", "--segments-from", str(path)])


@pytest.mark.parametrize("name", ANSWERS)
def test_a_crafted_answer_is_refused(no_model, tmp_path, capsys, name):
    path = tmp_path / "answer.json"
    path.write_bytes(ANSWERS[name])
    refused_in_a_line(capsys, ["explain", "--from", str(path)])


@pytest.mark.parametrize("name", PILOTS)
def test_a_crafted_pilot_is_refused(tmp_path, capsys, name):
    path = tmp_path / "pilot.json"
    path.write_bytes(PILOTS[name])
    refused_in_a_line(capsys, ["plan", "--pilot", str(path), "--half-width", "0.1"])


@pytest.mark.parametrize("name", CHECKPOINTS)
def test_a_crafted_checkpoint_is_refused(tiny, photo, tmp_path, capsys, name):
    pytest.importorskip("segment_anything")
    path = tmp_path / "sam.pth"
    path.write_bytes(CHECKPOINTS[name])
    refused_in_a_line(capsys, ["explain", photo, "--samples", "60", "--segmenter", "sam", "--checkpoint", str(path)])


@pytest.mark.parametrize("name", CHECKPOINTS)
@pytest.mark.parametrize("ending", [".pth", ".safetensors"])
def test_crafted_weights_are_refused(photo, tmp_path, capsys, name, ending):
    path = tmp_path / f"weights{ending}"
    path.write_bytes(CHECKPOINTS[name])
    refused_in_a_line(capsys, ["explain", photo, *OPTIONS, "--model", "resnet18", "--weights", str(path)])


@pytest.mark.parametrize(
    "content",
    [b"", b"PK", archive(masks_npy=PICKLE), archive(packed_npy=npy_header(b"("))],
    ids=["empty", "cut", "code", "header"],
)
def test_a_crafted_cache_file_is_made_again(tiny, halves, coffee, tmp_path, capsys, content):
    arguments = ["explain", coffee, "--samples", "60", "--segmenter", "halves"]
    assert run(arguments) == 0
    (kept,) = (tmp_path / "cache" / "limetheory" / "masks").iterdir()
    whole = kept.read_bytes()
    kept.write_bytes(content)
    capsys.readouterr()
    assert run(arguments) == 0
    said = capsys.readouterr()
    assert "RAN" not in said.out + said.err and kept.read_bytes() == whole
