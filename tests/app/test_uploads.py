"""Photographs from a browser: limits before decoding, types by content, names that are no paths."""

import base64
import io
import struct
import tracemalloc
import zlib

import numpy as np
import pytest
from page_scene import data_url, picture
from PIL import Image

from limetheory.app.limits import Limits
from limetheory.app.refusals import Refused
from limetheory.app.uploads import checked, preview, shown_name, uploaded
from limetheory.pictures import load_image

LIMITS = Limits()


def png_header(width, height):
    """A PNG that says how large it is and holds next to nothing."""

    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 10)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP"])
def test_pictures_are_known_by_their_content(kind):
    found = uploaded(data_url(picture(40, 30, kind)), "anything.txt", LIMITS)
    assert (found.width, found.height) == (40, 30) and found.content == picture(40, 30, kind)


@pytest.mark.parametrize(
    "content",
    [
        b"", b"<html><script>alert(1)</script></html>", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%PDF-1.4",
        b"\x80\x04\x95.", b"GIF89a", picture()[:20],
    ],
)  # fmt: skip
def test_other_content_is_refused_whatever_its_name(content):
    with pytest.raises(Refused, match=r"is no PNG, JPEG, WEBP, GIF or BMP picture|is damaged"):
        uploaded(data_url(content), "photo.png", LIMITS)


def test_kinds_that_need_other_decoders_are_refused():
    content = io.BytesIO()
    Image.new("RGB", (8, 8)).save(content, "TIFF")
    with pytest.raises(Refused, match="is no PNG"):
        checked(content.getvalue(), "a.png", LIMITS)


@pytest.mark.parametrize("side", [6_000, 30_000, 200_000])
def test_a_decompression_bomb_is_refused_before_it_is_decoded(side):
    bomb = png_header(side, side)
    tracemalloc.start()
    with pytest.raises(Refused, match="pixels"):
        checked(bomb, "bomb.png", LIMITS)
    assert tracemalloc.get_traced_memory()[1] < 1 << 22
    tracemalloc.stop()


def test_a_file_beyond_the_bytes_is_refused_before_it_is_read():
    with pytest.raises(Refused, match=r"big.png has \d+ MiB, more than"):
        uploaded("data:image/png;base64," + "A" * 3_000_000, "big.png", Limits(photo_bytes=1 << 21))


@pytest.mark.parametrize("contents", ["", "data:image/png,abc", "data:image/png;base64,%%%", "data:image/png;base64,é"])
def test_what_is_no_data_is_refused(contents):
    with pytest.raises(Refused):
        uploaded(contents, "a.png", LIMITS)


def test_a_file_that_ends_early_is_refused():
    whole = picture(400, 300)
    with pytest.raises(Refused, match="is damaged"):
        checked(whole[: len(whole) // 2], "cut.png", LIMITS)


def test_a_jpeg_with_further_pictures_is_a_jpeg(tmp_path):
    content, first = io.BytesIO(), np.zeros((30, 40, 3), np.uint8)
    Image.fromarray(first).save(content, "MPO", save_all=True, append_images=[Image.fromarray(255 - first)])
    found = checked(content.getvalue(), "a.jpg", LIMITS)
    assert (found.suffix, found.width, found.height) == (".jpg", 40, 30)
    shown = np.asarray(Image.open(io.BytesIO(preview(found.content, 20))))
    (tmp_path / f"a{found.suffix}").write_bytes(found.content)
    assert not shown.any() and not load_image(tmp_path / f"a{found.suffix}").any()


@pytest.mark.parametrize("said", [b"garbage!", b"II*\0\x08"])
def test_a_picture_with_damaged_metadata_is_refused(said):
    content = io.BytesIO()
    Image.new("RGB", (40, 30)).save(content, "PNG", exif=b"Exif\0\0" + said)
    with pytest.raises(Refused, match=r"a\.png is damaged"):
        checked(content.getvalue(), "a.png", LIMITS)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"), ("C:\\a\\b.png", "b.png"), ("", "photograph"),
        ("a\u202e\x1b[0m.png", "a[0m.png"),
        ("x" * 300, "x" * 80 + "…"), ("..", "photograph"),
    ],
)  # fmt: skip
def test_a_name_is_shown_and_is_no_path(name, shown):
    assert shown_name(name) == shown


def test_a_preview_is_upright_opaque_and_small():
    pixels = np.zeros((60, 90, 4), np.uint8)
    pixels[:, :30] = (255, 0, 0, 255)
    content, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(pixels).save(content, "PNG", exif=exif)
    found = checked(content.getvalue(), "a.png", LIMITS)
    assert (found.width, found.height) == (60, 90)
    shown = np.asarray(Image.open(io.BytesIO(preview(content.getvalue(), 45))))
    assert shown.shape == (45, 30, 3)
    assert shown[5, 15, 0] > 200 > shown[5, 15, 1] and (shown[40, 15] > 240).all()


def test_base64_of_a_photograph_of_the_largest_size_fits_into_a_request():
    assert len(base64.b64encode(b"x" * LIMITS.photo_bytes)) < LIMITS.body_bytes
