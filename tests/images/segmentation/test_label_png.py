"""Label maps as PNG pictures: the same labels after reading, for any number of superpixels."""

import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from PIL import Image

from limetheory.images.segmentation.label_png import MOST_PIXELS, label_map_png, read_label_map_png


@settings(max_examples=50, deadline=None)
@given(arrays(np.int64, array_shapes(min_dims=2, max_dims=2, max_side=9), elements=st.integers(0, 2**40)))
def test_labels_are_numbered_in_order_and_read_again(labels):
    expected = np.searchsorted(np.unique(labels), labels)
    assert np.array_equal(read_label_map_png(label_map_png(labels)), expected)


@pytest.mark.parametrize(
    ("d", "mode"), [(2, "L"), (256, "L"), (257, "I;16"), (65_536, "I;16"), (65_537, "RGB"), (70_000, "RGB")]
)
def test_the_smallest_levels_that_hold_all_labels_are_taken(d, mode):
    labels = np.resize(np.arange(d), (10, -(-d // 10)))
    content = label_map_png(labels)
    with Image.open(io.BytesIO(content)) as picture:
        assert picture.mode == mode
    assert np.array_equal(read_label_map_png(content), labels)


@pytest.mark.parametrize("mode", ["P", "L", "LA", "RGB", "RGBA", "1"])
def test_pictures_of_labels_from_elsewhere_are_read(mode):
    labels = np.array([[0, 1, 1], [0, 0, 1]])
    picture = Image.fromarray(labels.astype(np.uint8) * (255 if mode == "1" else 1)).convert(mode)
    file = io.BytesIO()
    picture.save(file, format="PNG")
    found = read_label_map_png(file.getvalue())
    assert np.array_equal(np.unique(found, return_inverse=True)[1].reshape(found.shape), labels)


def chunk(name, content):
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def bomb(width, height):
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def transparent():
    file = io.BytesIO()
    Image.new("RGBA", (3, 3), (1, 2, 3, 0)).save(file, format="PNG")
    return file.getvalue()


def jpeg():
    file = io.BytesIO()
    Image.new("RGB", (3, 3)).save(file, format="JPEG")
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"", "cannot identify"), (b"\x89PNG", "cannot identify"), (jpeg(), "cannot identify"),
        (bomb(60_000, 60_000), "pixels"), (bomb(MOST_PIXELS // 1000 + 1, 1000), "more than 33,554,432 pixels"),
        (transparent(), "some pixels are transparent"), (label_map_png(np.arange(9).reshape(3, 3))[:-25], "where "),
    ],
    ids=["empty", "cut", "jpeg", "a huge bomb", "a bomb", "transparent", "damaged"],
)  # fmt: skip
def test_other_files_are_refused_in_one_line(content, part):
    with pytest.raises(ValueError, match=part) as caught:
        read_label_map_png(content)
    assert "\n" not in str(caught.value) and str(caught.value).startswith("a label map must be an intact PNG, got ")


@pytest.mark.parametrize(
    ("labels", "error"),
    [([[0.5, 1.0]], TypeError), ([[-1, 1]], ValueError), ([1, 2], ValueError), (np.zeros((0, 3), int), ValueError)],
)
def test_what_is_no_label_map_is_refused(labels, error):
    with pytest.raises(error):
        label_map_png(labels)
