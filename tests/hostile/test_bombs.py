"""Small files that ask for gigabytes are refused by their headers, under a limit of 2 GB of memory."""

import io
import json
import struct
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest

LIMIT = 2_000_000_000
CHILD = """
import resource, sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from hostile_readers import refusal, whole_files
resource.setrlimit(resource.RLIMIT_DATA, (2_000_000_000, 2_000_000_000))
for line in sys.stdin:
    reader, path = line.rstrip().split("|")
    print(refusal(whole_files()[reader][2], Path(path)), flush=True)
"""


def png(width, height):
    """A PNG whose header claims a size, and whose rows are zeros, packed."""

    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1 << 20))) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def header(shape, dtype):
    file = io.BytesIO()
    np.lib.format.write_array_header_1_0(file, {"shape": shape, "fortran_order": False, "descr": dtype})
    return file.getvalue()


def archive(**members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(f"{name}.npy", content)
    return file.getvalue()


def run_lengths(count, side):
    return json.dumps([{"size": [side, side], "counts": [side * side]}] * count).encode()


def whole(values):
    file = io.BytesIO()
    np.save(file, values)
    return file.getvalue()


BOMBS = {
    "60 masks of 16,384²": ("masks, json", ".json", lambda: run_lengths(60, 16_384), "pixels together"),
    "a mask of 10^9 × 10^9": ("masks, json", ".json", lambda: run_lengths(1, 10**9), "with at most 268435456 pixels"),
    "a count without end": (
        "masks, json", ".json", lambda: json.dumps({"size": [2, 2], "counts": "o" * 2_000_000}).encode(), "60 bits",
    ),
    "931 GiB in a header": (
        "masks, npz", ".npz", lambda: archive(masks=header((1000, 10**6, 10**3), "|b1")), "the size that it claims",
    ),
    "3 GB of zeros": ("masks, npz", ".npz", lambda: archive(masks=bytes(600_000_000)), "at most 536,870,912 bytes"),
    "10^9 masks of no pixels": (
        "masks, npz", ".npz",
        lambda: archive(packed=header((10**9, 0), "|u1"), shape=whole(np.array([10**9, 0, 1]))), "100,000 masks",
    ),
    "8 TB of bits": (
        "masks, npz", ".npz", lambda: archive(packed=whole(np.zeros((1, 1), np.uint8)),
                                              shape=whole(np.array([1, 10**6, 8 * 10**6]))), "pixels together",
    ),
    "a picture of 60,000²": ("mask, png", ".png", lambda: png(60_000, 60_000), "intact"),
    "a picture of 9,000²": ("mask, png", ".png", lambda: png(9_000, 9_000), "67,108,864 pixels"),
    "labels of 30,000²": ("label map, png", ".png", lambda: png(30_000, 30_000), "label map"),
    "labels in a header": ("label map, npy", ".npy", lambda: header((10**6, 10**6), "<i8"), "33,554,432 pixels"),
    "regions of 30,000²": ("regions, png", ".png", lambda: png(30_000, 30_000), "file of masks"),
    "a photograph of 60,000²": ("photograph, png", ".png", lambda: png(60_000, 60_000), "pixels, got more"),
    "a pilot of 100,000 brackets": ("pilot", ".json", lambda: b"[" * 100_000, "a pilot must be JSON"),
    "an answer of 100,000 brackets": ("answer", ".json", lambda: b"[" * 100_000, "nested too deeply"),
    "a kept answer of 600 MB": ("kept answer", ".npz", lambda: archive(a=bytes(600_000_000)), "kept answer"),
}  # fmt: skip


@pytest.fixture(scope="module")
def said(tmp_path_factory):
    """What a process of little memory says of each bomb; where it dies, the others have no answer."""
    folder = tmp_path_factory.mktemp("bombs")
    asked = []
    for number, (reader, ending, content, _) in enumerate(BOMBS.values()):
        path = folder / f"{number}{ending}"
        path.write_bytes(content())
        assert path.stat().st_size < 4_000_000
        asked.append(f"{reader}|{path}\n")
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(Path(__file__).parent)], input="".join(asked), capture_output=True,
        text=True, check=False, timeout=300,
    )  # fmt: skip
    lines = done.stdout.splitlines()
    missing = [done.stderr[-500:] or "no answer"] * (len(BOMBS) - len(lines))
    return dict(zip(BOMBS, [*lines, *missing], strict=True))


@pytest.mark.slow
@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_by_its_header(said, name):
    assert BOMBS[name][3] in said[name], said[name]
